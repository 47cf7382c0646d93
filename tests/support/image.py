# SPDX-License-Identifier: Apache-2.0
"""The image with systemd, built once for all runs on a tree; instances of it; and real keys and ssh."""
import fcntl
import os
import pathlib
import shutil
import subprocess
import time

from support.postern import BIN, ROOT, Postern
from support.tutorial import Side, wait_for

FOLDER = pathlib.Path(os.environ.get("POSTERN_TEST_IMAGE", ROOT / "build" / "image"))
# What an image is made of: it is built again when one of them has changed.
SOURCES = [ROOT / "scripts" / "build_image",
           *(path for path in (ROOT / "image").rglob("*") if path.is_file())]


def built_image() -> pathlib.Path:
    """The folder of an image that is as the tree says."""
    FOLDER.mkdir(parents=True, exist_ok=True)
    with (FOLDER / ".lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        current = FOLDER / "current"
        newest = max(path.stat().st_mtime for path in SOURCES)
        if not current.exists() or current.lstat().st_mtime < newest:
            begun = time.monotonic()
            run = subprocess.run([ROOT / "scripts" / "build_image", FOLDER], capture_output=True,
                                 text=True, timeout=900, check=False)
            assert run.returncode == 0, f"build_image: {run.stdout}{run.stderr}"
            for earlier in FOLDER.glob("2*"):
                if earlier.name != os.readlink(current):
                    shutil.rmtree(earlier)
            print(f"the image took {time.monotonic() - begun:.0f} s")
    return FOLDER


def find_image(side: Side, name: str) -> dict:
    """The image that a project finds by a pattern of its name."""
    return side.ec2.describe_images(Filters=[{"Name": "name", "Values": [name]}])["Images"][0]


def run_image(side: Side, image: str, group: str, user_data: str | bytes = "", key: str = "") -> str:
    """A running instance of the image of that name."""
    more = {"UserData": user_data} if user_data else {}
    if key:
        more["KeyName"] = key
    instance = side.ec2.run_instances(
        ImageId=find_image(side, image)["ImageId"], InstanceType="t3.micro", MinCount=1, MaxCount=1,
        SubnetId=side.subnet_a, SecurityGroupIds=[group], **more)["Instances"][0]["InstanceId"]
    wait_for(f"{instance} runs", lambda: side.instance_state(instance) == "running")
    return instance


def address(side: Side, instance: str) -> str:
    found = side.ec2.describe_instances(InstanceIds=[instance])
    return found["Reservations"][0]["Instances"][0]["PrivateIpAddress"]


def output(side: Side, instance: str) -> str:
    return side.ec2.get_console_output(InstanceId=instance).get("Output", "")


class PrivateKey:
    """The private key of a key pair, in a file."""

    def __init__(self, folder: pathlib.Path, name: str):
        self.name = name
        self.file = folder / name

    def ssh(self, postern: Postern, user: str, instance: str, *command: str) -> subprocess.CompletedProcess:
        """ssh(1) as a person types it, by `postern proxy`."""
        return subprocess.run(
            ["ssh", "-i", self.file, "-o", f"ProxyCommand={BIN / 'postern'} proxy %h",
             "-o", "StrictHostKeyChecking=no", "-o", "UserKnownHostsFile=/dev/null",
             "-o", "IdentitiesOnly=yes", "-o", "BatchMode=yes", "-o", "LogLevel=ERROR",
             f"{user}@{instance}", *command],
            env=os.environ | {"POSTERN_DATA": str(postern.data)}, capture_output=True, text=True,
            timeout=60, check=False)

    def wait_until_let_in(self, postern: Postern, user: str, instance: str) -> None:
        """A new instance takes a while until its sshd listens."""
        wait_for("ssh lets in", lambda: self.ssh(postern, user, instance, "true").returncode == 0, 60,
                 seen=lambda: self.ssh(postern, user, instance, "true").stderr)


class Key(PrivateKey):
    """A key pair of ssh-keygen's, imported."""

    def __init__(self, side: Side, folder: pathlib.Path, name: str):
        super().__init__(folder, name)
        subprocess.run(["ssh-keygen", "-q", "-t", "ed25519", "-N", "", "-C", name, "-f", self.file],
                       check=True)
        self.public = (folder / f"{name}.pub").read_text()
        side.ec2.import_key_pair(KeyName=name, PublicKeyMaterial=self.public.encode())


class CreatedKey(PrivateKey):
    """A key pair of CreateKeyPair's, saved as a person does."""

    def __init__(self, side: Side, folder: pathlib.Path, name: str, kind: str):
        super().__init__(folder, name)
        self.made = side.ec2.create_key_pair(KeyName=name, KeyType=kind)
        self.file.touch(mode=0o600)
        self.file.write_text(self.made["KeyMaterial"])
