# SPDX-License-Identifier: Apache-2.0
"""Instances are real hosts, and nothing is left of what is gone."""
import json
import os
import pathlib
import subprocess

from support.postern import Postern
from support.tutorial import Side, tcp, wait_for


def test_an_instance_is_a_host_of_its_own(postern):
    side = Side(postern, "hosts")
    group = side.group("hosts")
    one = side.run(group, user_data="#!/bin/sh\nid -u\necho from user data > /root/made\n")
    two = side.run(group)
    address = side.ec2.describe_instances(InstanceIds=[one])[
        "Reservations"][0]["Instances"][0]["PrivateIpAddress"]

    def inside(instance, *command):
        return postern.exec(instance, *command).stdout.strip()

    assert inside(one, "hostname") == "ip-" + address.replace(".", "-")
    assert address in inside(one, "ip", "-4", "addr", "show", "eth0")
    assert inside(one, "id", "-u") == "0"
    assert inside(one, "cat", "/root/made") == "from user data"
    assert postern.exec(two, "cat", "/root/made", check=False).returncode != 0
    assert str(os.getpid()) not in inside(one, "ps", "-eo", "pid").split()
    wait_for("the user data's output is there",
             lambda: postern.cli("console-output", one).stdout.strip().endswith("0"))
    # The host's secrets stay outside.
    secret = pathlib.Path("/root/postern-test-secret")
    secret.write_text("secret", encoding="utf-8")
    try:
        assert postern.exec(one, "cat", str(secret), check=False).returncode != 0
        assert "root:$" not in inside(one, "cat", "/etc/shadow")
    finally:
        secret.unlink()
    # Exit status and arguments come through.
    assert postern.exec(one, "sh", "-c", "exit 7", check=False).returncode == 7
    assert inside(one, "printf", "%s|", "a b", "c") == "a b|c|"


def test_groups_judge_what_passes_between_instances_of_a_vpc(postern):
    side = Side(postern, "neighbours")
    group = side.group("neighbours")
    server = side.run(group, user_data="#!/bin/sh\nexec setsid python3 -m http.server 80\n")
    client = side.run(group, subnet=side.subnet_c)
    address = side.ec2.describe_instances(InstanceIds=[server])[
        "Reservations"][0]["Instances"][0]["PrivateIpAddress"]

    def fetch():
        return postern.exec(client, "curl", "-s", "-o", "/dev/null", "--max-time", "2",
                            f"http://{address}/", check=False).returncode

    def ping():
        return postern.exec(client, "ping", "-c1", "-W1", address, check=False).returncode

    wait_for("the server listens", lambda: postern.exec(
        server, "curl", "-s", "-o", "/dev/null", "http://127.0.0.1/", check=False).returncode == 0)
    assert fetch() == 28
    side.ec2.authorize_security_group_ingress(GroupId=group, IpPermissions=tcp(80, group=group))
    assert fetch() == 0
    assert ping() == 1  # no answer
    side.ec2.authorize_security_group_ingress(GroupId=group, IpPermissions=[
        {"IpProtocol": "icmp", "FromPort": -1, "ToPort": -1,
         "UserIdGroupPairs": [{"GroupId": group}]}])
    assert ping() == 0


def mounts(folder: pathlib.Path) -> list[str]:
    lines = pathlib.Path("/proc/self/mountinfo").read_text(encoding="utf-8").splitlines()
    return [line for line in lines if str(folder) in line]


def pid_namespaces() -> set[str]:
    """Of all processes of the host."""
    found = set()
    for entry in pathlib.Path("/proc").iterdir():
        if entry.name.isdigit():
            try:
                found.add(os.readlink(entry / "ns" / "pid"))
            except OSError:
                pass
    return found


def links() -> set[str]:
    """Of the host's own network."""
    shown = subprocess.run(["ip", "-o", "link"], capture_output=True, text=True, check=True)
    return {line.split(":")[1].strip().split("@")[0] for line in shown.stdout.splitlines()}


def programs() -> set[int]:
    """All BPF programs of the host, by their ids."""
    shown = subprocess.run(["bpftool", "--json", "prog", "show"], capture_output=True, text=True,
                           check=True)
    return {program["id"] for program in json.loads(shown.stdout)}


def programs_of(process: int) -> set[int]:
    """Those that a process has open."""
    found = set()
    for entry in pathlib.Path(f"/proc/{process}/fdinfo").iterdir():
        found |= {int(line.split()[1]) for line in entry.read_text(encoding="utf-8").splitlines()
                  if line.startswith("prog_id:")}
    return found


def test_nothing_is_left_behind(tmp_path):
    # Others' daemons come and go meanwhile: of mounts, processes and programs only what is this one's
    # is looked for. No daemon leaves a link in the host's own network, though another test's taps are there
    # for seconds.
    before = links()
    with Postern(tmp_path) as postern:
        side = Side(postern, "left-behind")
        group = side.group("g")
        kept, gone = side.run(group), side.run(group)
        namespaces = {postern.exec(instance, "readlink", "/proc/1/ns/pid").stdout.strip()
                      for instance in (kept, gone)}
        loaded = programs_of(postern.process.pid)
        assert namespaces <= pid_namespaces() and loaded and loaded <= programs()
        assert mounts(tmp_path)
        side.ec2.terminate_instances(InstanceIds=[gone])
        side.ec2.get_waiter("instance_terminated").wait(InstanceIds=[gone],
                                                        WaiterConfig={"Delay": 1})
        names = {p.name for p in (postern.data / "run" / "netns").iterdir()}
        assert kept in names and gone not in names
        assert not (postern.data / "instances" / gone).exists()
        # Reset wipes resources and keeps accounts.
        postern.cli("reset", "--yes")
        assert side.ec2.describe_instances()["Reservations"] == []
        assert [v["IsDefault"] for v in side.ec2.describe_vpcs()["Vpcs"]] == [True]
        assert side.account.sts.get_caller_identity()["Account"] == side.account.id
    wait_for("its links are gone", lambda: links() <= before)
    wait_for("its mounts are gone", lambda: not mounts(tmp_path), timeout=20)
    wait_for("its instances are", lambda: not namespaces & pid_namespaces(), timeout=20)
    wait_for("its programs are", lambda: not loaded & programs(), timeout=20)
