# SPDX-License-Identifier: Apache-2.0
"""VPC flow logs: records of real packets, made and read by the aws CLI.
[VPC user guide, "Logging IP traffic using VPC Flow Logs"]"""
import contextlib
import gzip
import json
import pathlib
import re
import shutil
import signal
import subprocess
import time

import pytest

from support.aws import aws, run_aws
from support.postern import PATIENCE, Postern
from support.tutorial import Tutorial, wait_for
from test_upgrade import ECHO

# So that nobody waits a minute for a window's end.
WINDOW = 2

TRUST = json.dumps({"Version": "2012-10-17", "Statement": [
    {"Effect": "Allow", "Principal": {"Service": "vpc-flow-logs.amazonaws.com"},
     "Action": "sts:AssumeRole"}]})
WRITE = json.dumps({"Version": "2012-10-17", "Statement": [
    {"Effect": "Allow", "Resource": "*", "Action": [
        "logs:CreateLogGroup", "logs:CreateLogStream", "logs:PutLogEvents"]}]})

FIELDS = ["version", "interface-id", "srcaddr", "dstaddr", "srcport", "dstport", "protocol",
          "packets", "bytes", "start", "end", "action", "log-status", "vpc-id", "subnet-id",
          "instance-id", "tcp-flags", "type", "pkt-srcaddr", "pkt-dstaddr", "region", "az-id",
          "flow-direction", "traffic-path"]

# Sends `count` datagrams of `size` bytes and waits for each one's echo.
DATAGRAMS = """
import socket, sys
address, port, count, size = sys.argv[1], *map(int, sys.argv[2:])
with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as s:
    s.connect((address, port))
    s.settimeout(5)
    for _ in range(count):
        s.send(b"x" * size)
        assert len(s.recv(65536)) == size
    print(s.getsockname()[1])
"""


@pytest.fixture(scope="module")
def buckets(tmp_path_factory) -> pathlib.Path:
    return tmp_path_factory.mktemp("buckets")


@pytest.fixture(scope="module")
def daemon(tmp_path_factory, buckets):
    with Postern(tmp_path_factory.mktemp("flow-logs"), "--flow-log-window", str(WINDOW),
                 "--buckets", str(buckets)) as daemon:
        yield daemon


@pytest.fixture(scope="module")
def path(daemon):
    """The tutorial's path with TCP and UDP through it; account A's role may deliver, and B's."""
    t = Tutorial(daemon)
    t.start_client()
    t.start_server(ECHO)
    t.make_nlb(protocol="TCP_UDP")
    t.make_service()
    t.allow_principal()
    t.make_endpoint()
    everything = [{"IpProtocol": protocol, "FromPort": 80, "ToPort": 80,
                   "IpRanges": [{"CidrIp": "0.0.0.0/0"}]} for protocol in ("tcp", "udp")]
    t.a.ec2.authorize_security_group_ingress(GroupId=t.endpoint_group, IpPermissions=everything[1:])
    for group in (t.nlb_group, t.server_group):
        t.b.ec2.authorize_security_group_ingress(
            GroupId=group, IpPermissions=everything if group == t.server_group else everything[1:])
    t.accept()
    t.wait_for_target("healthy")
    for side in (t.a, t.b):
        aws(side.account, "iam", "create-role", "--role-name", "deliver",
            "--assume-role-policy-document", TRUST)
        aws(side.account, "iam", "put-role-policy", "--role-name", "deliver", "--policy-name", "it",
            "--policy-document", WRITE)
    return t


def role(account) -> str:
    return f"arn:aws:iam::{account.id}:role/deliver"


class Log:
    """A flow log with all of FIELDS, and what it has told so far."""

    def __init__(self, side, resource: str, kind: str, traffic: str, *destination: str):
        self.account = side.account
        answer = aws(self.account, "ec2", "create-flow-logs", "--resource-type", kind,
                     "--resource-ids", resource, "--traffic-type", traffic,
                     "--max-aggregation-interval", "60", "--log-format",
                     " ".join(f"${{{name}}}" for name in FIELDS), *destination)
        assert answer["Unsuccessful"] == []
        self.id = answer["FlowLogIds"][0]

    def delete(self) -> None:
        assert aws(self.account, "ec2", "delete-flow-logs", "--flow-log-ids",
                   self.id)["Unsuccessful"] == []

    def lines(self) -> list[str]:
        raise NotImplementedError

    def status(self) -> tuple[str, str | None]:
        shown = aws(self.account, "ec2", "describe-flow-logs", "--flow-log-ids",
                    self.id)["FlowLogs"][0]
        return shown["DeliverLogsStatus"], shown.get("DeliverLogsErrorMessage")

    def records(self, **wanted: str) -> list[dict]:
        """Those whose fields have the wanted values; names with _ for the dashes."""
        rows = [dict(zip(FIELDS, line.split())) for line in self.lines()]
        return [row for row in rows
                if all(row[name.replace("_", "-")] == value for name, value in wanted.items())]

    def sums(self, **wanted: str) -> dict:
        """interface, direction -> (packets, bytes) of the wanted records together."""
        found = {}
        for row in self.records(**wanted):
            key = row["interface-id"], row["flow-direction"]
            packets, octets = found.get(key, (0, 0))
            found[key] = packets + int(row["packets"]), octets + int(row["bytes"])
        return found


class FlowLog(Log):
    """One that goes to a log group."""

    def __init__(self, side, resource: str, kind: str, group: str, traffic: str = "ALL"):
        self.group = group
        super().__init__(side, resource, kind, traffic, "--log-group-name", group,
                         "--deliver-logs-permission-arn", role(side.account))

    def lines(self) -> list[str]:
        return [event["message"] for event in self.events()]

    def events(self) -> list[dict]:
        run = run_aws(self.account, "logs", "filter-log-events", "--log-group-name", self.group)
        # The group is made with the first record.
        if run.returncode != 0:
            assert "ResourceNotFoundException" in run.stderr
            return []
        return json.loads(run.stdout)["events"]


class BucketLog(Log):
    """One whose files go to a bucket, a client's interface's."""

    def __init__(self, t, buckets: pathlib.Path, bucket: str, prefix: str = "", *options: str):
        self.folder = buckets / bucket
        self.folder.mkdir(exist_ok=True)
        self.client = interface(t.a, **{"attachment.instance-id": t.client})["NetworkInterfaceId"]
        super().__init__(t.a, self.client, "NetworkInterface", "ALL", "--log-destination-type", "s3",
                         "--log-destination", f"arn:aws:s3:::{bucket}{prefix}", *options)

    def files(self) -> list[pathlib.Path]:
        return sorted(self.folder.rglob(f"*_{self.id}_*.log.gz"))

    def lines(self) -> list[str]:
        found = []
        for file in self.files():
            header, *lines = gzip.decompress(file.read_bytes()).decode().splitlines()
            assert header.split() == FIELDS
            assert lines
            found += lines
        return found


class ApiBucketLog(Log):
    """One whose files go to a bucket that was made by the API, and are read by it."""

    def __init__(self, t, bucket: str):
        self.bucket = bucket
        self.client = interface(t.a, **{"attachment.instance-id": t.client})["NetworkInterfaceId"]
        super().__init__(t.a, self.client, "NetworkInterface", "ALL", "--log-destination-type", "s3",
                         "--log-destination", f"arn:aws:s3:::{bucket}/net")
        self.s3 = t.a.account.client("s3")

    def lines(self) -> list[str]:
        found = []
        listed = self.s3.list_objects_v2(
            Bucket=self.bucket, Prefix=f"net/AWSLogs/{self.account.id}/vpcflowlogs/")
        for item in listed.get("Contents", []):
            body = self.s3.get_object(Bucket=self.bucket, Key=item["Key"])["Body"].read()
            found += gzip.decompress(body).decode().splitlines()[1:]
        return found


def send(t, count: int = 5) -> str:
    """Datagrams of ten bytes and their echoes, all of which a log tells of. The source port."""
    return t.postern.cli("exec", t.client, "--", "python3", "-c", DATAGRAMS, t.endpoint_address(),
                         "80", str(count), "10").stdout.strip()


def wait_until_told(log: BucketLog, port: str, count: int = 5) -> None:
    wait_for_sums(log, {(log.client, "egress"): (count, count * 38)}, srcport=port)


def interface(side, **filters: str) -> dict:
    found = side.ec2.describe_network_interfaces(Filters=[
        {"Name": name.replace("_", "-"), "Values": [value]} for name, value in filters.items()])
    return found["NetworkInterfaces"][0]


def endpoint_interface(t) -> dict:
    return interface(t.a, private_ip_address=t.endpoint_address(), vpc_id=t.a.vpc)


def wait_for_sums(log: FlowLog, expected: dict, **wanted: str) -> None:
    wait_for("the records", lambda: log.sums(**wanted) == expected, every=0.3,
             seen=lambda: log.sums(**wanted))


def test_both_sides_of_an_endpoint_count_each_packet_once(path):
    t = path
    consumer = FlowLog(t.a, t.a.vpc, "VPC", "consumer")
    provider = FlowLog(t.b, t.b.vpc, "VPC", "provider")
    count, size = 41, 200
    port = t.postern.exec(t.client, "python3", "-c", DATAGRAMS, t.endpoint_address(), "80",
                          str(count), str(size)).stdout.strip()
    all_of_it = count, count * (size + 28)
    client = interface(t.a, **{"attachment.instance-id": t.client})
    endpoint = endpoint_interface(t)
    server = interface(t.b, **{"attachment.instance-id": t.server})
    there = {(client["NetworkInterfaceId"], "egress"): all_of_it,
             (endpoint["NetworkInterfaceId"], "ingress"): all_of_it}
    back = {(endpoint["NetworkInterfaceId"], "egress"): all_of_it,
            (client["NetworkInterfaceId"], "ingress"): all_of_it}
    wait_for_sums(consumer, there, protocol="17", srcport=port, dstport="80", action="ACCEPT")
    wait_for_sums(consumer, back, protocol="17", srcport="80", dstport=port, action="ACCEPT")

    # The provider sees its node and not the consumer. [PrivateLink guide: "the source IP addresses
    # provided to your applications are the private IP addresses of the NLB's nodes"]
    rows = provider.records(protocol="17", dstport="80", flow_direction="egress")
    assert len({row["interface-id"] for row in rows}) == 1
    node = interface(t.b, network_interface_id=rows[0]["interface-id"])
    assert node["InterfaceType"] == "network_load_balancer"
    assert provider.sums(protocol="17", dstport="80") == {
        (node["NetworkInterfaceId"], "egress"): all_of_it,
        (server["NetworkInterfaceId"], "ingress"): all_of_it}
    assert provider.sums(protocol="17", srcport="80") == {
        (server["NetworkInterfaceId"], "egress"): all_of_it,
        (node["NetworkInterfaceId"], "ingress"): all_of_it}
    row = provider.records(protocol="17", dstport="80",
                           interface_id=server["NetworkInterfaceId"])[0]
    assert row["srcaddr"] == row["pkt-srcaddr"] == node["PrivateIpAddress"]
    assert row["dstaddr"] == row["pkt-dstaddr"] == server["PrivateIpAddress"]
    assert row["instance-id"] == t.server and row["vpc-id"] == t.b.vpc
    assert row["version"] == "5" and row["type"] == "IPv4" and row["tcp-flags"] == "0"
    assert row["region"] == "ap-northeast-1" and row["az-id"].startswith("apne1-az")
    assert row["log-status"] == "OK" and int(row["start"]) <= int(row["end"])
    egress = consumer.records(protocol="17", interface_id=client["NetworkInterfaceId"],
                              flow_direction="egress")[0]
    assert egress["traffic-path"] == "1" and egress["instance-id"] == t.client
    assert consumer.records(interface_id=endpoint["NetworkInterfaceId"])[0]["instance-id"] == "-"
    consumer.delete()
    provider.delete()


def test_a_tcp_connection_has_its_flags_and_the_same_counts_everywhere(path):
    t = path
    consumer = FlowLog(t.a, t.a.vpc, "VPC", "consumer-tcp")
    program = ("import socket\n"
               f"with socket.create_connection(('{t.endpoint_address()}', 80), 5) as s:\n"
               "    s.sendall(b'x' * 3000000)\n"
               "    left = 3000000\n"
               "    while left: left -= len(s.recv(65536))\n"
               "    print(s.getsockname()[1])\n")
    port = t.postern.exec(t.client, "python3", "-c", program).stdout.strip()
    client = interface(t.a, **{"attachment.instance-id": t.client})["NetworkInterfaceId"]
    endpoint = endpoint_interface(t)["NetworkInterfaceId"]

    def complete():
        rows = consumer.records(protocol="6", interface_id=client, dstport="80", srcport=port)
        flags = 0
        for row in rows:
            flags |= int(row["tcp-flags"])
        return flags == 3  # SYN and FIN
    wait_for("the records", complete, every=0.3)
    out = consumer.sums(protocol="6", srcport=port, dstport="80")
    back = consumer.sums(protocol="6", srcport="80", dstport=port)
    assert out[client, "egress"] == out[endpoint, "ingress"]
    assert back[client, "ingress"] == back[endpoint, "egress"]
    # Segments on the wire, not what a host hands over at once: of 8460 bytes at most, an endpoint's
    # MTU less two headers.
    packets, octets = out[client, "egress"]
    assert packets > 3000000 / 8460
    # What a busy machine makes a host send again counts too.
    assert 3000000 + 40 * packets <= octets <= 1.2 * 3000000 + 60 * packets
    answer = [int(row["tcp-flags"]) for row in consumer.records(
        protocol="6", interface_id=client, flow_direction="ingress", dstport=port)]
    assert any(flags & 18 == 18 for flags in answer)  # SYN and ACK
    consumer.delete()


def test_what_a_security_group_drops_is_rejected_at_its_interface(path):
    t = path
    endpoint = endpoint_interface(t)
    log = FlowLog(t.a, endpoint["NetworkInterfaceId"], "NetworkInterface", "rejects", "REJECT")
    drops = t.drops_during(lambda: t.curl(f"http://{t.endpoint_address()}:8080/", seconds=1))
    count = drops["EndpointIngressDenied"]
    assert count >= 1
    wait_for("the records", lambda: sum(int(row["packets"]) for row in log.records()
                                        if row["log-status"] == "OK") == count,
             timeout=WINDOW + 3, every=0.3)
    for row in log.records(log_status="OK"):
        assert (row["action"], row["flow-direction"]) == ("REJECT", "ingress")
        assert row["dstaddr"] == t.endpoint_address() and row["dstport"] == "8080"
        assert row["tcp-flags"] == "2"
        assert row["interface-id"] == endpoint["NetworkInterfaceId"]
    # What passes is none of this log's.
    t.postern.exec(t.client, "python3", "-c", DATAGRAMS, t.endpoint_address(), "80", "3", "10")
    time.sleep(WINDOW + 1)
    assert log.records(action="ACCEPT") == []
    stream = aws(t.a.account, "logs", "describe-log-streams", "--log-group-name",
                 "rejects")["logStreams"]
    assert [s["logStreamName"] for s in stream] == [f"{endpoint['NetworkInterfaceId']}-reject"]
    events = aws(t.a.account, "logs", "get-log-events", "--log-group-name", "rejects",
                 "--log-stream-name", stream[0]["logStreamName"], "--start-from-head")["events"]
    read = [event["message"] for event in events]
    # Windows go on ending: what was read of the stream is how the group's events begin.
    assert read == [event["message"] for event in log.events()][:len(read)]
    # By the pattern that AWS's guide gives for flow logs.
    found = aws(t.a.account, "logs", "filter-log-events", "--log-group-name", "rejects",
                "--filter-pattern", "[v, eni, src, dst, srcport, dstport=8080, ...]")["events"]
    assert len(found) == len(log.records(dstport="8080"))
    log.delete()


def test_records_come_soon_after_their_windows_end(path):
    t = path
    client = interface(t.a, **{"attachment.instance-id": t.client})["NetworkInterfaceId"]
    log = FlowLog(t.a, client, "NetworkInterface", "soon")

    # What is sent before the log is in the data plane is not its. [VPC user guide: a flow log takes
    # minutes to begin]
    def recorded() -> list[dict]:
        t.postern.exec(t.client, "python3", "-c", DATAGRAMS, t.endpoint_address(), "80", "1", "10")
        return log.records(log_status="OK")

    wait_for("a record", recorded, every=0.2)
    late = [event["ingestionTime"] - (event["timestamp"] // (1000 * WINDOW) + 1) * 1000 * WINDOW
            for event in log.events()]
    assert min(late) >= 0
    # Some milliseconds; of several, and generously, in case the machine is busy with something else.
    assert min(late) < 10_000 * PATIENCE, late
    log.delete()


def test_flow_logs_outlive_the_daemon_and_miss_no_packet(path):
    t = path
    client = interface(t.a, **{"attachment.instance-id": t.client})["NetworkInterfaceId"]
    log = FlowLog(t.a, client, "NetworkInterface", "survives")
    port = send(t)
    wait_for_sums(log, {(client, "egress"): (5, 5 * 38)}, srcport=port)
    t.postern.stop(signal.SIGKILL)
    t.postern.start()
    assert [found["FlowLogId"] for found in aws(
        t.a.account, "ec2", "describe-flow-logs", "--filter",
        f"Name=resource-id,Values={client}")["FlowLogs"]] == [log.id]
    # What was written before is there, and what comes is counted.
    assert log.sums(srcport=port) == {(client, "egress"): (5, 5 * 38)}
    port = send(t)
    wait_for_sums(log, {(client, "egress"): (5, 5 * 38)}, srcport=port)
    log.delete()


def test_a_role_that_may_not_deliver_is_said_and_nothing_is_written(path):
    t = path
    client = interface(t.a, **{"attachment.instance-id": t.client})["NetworkInterfaceId"]
    aws(t.a.account, "iam", "create-role", "--role-name", "idle", "--assume-role-policy-document",
        TRUST)
    made = aws(t.a.account, "ec2", "create-flow-logs", "--resource-type", "NetworkInterface",
               "--resource-ids", client, "--traffic-type", "ALL", "--log-group-name", "none",
               "--deliver-logs-permission-arn", f"arn:aws:iam::{t.a.account.id}:role/idle")
    t.postern.exec(t.client, "python3", "-c", DATAGRAMS, t.endpoint_address(), "80", "1", "10")
    time.sleep(WINDOW + 1)
    shown = aws(t.a.account, "ec2", "describe-flow-logs", "--flow-log-ids",
                *made["FlowLogIds"])["FlowLogs"][0]
    assert (shown["DeliverLogsStatus"], shown["DeliverLogsErrorMessage"]) == (
        "FAILED", "Access error")
    assert "ResourceNotFoundException" in run_aws(
        t.a.account, "logs", "filter-log-events", "--log-group-name", "none").stderr
    aws(t.a.account, "ec2", "delete-flow-logs", "--flow-log-ids", *made["FlowLogIds"])


def test_a_missing_resource_is_named_in_the_answer(path):
    answer = aws(path.a.account, "ec2", "create-flow-logs", "--resource-type", "VPC",
                 "--resource-ids", "vpc-11111111", "--traffic-type", "ALL", "--log-group-name", "g",
                 "--deliver-logs-permission-arn", role(path.a.account))
    assert answer["FlowLogIds"] == []
    assert answer["Unsuccessful"][0]["ResourceId"] == "vpc-11111111"
    assert answer["Unsuccessful"][0]["Error"]["Code"] == "InvalidVpcID.NotFound"


# [VPC user guide, "Flow log files"]
def test_a_bucket_gets_a_file_of_each_window(path, buckets):
    t = path
    log = BucketLog(t, buckets, "logs")
    port = send(t)
    wait_until_told(log, port)
    account = t.a.account.id
    for file in log.files():
        assert re.fullmatch(
            rf"AWSLogs/{account}/vpcflowlogs/ap-northeast-1/\d{{4}}/\d\d/\d\d/"
            rf"{account}_vpcflowlogs_ap-northeast-1_{log.id}_\d{{8}}T\d{{4}}Z_[0-9a-f]{{8}}\.log\.gz",
            str(file.relative_to(buckets / "logs")))
    row = log.records(srcport=port)[0]
    assert (row["dstport"], row["protocol"], row["action"]) == ("80", "17", "ACCEPT")
    assert log.status() == ("SUCCESS", None)
    shown = aws(t.a.account, "ec2", "describe-flow-logs", "--filter",
                "Name=log-destination-type,Values=s3")["FlowLogs"]
    assert [(s["LogDestination"], s["DestinationOptions"]) for s in shown] == [
        ("arn:aws:s3:::logs", {"FileFormat": "plain-text", "HiveCompatiblePartitions": False,
                               "PerHourPartition": False})]
    # No half of a file is left.
    assert all(file.suffix == ".gz" for file in (buckets / "logs").rglob("*") if file.is_file())
    log.delete()


def test_a_buckets_folders_are_named_as_it_was_asked_for(path, buckets):
    t = path
    log = BucketLog(t, buckets, "logs", "/teams/net/", "--destination-options",
                    "FileFormat=plain-text,HiveCompatiblePartitions=true,PerHourPartition=true")
    wait_until_told(log, send(t))
    for file in log.files():
        assert re.fullmatch(
            rf"teams/net/AWSLogs/aws-account-id={t.a.account.id}/aws-service=vpcflowlogs/"
            r"aws-region=ap-northeast-1/year=\d{4}/month=\d\d/day=\d\d/hour=\d\d",
            str(file.parent.relative_to(buckets / "logs")))
    log.delete()


# [VPC user guide, "Troubleshoot VPC Flow Logs"]
def test_a_bucket_must_be_there_when_its_log_is_made(path, buckets):
    account = path.a.account
    make = ("ec2", "create-flow-logs", "--resource-type", "VPC", "--resource-ids", path.a.vpc,
            "--traffic-type", "ALL", "--log-destination-type", "s3", "--log-destination")
    answer = aws(account, *make, "arn:aws:s3:::later")
    assert answer["FlowLogIds"] == []
    assert answer["Unsuccessful"][0]["ResourceId"] == path.a.vpc
    assert answer["Unsuccessful"][0]["Error"] == {"Code": "400",
                                                  "Message": "LogDestination: later does not exist."}
    (buckets / "later").mkdir()
    made = aws(account, *make, "arn:aws:s3:::later")["FlowLogIds"]
    aws(account, "ec2", "delete-flow-logs", "--flow-log-ids", *made)
    for arn in ("arn:aws:s3:::later/../logs", "arn:aws:s3:::later/AWSLogs/", "arn:aws:s3:::.."):
        assert "(InvalidParameter)" in run_aws(account, *make, arn).stderr


def test_a_bucket_of_the_accounts_own_gets_them_as_objects(path):
    t = path
    s3 = t.a.account.client("s3")
    s3.create_bucket(Bucket="made-by-api", CreateBucketConfiguration={
        "LocationConstraint": s3.meta.region_name})
    log = ApiBucketLog(t, "made-by-api")
    wait_until_told(log, send(t))
    log_of_b = aws(t.b.account, "ec2", "create-flow-logs", "--resource-type", "VPC",
                   "--resource-ids", t.b.vpc, "--traffic-type", "ALL", "--log-destination-type", "s3",
                   "--log-destination", "arn:aws:s3:::made-by-api")
    assert "Access Denied" in log_of_b["Unsuccessful"][0]["Error"]["Message"]
    s3.put_bucket_policy(Bucket="made-by-api", Policy=json.dumps({
        "Version": "2012-10-17", "Statement": [
            {"Effect": "Deny", "Principal": {"Service": "delivery.logs.amazonaws.com"},
             "Action": "s3:PutObject", "Resource": "arn:aws:s3:::made-by-api/*"}]}))
    send(t)
    wait_for("that it fails", lambda: log.status() == ("FAILED", "Access error"))
    s3.delete_bucket_policy(Bucket="made-by-api")
    wait_for("that it delivers", lambda: log.status() == ("SUCCESS", None))
    log.delete()


@contextlib.contextmanager
def small_disk(at: pathlib.Path):
    at.mkdir()
    subprocess.run(["mount", "-t", "tmpfs", "-o", "size=256k", "none", at], check=True)
    try:
        yield
    finally:
        subprocess.run(["umount", at], check=True)


def test_a_full_disk_is_said_and_what_was_to_be_written_comes_later(path, buckets):
    with small_disk(buckets / "small"):
        log = BucketLog(path, buckets, "small")
        with contextlib.suppress(OSError), (buckets / "small" / "filler").open("wb") as filler:
            filler.write(b"x" * (1 << 20))
        port = send(path)
        wait_for("the failure", lambda: log.status() == ("FAILED", "Unknown error"),
                 every=0.3)
        assert log.files() == []
        (buckets / "small" / "filler").unlink()
        wait_until_told(log, port)
        wait_for("it is mended", lambda: log.status() == ("SUCCESS", None), every=0.3)
        log.delete()


def test_a_bucket_that_goes_is_said_and_nothing_goes_elsewhere(path, buckets, tmp_path):
    log = BucketLog(path, buckets, "goes")
    wait_until_told(log, send(path))
    shutil.rmtree(log.folder)
    log.folder.symlink_to(tmp_path)
    port = send(path)
    wait_for("the failure", lambda: log.status() == ("FAILED", "Access error"),
             every=0.3)
    assert list(tmp_path.iterdir()) == []
    log.folder.unlink()
    log.folder.mkdir()
    wait_until_told(log, port)
    wait_for("it is mended", lambda: log.status() == ("SUCCESS", None), every=0.3)
    log.delete()


def test_a_bucket_misses_nothing_when_the_daemon_is_ended_and_started(path, buckets):
    log = BucketLog(path, buckets, "restart")
    for how in (signal.SIGTERM, signal.SIGKILL):
        first = send(path)
        if how == signal.SIGKILL:
            wait_until_told(log, first)  # what is gathered in an unfinished window goes with a kill
        else:
            time.sleep(1.1)  # so that it has been gathered
        path.postern.stop(how)
        path.postern.start()
        wait_until_told(log, first)
        wait_until_told(log, send(path))
    log.delete()

