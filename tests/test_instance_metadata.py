# SPDX-License-Identifier: Apache-2.0
"""Instances read of themselves at 169.254.169.254: by curl, by version 1 and 2, and nobody else's."""
import json
import signal

import pytest

from support.postern import REGION
from support.tutorial import Side, wait_for

BASE = "http://169.254.169.254"
# What user data does on AWS: it asks who it is, once by each version.
USER_DATA = f"""#!/bin/sh
curl -s {BASE}/latest/meta-data/instance-id > /root/id
token=$(curl -s -X PUT {BASE}/latest/api/token -H 'X-aws-ec2-metadata-token-ttl-seconds: 60')
curl -s -H "X-aws-ec2-metadata-token: $token" {BASE}/latest/meta-data/placement/region > /root/region
curl -s {BASE}/latest/user-data > /root/user-data
"""

TRUST = {"Version": "2012-10-17", "Statement": [{
    "Effect": "Allow", "Principal": {"Service": "ec2.amazonaws.com"}, "Action": "sts:AssumeRole"}]}
MAY_LOOK = {"Version": "2012-10-17", "Statement": [{
    "Effect": "Allow", "Action": "ec2:DescribeVpcs", "Resource": "*"}]}

# Listens to the packets of a connection, and says the smallest TTL that came from the service.
HOPS = f"""
import socket, threading, urllib.request
raw = socket.socket(socket.AF_PACKET, socket.SOCK_DGRAM, socket.htons(0x800))
raw.settimeout(1)
def ask():
    urllib.request.urlopen(urllib.request.Request("{BASE}/latest/api/token", method="PUT",
        headers={{"X-aws-ec2-metadata-token-ttl-seconds": "60"}})).read()
threading.Timer(0.2, ask).start()
ttls = set()
try:
    while True:
        packet = raw.recv(2000)
        if packet[12:16] == bytes([169, 254, 169, 254]):
            ttls.add(packet[8])
except TimeoutError:
    print(min(ttls))
"""


class Metadata:
    """What an instance's curl gets."""

    def __init__(self, postern, instance: str):
        self.postern, self.instance = postern, instance

    def curl(self, path: str, *options: str) -> tuple[int, str]:
        """(HTTP status, body)"""
        text = self.postern.exec(self.instance, "curl", "-s", "--max-time", "5", "-w", "\n%{http_code}",
                                 *options, BASE + path, check=False).stdout
        body, _, status = text.rpartition("\n")
        return int(status), body

    def token(self, seconds: str = "60") -> str:
        status, token = self.curl("/latest/api/token", "-X", "PUT", "-H",
                                  f"X-aws-ec2-metadata-token-ttl-seconds: {seconds}")
        assert status == 200
        return token

    def get(self, path: str, token: str = "") -> str:
        header = ["-H", f"X-aws-ec2-metadata-token: {token}"] if token else []
        status, body = self.curl("/latest/" + path, *header)
        assert status == 200, (path, status, body)
        return body


def test_user_data_asks_who_it_is(postern):
    side = Side(postern, "metadata")
    group = side.group("metadata")
    instance = side.run(group, user_data=USER_DATA)
    wait_for("user data has run", lambda: postern.exec(
        instance, "test", "-s", "/root/user-data", check=False).returncode == 0)

    def read(path):
        return postern.exec(instance, "cat", path).stdout

    assert read("/root/id") == instance
    assert read("/root/region") == REGION
    assert read("/root/user-data") == USER_DATA
    said = side.ec2.describe_instances(InstanceIds=[instance])["Reservations"][0]["Instances"][0]
    interface = said["NetworkInterfaces"][0]
    data = Metadata(postern, instance)
    mac = "network/interfaces/macs/" + interface["MacAddress"]
    for path, expected in {
            "local-ipv4": said["PrivateIpAddress"], "local-hostname": said["PrivateDnsName"],
            "mac": interface["MacAddress"], "ami-id": said["ImageId"],
            "instance-type": said["InstanceType"], "security-groups": "metadata",
            "placement/availability-zone": said["Placement"]["AvailabilityZone"],
            f"{mac}/subnet-id": said["SubnetId"], f"{mac}/vpc-id": said["VpcId"],
            f"{mac}/security-group-ids": group}.items():
        assert data.get("meta-data/" + path) == expected
    document = json.loads(data.get("dynamic/instance-identity/document"))
    assert (document["accountId"], document["instanceId"], document["privateIp"]) == (
        side.account.id, instance, said["PrivateIpAddress"])
    # No security group admits it, as on AWS, and nothing of it is dropped.
    assert side.ec2.describe_security_groups(GroupIds=[group])["SecurityGroups"][0][
        "IpPermissions"] == []


def test_options_change_what_is_answered_at_once(postern):
    side = Side(postern, "metadata-options")
    instance = side.run(side.group("g"))
    data = Metadata(postern, instance)
    token = data.token()

    def modify(**options):
        side.ec2.modify_instance_metadata_options(InstanceId=instance, **options)

    assert data.get("meta-data/instance-id") == instance
    modify(HttpTokens="required")
    assert data.curl("/latest/meta-data/instance-id")[0] == 401
    assert data.get("meta-data/instance-id", token) == instance
    assert data.curl("/latest/meta-data/instance-id", "-H", "X-aws-ec2-metadata-token: no")[0] == 401
    assert data.curl("/latest/api/token", "-X", "PUT")[0] == 400
    side.ec2.create_tags(Resources=[instance], Tags=[{"Key": "Name", "Value": "web"}])
    assert data.curl("/latest/meta-data/tags/instance/Name",
                     "-H", f"X-aws-ec2-metadata-token: {token}")[0] == 404
    modify(InstanceMetadataTags="enabled")
    assert data.get("meta-data/tags/instance/Name", token) == "web"
    # The answer with a token goes no further than the instance itself.
    assert postern.exec(instance, "python3", "-c", HOPS).stdout.strip() == "1"
    modify(HttpPutResponseHopLimit=2)
    assert postern.exec(instance, "python3", "-c", HOPS).stdout.strip() == "2"
    modify(HttpEndpoint="disabled")
    assert data.curl("/latest/meta-data/instance-id", "-H", f"X-aws-ec2-metadata-token: {token}")[
        0] == 403
    # Tokens outlive the daemon.
    modify(HttpEndpoint="enabled")
    postern.stop(signal.SIGKILL)
    postern.start()
    wait_for("it answers again", lambda: data.curl("/latest/api/token", "-X", "PUT")[0] == 400)
    assert data.get("meta-data/instance-id", token) == instance


def test_nobody_reads_of_another_tenant_s(postern):
    sides = [Side(postern, f"tenant-{n}") for n in "ab"]
    # The same address in two accounts' VPCs.
    instances = [side.run(side.group("g"), user_data=f"#!/bin/sh\n# secret of {side.account.id}\n")
                 for side in sides]
    addresses = {side.ec2.describe_instances(InstanceIds=[instance])[
        "Reservations"][0]["Instances"][0]["PrivateIpAddress"]
        for side, instance in zip(sides, instances)}
    assert len(addresses) == 1
    tokens = []
    for side, instance in zip(sides, instances):
        data = Metadata(postern, instance)
        tokens.append(data.token())
        assert data.get("meta-data/instance-id") == instance
        assert side.account.id in data.get("user-data")
    assert Metadata(postern, instances[0]).curl(
        "/latest/user-data", "-H", f"X-aws-ec2-metadata-token: {tokens[1]}")[0] == 401
    # Whoever takes another's address does not get through.
    before = postern.drops().get("AddressSpoofed", 0)
    postern.exec(instances[0], "ip", "addr", "add", "10.0.1.77/32", "dev", "eth0")
    run = postern.exec(instances[0], "curl", "-s", "--max-time", "2", "--interface", "10.0.1.77",
                       BASE + "/latest/meta-data/instance-id", check=False)
    assert (run.returncode, run.stdout) == (28, "")
    assert postern.drops()["AddressSpoofed"] > before


def test_the_profile_s_keys_are_good_for_what_its_role_may_do(postern):
    side = Side(postern, "metadata-role")
    iam = side.account.client("iam")
    iam.create_role(RoleName="server", AssumeRolePolicyDocument=json.dumps(TRUST))
    iam.put_role_policy(RoleName="server", PolicyName="look", PolicyDocument=json.dumps(MAY_LOOK))
    iam.create_instance_profile(InstanceProfileName="server")
    iam.add_role_to_instance_profile(InstanceProfileName="server", RoleName="server")
    instance = side.run(side.group("g"))
    data = Metadata(postern, instance)
    assert data.curl("/latest/meta-data/iam/security-credentials/")[0] == 404
    side.ec2.associate_iam_instance_profile(InstanceId=instance,
                                            IamInstanceProfile={"Name": "server"})
    assert data.get("meta-data/iam/security-credentials/") == "server"
    assert json.loads(data.get("meta-data/iam/info"))["InstanceProfileArn"].endswith(
        "instance-profile/server")
    keys = json.loads(data.get("meta-data/iam/security-credentials/server"))
    assert (keys["Code"], keys["Type"]) == ("Success", "AWS-HMAC")
    assert json.loads(data.get("meta-data/iam/security-credentials/server")) == keys

    def client(service):
        return side.account.client(service, aws_access_key_id=keys["AccessKeyId"],
                                   aws_secret_access_key=keys["SecretAccessKey"],
                                   aws_session_token=keys["Token"])

    assert client("sts").get_caller_identity()["Arn"] == (
        f"arn:aws:sts::{side.account.id}:assumed-role/server/{instance}")
    assert client("ec2").describe_vpcs()["Vpcs"]
    with pytest.raises(Exception, match="UnauthorizedOperation"):
        client("ec2").describe_subnets()
