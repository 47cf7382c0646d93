# SPDX-License-Identifier: Apache-2.0
"""Key pairs that CreateKeyPair makes: ssh-keygen and openssl read them, and nobody keeps them."""
import base64
import hashlib
import hmac
import re
import struct
import subprocess

import pytest
from botocore.exceptions import ClientError


def saved(folder, made: dict):
    """The file that a person saves the private key in."""
    file = folder / made["KeyName"]
    file.touch(mode=0o600)
    file.write_text(made["KeyMaterial"])
    return file


def out(*command, stdin: bytes = b"") -> bytes:
    return subprocess.run(command, input=stdin, check=True, capture_output=True).stdout


def described(account, name: str) -> dict:
    return account.ec2.describe_key_pairs(KeyNames=[name], IncludePublicKey=True)["KeyPairs"][0]


def fingerprint(kind: str, file) -> str:
    """As the user guide says to verify it of a key pair that EC2 has made."""
    if kind == "rsa":
        der = out("openssl", "pkcs8", "-in", file, "-inform", "PEM", "-outform", "DER", "-topk8",
                  "-nocrypt")
        return out("openssl", "sha1", "-c", stdin=der).decode().split()[-1]
    return re.search(r"SHA256:(\S+)", out("ssh-keygen", "-l", "-f", file).decode())[1] + "="


@pytest.mark.parametrize("kind,header", [("rsa", "RSA"), ("ed25519", "OPENSSH")])
def test_ssh_and_openssl_read_what_is_made(postern, tmp_path, kind, header):
    account = postern.account()
    made = account.ec2.create_key_pair(KeyName="mine", KeyType=kind, TagSpecifications=[
        {"ResourceType": "key-pair", "Tags": [{"Key": "a", "Value": "b"}]}])
    assert made["KeyMaterial"].startswith(f"-----BEGIN {header} PRIVATE KEY-----\n")
    assert made["Tags"] == [{"Key": "a", "Value": "b"}]
    file = saved(tmp_path, made)
    seen = described(account, "mine")
    assert (seen["KeyPairId"], seen["KeyType"]) == (made["KeyPairId"], kind)
    assert out("ssh-keygen", "-y", "-f", file).decode().split()[:2] == seen["PublicKey"].split()[:2]
    assert seen["PublicKey"].split()[2] == "mine"
    assert fingerprint(kind, file) == made["KeyFingerprint"] == seen["KeyFingerprint"]
    assert "2048 " in out("ssh-keygen", "-l", "-f", file).decode() or kind == "ed25519"


def ssh_string(data: bytes) -> bytes:
    return struct.pack(">I", len(data)) + data


@pytest.mark.parametrize("kind", ["rsa", "ed25519"])
def test_a_ppk_is_what_putty_checks(postern, kind):
    account = postern.account()
    made = account.ec2.create_key_pair(KeyName="mine", KeyType=kind, KeyFormat="ppk")
    lines = made["KeyMaterial"].splitlines()
    fields = dict(line.split(": ", 1) for line in lines if ": " in line)
    assert fields["Comment"] == "mine" and fields["Encryption"] == "none"

    def blob(name: str) -> bytes:
        at = lines.index(f"{name}-Lines: {fields[f'{name}-Lines']}") + 1
        return base64.b64decode("".join(lines[at:at + int(fields[f"{name}-Lines"])]))

    public = blob("Public")
    assert base64.b64encode(public).decode() == described(account, "mine")["PublicKey"].split()[1]
    key = hashlib.sha1(b"putty-private-key-file-mac-key").digest()
    message = b"".join(ssh_string(part) for part in (
        fields["PuTTY-User-Key-File-2"].encode(), b"none", b"mine", public, blob("Private")))
    assert hmac.new(key, message, "sha1").hexdigest() == fields["Private-MAC"]


def test_no_private_key_is_kept(postern):
    account = postern.account()
    parts = []
    for kind in ("rsa", "ed25519"):
        made = account.ec2.create_key_pair(KeyName=kind, KeyType=kind)
        lines = [line.encode() for line in made["KeyMaterial"].splitlines()[2:]]
        parts += [line for line in lines if len(line) > 60 and not line.startswith(b"-")]
    assert len(parts) > 20
    # What the kernel shows there (pinned maps, namespaces) has no bytes.
    files = [path for path in postern.data.rglob("*")
             if path.is_file() and path.stat().st_dev == postern.data.stat().st_dev]
    public = described(account, "ed25519")["PublicKey"].encode()
    assert any(public in path.read_bytes() for path in files)
    kept = [path for path in [*files, postern.log]
            if any(part in path.read_bytes() for part in parts)]
    assert kept == []


def test_names_and_dry_runs(postern):
    account = postern.account()
    ec2 = account.ec2

    def refusal(**parameters) -> str:
        with pytest.raises(ClientError) as refused:
            ec2.create_key_pair(**parameters)
        return refused.value.response["Error"]["Code"]

    assert refusal(KeyName="mine", DryRun=True) == "DryRunOperation"
    assert ec2.describe_key_pairs()["KeyPairs"] == []
    ec2.create_key_pair(KeyName="mine", KeyType="ed25519")
    assert refusal(KeyName="mine") == "InvalidKeyPair.Duplicate"
    assert refusal(KeyName="mine", DryRun=True) == "InvalidKeyPair.Duplicate"
    postern.account().ec2.create_key_pair(KeyName="mine", KeyType="ed25519")
