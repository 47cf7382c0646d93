# SPDX-License-Identifier: Apache-2.0
"""postern capture, read by tshark: a flow's packets at every hop, with the verdict as their comment."""
import contextlib
import json
import os
import subprocess
import time

import pytest

from support.postern import BIN
from support.tutorial import WORDS, Tutorial


@pytest.fixture(scope="module")
def t(postern):
    return Tutorial(postern).build()


@contextlib.contextmanager
def capturing(t: Tutorial, file, to: str):
    """Captures while its body runs."""
    process = subprocess.Popen([BIN / "postern", "capture", t.client, to, "--write", file],
                               env=os.environ | {"POSTERN_DATA": str(t.postern.data)},
                               stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)
    assert process.stderr.readline() == "listening\n"
    try:
        yield process
    finally:
        process.terminate()
        process.wait(timeout=10)
        assert process.returncode == 0, process.stderr.read()


def read(file) -> list[dict]:
    """What tshark has of each packet."""
    fields = ("frame.interface_name", "frame.comment", "ip.src", "ip.dst", "tcp.srcport",
              "tcp.dstport", "tcp.flags.syn", "tcp.flags.ack")
    run = subprocess.run(["tshark", "-r", file, "-T", "json", "--no-duplicate-keys",
                          *(word for field in fields for word in ("-e", field))],
                         check=True, capture_output=True, text=True)
    return [{name: values[0] for name, values in packet["_source"]["layers"].items()}
            for packet in json.loads(run.stdout)]


def interface_at(side, address: str) -> str:
    found = side.ec2.describe_network_interfaces(Filters=[
        {"Name": "private-ip-address", "Values": [address]},
        {"Name": "vpc-id", "Values": [side.vpc]}])
    return found["NetworkInterfaces"][0]["NetworkInterfaceId"]


def interface_of(side, instance: str) -> str:
    found = side.ec2.describe_instances(InstanceIds=[instance])["Reservations"][0]["Instances"][0]
    return found["NetworkInterfaces"][0]["NetworkInterfaceId"]


def is_syn(packet: dict) -> bool:
    return packet["tcp.flags.syn"] in ("1", "True") and packet["tcp.flags.ack"] in ("0", "False")


def test_each_packet_is_at_every_hop_with_its_verdict(t, tmp_path):
    file = tmp_path / "flow.pcapng"
    address = t.endpoint_address("a")
    with capturing(t, file, f"{address}:80"):
        assert t.curl(f"http://{address}/") == (0, WORDS)
    packets = read(file)
    syns = [packet for packet in packets if is_syn(packet)]
    client = interface_of(t.a, t.client)
    endpoint = interface_at(t.a, address)
    server = interface_of(t.b, t.server)
    names = [packet["frame.interface_name"] for packet in syns]
    assert [names[0], names[1], names[3]] == [client, endpoint, server]
    assert names[2] not in names[:2] + names[3:]  # the node's
    assert syns[0]["frame.comment"].startswith(f"{t.client} sends: EndpointAdmitted: ")
    assert syns[1]["frame.comment"] == f"it reaches {t.endpoint} (account {t.a.account.id})"
    assert syns[2]["frame.comment"] == (
        f"{t.nlb} (account {t.b.account.id}) sends it on to {t.server}")
    assert syns[3]["frame.comment"] == f"{t.server} receives it"
    # The client never sees the server's address, nor the server the client's.
    assert (syns[0]["ip.dst"], syns[3]["ip.src"]) == (address, syns[2]["ip.src"])
    assert len({packet["frame.interface_name"] for packet in packets}) == 4
    assert any("FlowForwarded" in packet["frame.comment"] for packet in packets)


def test_health_checks_are_of_no_flow(t, tmp_path):
    file = tmp_path / "idle.pcapng"
    with capturing(t, file, f"{t.endpoint_address('a')}:80"):
        time.sleep(6)  # they come every five seconds
    assert read(file) == []


def test_what_is_dropped_is_where_it_was_dropped_with_the_reason(t, tmp_path):
    file = tmp_path / "dropped.pcapng"
    address = t.endpoint_address("a")
    with capturing(t, file, f"{address}:8080"):
        assert t.curl(f"http://{address}:8080/", seconds=1)[0] == 28
    packets = read(file)
    client = interface_of(t.a, t.client)
    assert {packet["frame.interface_name"] for packet in packets} == {client}
    assert packets[0]["frame.comment"].startswith(f"{t.client} sends: EndpointIngressDenied: ")


def test_what_cannot_be_captured_is_said(t, tmp_path):
    run = t.postern.cli("capture", t.client, "10.0.1.77:80", "--write", str(tmp_path / "x"),
                        check=False)
    assert run.returncode == 1
    assert "gets to an interface" in run.stderr
