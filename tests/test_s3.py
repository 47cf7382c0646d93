# SPDX-License-Identifier: Apache-2.0
"""S3 as its clients see it: the aws CLI's own commands, boto3, presigned links, and what of it outlives
a killed daemon. The rules are tested beside src/api/s3."""
import os
import signal
import socket
import urllib.error
import urllib.request

import boto3
import pytest
from botocore.config import Config
from botocore.exceptions import ClientError

from support.aws import run_aws
from support.postern import REGION, Postern


@pytest.fixture(scope="module")
def daemon(tmp_path_factory):
    with Postern(tmp_path_factory.mktemp("s3"), "--allow-reset") as daemon:
        yield daemon


@pytest.fixture
def account(daemon):
    return daemon.account()


def s3(account, **more):
    return account.client("s3", **more)


def make(account, name: str):
    client = s3(account)
    client.create_bucket(Bucket=name,
                         CreateBucketConfiguration={"LocationConstraint": REGION})
    return client


def done(account, *arguments: str) -> str:
    """What the CLI prints for people; the command has to succeed."""
    run = run_aws(account, *arguments)
    assert run.returncode == 0, f"aws {arguments}: {run.stderr}"
    return run.stdout


def refused(call, **parameters) -> str:
    with pytest.raises(ClientError) as error:
        call(**parameters)
    return error.value.response["Error"]["Code"]


def test_the_cli_makes_fills_lists_empties_and_removes_a_bucket(account, tmp_path):
    small, large = tmp_path / "small.txt", tmp_path / "large.bin"
    small.write_text("small")
    large.write_bytes(os.urandom(7 << 20))  # the CLI puts up to 8 MB at once
    done(account, "s3", "mb", "s3://cli-bucket")
    assert "cli-bucket" in done(account, "s3", "ls")
    for file in (small, large):
        done(account, "s3", "cp", str(file), f"s3://cli-bucket/in/{file.name}")
    listed = done(account, "s3", "ls", "s3://cli-bucket/in/")
    assert [line.split()[2:] for line in listed.splitlines()] == [
        [str(7 << 20), "large.bin"], ["5", "small.txt"]]
    assert done(account, "s3", "ls", "s3://cli-bucket").split() == ["PRE", "in/"]
    back = tmp_path / "back"
    for file in (small, large):
        done(account, "s3", "cp", f"s3://cli-bucket/in/{file.name}", str(back))
        assert back.read_bytes() == file.read_bytes()
    done(account, "s3", "cp", "s3://cli-bucket/in/small.txt", "s3://cli-bucket/copy.txt")
    done(account, "s3", "sync", "s3://cli-bucket", str(tmp_path / "all"))
    assert (tmp_path / "all" / "copy.txt").read_text() == "small"
    assert "BucketNotEmpty" in run_aws(account, "s3", "rb", "s3://cli-bucket").stderr
    done(account, "s3", "rm", "--recursive", "s3://cli-bucket")
    done(account, "s3", "rb", "s3://cli-bucket")
    assert "NoSuchBucket" in run_aws(account, "s3", "ls", "s3://cli-bucket").stderr


def test_what_is_larger_than_a_request_may_be_is_refused_with_its_reason(account, tmp_path):
    client = make(account, "large-bucket")
    client.put_object(Bucket="large-bucket", Key="k", Body=b"x" * (16 << 20))
    assert client.head_object(Bucket="large-bucket", Key="k")["ContentLength"] == 16 << 20
    assert refused(client.put_object, Bucket="large-bucket", Key="k",
                   Body=b"x" * ((16 << 20) + 1)) == "EntityTooLarge"
    file = tmp_path / "file"
    file.write_bytes(b"x" * (9 << 20))
    run = run_aws(account, "s3", "cp", str(file), "s3://large-bucket/k")
    assert "CreateMultipartUpload" in run.stderr and "InvalidAction" in run.stderr
    assert client.get_object(Bucket="large-bucket", Key="k", Range="bytes=0-1")["Body"].read() == b"xx"


def test_objects_have_tags(daemon, account):
    client = make(account, "tagged")
    client.put_object(Bucket="tagged", Key="a", Body=b"x", Tagging="team=net%20work&stage=test")
    wanted = [{"Key": "stage", "Value": "test"}, {"Key": "team", "Value": "net work"}]
    assert client.get_object_tagging(Bucket="tagged", Key="a")["TagSet"] == wanted
    assert client.get_object(Bucket="tagged", Key="a")["TagCount"] == 2
    client.copy_object(Bucket="tagged", Key="b", CopySource="tagged/a")
    client.put_object_tagging(Bucket="tagged", Key="a",
                              Tagging={"TagSet": [{"Key": "only", "Value": ""}]})
    daemon.stop(signal.SIGKILL)
    daemon.start()
    assert client.get_object_tagging(Bucket="tagged", Key="a")["TagSet"] == [
        {"Key": "only", "Value": ""}]
    assert client.get_object_tagging(Bucket="tagged", Key="b")["TagSet"] == wanted
    client.delete_object_tagging(Bucket="tagged", Key="b")
    assert client.get_object_tagging(Bucket="tagged", Key="b")["TagSet"] == []
    assert refused(client.put_object, Bucket="tagged", Key="c", Tagging="a=1&a=2") == "InvalidArgument"


def test_keys_are_any_text(account):
    client = make(account, "any-key")
    keys = ["a b", "a+b", "a%2Fb", "ä/ö", "..", "../x", "//", "a/", "a", "?", "#&=", "~'()*!", "é\n"]
    for key in keys:
        client.put_object(Bucket="any-key", Key=key, Body=key.encode())
    for key in keys:
        assert client.get_object(Bucket="any-key", Key=key)["Body"].read() == key.encode(), key
    found = [item["Key"] for page in client.get_paginator("list_objects_v2").paginate(
        Bucket="any-key", PaginationConfig={"PageSize": 3}) for item in page["Contents"]]
    assert found == sorted(keys, key=str.encode)
    deleted = client.delete_objects(Bucket="any-key", Delete={"Objects": [
        {"Key": key} for key in keys if "\n" not in key]})
    assert "Errors" not in deleted
    assert client.list_objects_v2(Bucket="any-key")["KeyCount"] == 1


def test_a_bucket_may_stand_in_the_hosts_name(daemon, account, monkeypatch):
    """Virtual-hosted style, as resolvers that know the names below localhost have it. [RFC 6761, 6.3]"""
    resolve = socket.getaddrinfo
    monkeypatch.setattr(socket, "getaddrinfo", lambda host, *more, **named: resolve(
        "127.0.0.1" if host.endswith(".localhost") else host, *more, **named))
    styled = s3(account, endpoint_url=f"http://localhost:{daemon.port}",
                config=Config(s3={"addressing_style": "virtual"}))
    seen = []
    styled.meta.events.register("before-send.s3", lambda request, **_: seen.append(request.url))
    styled.create_bucket(Bucket="hosted", CreateBucketConfiguration={"LocationConstraint": REGION})
    styled.put_object(Bucket="hosted", Key="a/b", Body=b"x")
    assert seen == [f"http://hosted.localhost:{daemon.port}/{path}" for path in ("", "a/b")]
    assert s3(account).get_object(Bucket="hosted", Key="a/b")["Body"].read() == b"x"


def test_who_has_a_presigned_link_may_follow_it_until_it_ends(account):
    make(account, "linked")
    client = s3(account, config=Config(signature_version="s3v4"))
    client.put_object(Bucket="linked", Key="a b", Body=b"behind a link")
    link = client.generate_presigned_url("get_object", Params={"Bucket": "linked", "Key": "a b"})
    with urllib.request.urlopen(link, timeout=10) as answer:
        assert answer.read() == b"behind a link"
    with pytest.raises(urllib.error.HTTPError) as error:
        urllib.request.urlopen(link.replace("a%20b", "other"), timeout=10)
    assert error.value.code == 403
    with pytest.raises(urllib.error.HTTPError) as error:
        urllib.request.urlopen(link.split("?")[0], timeout=10)
    assert error.value.code == 404


def test_accounts_have_their_own_and_what_a_policy_lets_them(daemon, account):
    client, other = make(account, "shared"), daemon.account()
    client.put_object(Bucket="shared", Key="k", Body=b"x")
    assert refused(s3(other).get_object, Bucket="shared", Key="k") == "AccessDenied"
    assert refused(s3(other).create_bucket, Bucket="shared", CreateBucketConfiguration={
        "LocationConstraint": REGION}) == "BucketAlreadyExists"
    client.put_bucket_policy(Bucket="shared", Policy=(
        '{"Version": "2012-10-17", "Statement": [{"Effect": "Allow", "Action": "s3:GetObject",'
        f'"Principal": {{"AWS": "arn:aws:iam::{other.id}:root"}},'
        '"Resource": "arn:aws:s3:::shared/*"}]}'))
    assert s3(other).get_object(Bucket="shared", Key="k")["Body"].read() == b"x"
    assert refused(s3(other).put_object, Bucket="shared", Key="k", Body=b"y") == "AccessDenied"
    forged = boto3.client("s3", endpoint_url=daemon.endpoint, region_name=REGION,
                          aws_access_key_id=account.access_key_id, aws_secret_access_key="guessed")
    assert refused(forged.get_object, Bucket="shared", Key="k") == "SignatureDoesNotMatch"


def test_an_action_that_is_not_served_is_counted(daemon, account):
    client = make(account, "unserved")
    assert refused(client.put_bucket_website, Bucket="unserved", WebsiteConfiguration={
        "IndexDocument": {"Suffix": "index.html"}}) == "InvalidAction"
    assert "s3:PutBucketWebsite" in daemon.cli("status").stdout


def test_what_was_acknowledged_outlives_a_killed_daemon(tmp_path):
    with Postern(tmp_path) as daemon:
        account = daemon.account()
        client = make(account, "kept")
        client.put_bucket_versioning(Bucket="kept", VersioningConfiguration={"Status": "Enabled"})
        versions = [client.put_object(Bucket="kept", Key="k", Body=body)["VersionId"]
                    for body in (b"one", b"two")]
        client.put_object(Bucket="kept", Key="gone", Body=b"x")
        client.delete_object(Bucket="kept", Key="gone")
        daemon.stop(signal.SIGKILL)
        daemon.start()
        assert client.get_object(Bucket="kept", Key="k")["Body"].read() == b"two"
        assert client.get_object(Bucket="kept", Key="k",
                                 VersionId=versions[0])["Body"].read() == b"one"
        assert refused(client.get_object, Bucket="kept", Key="gone") == "NoSuchKey"


def test_a_reset_takes_buckets_and_objects(daemon, account):
    client = make(account, "reset")
    client.put_object(Bucket="reset", Key="k", Body=b"x")
    assert list((daemon.data / "objects").iterdir()) != []
    request = urllib.request.Request(daemon.endpoint + "/_postern/reset", method="POST")
    urllib.request.urlopen(request, timeout=60).close()
    assert client.list_buckets()["Buckets"] == []
    assert list((daemon.data / "objects").iterdir()) == []
