# SPDX-License-Identifier: Apache-2.0
"""Broken on purpose: what fails is cut off, explain, watch and the status name the fault, a design survives or does
not, and all is as before once the fault is cleared or its time is over.
"""
import json
import signal
import subprocess
import time

import pytest

from support.holding import Holding
from support.shell import type_command
from support.tutorial import WORDS, Tutorial, wait_for
from support.watching import Watching


@pytest.fixture(scope="module")
def t(postern):
    """The tutorial with a second server in zone c, and nodes that send to both."""
    made = Tutorial(postern)
    made.start_client()
    made.start_server()
    made.wait_for_server()
    made.make_nlb(**{"load_balancing.cross_zone.enabled": "true"})
    made.admit_nlb_at_server()
    made.make_service()
    made.allow_principal()
    made.make_endpoint()
    made.accept()
    made.second = made.b.run(made.server_group, made.b.subnet_c,
                             "#!/bin/sh\nmkdir -p /srv/www && cd /srv/www && "
                             f"echo '{WORDS}' > index.html && exec setsid python3 -m http.server 80\n")
    made.b.elbv2.register_targets(TargetGroupArn=made.target_group, Targets=[{"Id": made.second}])
    wait_for("both are healthy", lambda: states(made) == {"healthy"})
    return made


@pytest.fixture(autouse=True)
def clear(t):
    yield
    t.postern.cli("fault", "clear", "--all")
    wait_for("both are healthy", lambda: states(t) == {"healthy"})


def states(t: Tutorial) -> set:
    answer = t.b.elbv2.describe_target_health(TargetGroupArn=t.target_group)
    return {row["TargetHealth"]["State"] for row in answer["TargetHealthDescriptions"]}


def state_of(t: Tutorial, instance: str) -> str:
    answer = t.b.elbv2.describe_target_health(TargetGroupArn=t.target_group,
                                              Targets=[{"Id": instance}])
    return answer["TargetHealthDescriptions"][0]["TargetHealth"]["State"]


def fault(t: Tutorial, *words: str) -> dict:
    return json.loads(t.postern.cli("fault", *words, "--json").stdout)


def faults(t: Tutorial) -> list:
    return json.loads(t.postern.cli("fault", "list", "--json").stdout)["faults"]


def explain(t: Tutorial, to: str, *options: str) -> tuple[int, dict]:
    run = t.postern.cli("explain", t.client, to, "--json", *options, check=False)
    return run.returncode, json.loads(run.stdout)


def hops(explained: dict) -> list[dict]:
    found = list(explained["lookup"])
    for path in explained["paths"]:
        found += path["hops"] + [hop for target in path["targets"] for hop in target["hops"]]
    return found


def stops(explained: dict) -> list[dict]:
    return [hop for hop in hops(explained) if hop["judgement"] == "stops"]


def zone_of(side, subnet: str) -> str:
    """Its id, which means the same place for both accounts."""
    return side.ec2.describe_subnets(SubnetIds=[subnet])["Subnets"][0]["AvailabilityZoneId"]


def endpoint_address_in(t: Tutorial, zone: str) -> str:
    return t.endpoint_address("a" if zone_of(t.a, t.a.subnet_a) == zone else "c")


def server_in(t: Tutorial, zone: str) -> str:
    return t.server if zone_of(t.b, t.b.subnet_a) == zone else t.second


def interface_of(side, instance: str) -> str:
    answer = side.ec2.describe_instances(InstanceIds=[instance])
    return answer["Reservations"][0]["Instances"][0]["NetworkInterfaces"][0]["NetworkInterfaceId"]


def expectation(t: Tutorial, folder) -> str:
    """That the client reaches the service by the name that clients ask for."""
    file = folder / "expect.yaml"
    file.write_text(
        f"expect:\n  - from: {t.client}\n    to: {t.endpoint_names()[0]}:80\n    reachable: true\n")
    return str(file)


def holds(t: Tutorial, file: str) -> bool:
    return t.postern.cli("expect", file, check=False).returncode == 0


def works(t: Tutorial) -> bool:
    return t.curl() == (0, WORDS)


def test_a_design_in_two_zones_survives_one_of_them(t, tmp_path):
    """The one that the client is not in: an interface of the endpoint, a node and a target are gone."""
    file = expectation(t, tmp_path)
    assert holds(t, file)
    zone = zone_of(t.a, t.a.subnet_c)
    address = endpoint_address_in(t, zone)
    made = fault(t, "zone", zone)
    assert made["subject"] == zone
    assert 590 <= made["seconds_left"] <= 600
    assert made["fault_id"] in t.postern.cli("status").stdout

    assert t.curl(f"http://{address}/", seconds=1)[0] == 28
    status, explained = explain(t, f"{address}:80")
    assert status == 1
    first = stops(explained)[0]
    assert first["step"] == "fault"
    assert made["fault_id"] in first["because"]
    assert first["fixes"] == [
        {"account": "", "command": f"postern fault clear {made['fault_id']}"}]
    assert explained["paths"][0]["packet"]["verdict"] == "DestinationUnknown"
    assert explained["paths"][0]["packet"]["agrees"]

    # DNS does not give the failed interface; the target there is drawn until its checks have failed.
    wait_for("it is noticed", lambda: state_of(t, server_in(t, zone)) == "unhealthy")
    assert state_of(t, server_in(t, zone_of(t.a, t.a.subnet_a))) == "healthy"
    assert holds(t, file)
    assert all(works(t) for _ in range(10))

    assert type_command(t.postern, None, first["fixes"][0]["command"]).returncode == 0
    assert faults(t) == []
    assert t.curl(f"http://{address}/") == (0, WORDS)


def test_a_design_in_one_zone_does_not(t, tmp_path):
    """All targets are in the zone that fails: the other zone's node has nobody to send to."""
    zone = zone_of(t.a, t.a.subnet_c)
    survivor = server_in(t, zone_of(t.a, t.a.subnet_a))
    file = expectation(t, tmp_path)
    t.b.elbv2.deregister_targets(TargetGroupArn=t.target_group, Targets=[{"Id": survivor}])
    try:
        wait_for("it is drained of new connections", lambda: holds(t, file))
        made = fault(t, "zone", zone)
        wait_for("it is noticed", lambda: state_of(t, server_in(t, zone)) == "unhealthy")
        run = t.postern.cli("expect", file, check=False)
        assert run.returncode == 1
        assert f"postern fault clear {made['fault_id']}" in run.stdout
        assert t.curl(seconds=2)[0] != 0
    finally:
        t.postern.cli("fault", "clear", "--all")
        t.b.elbv2.register_targets(TargetGroupArn=t.target_group, Targets=[{"Id": survivor}])


def test_a_target_that_is_cut_off_becomes_unhealthy_and_comes_back(t):
    """The other target goes on."""
    made = fault(t, "target", t.server, "--for", "1h")
    wait_for("one is unhealthy", lambda: states(t) == {"healthy", "unhealthy"})
    assert state_of(t, t.server) == "unhealthy"
    assert all(works(t) for _ in range(10))
    run = t.postern.cli("explain", t.server, "10.0.0.2:53", check=False)
    assert f"is broken on purpose: {made['fault_id']} (target {t.server})" in run.stdout
    assert f"postern fault clear {made['fault_id']}" in run.stdout
    t.postern.cli("fault", "clear", made["fault_id"])
    wait_for("both are healthy", lambda: states(t) == {"healthy"})


def test_a_node_that_fails_cuts_what_goes_through_it_and_leaves_the_targets_healthy(t):
    zone = zone_of(t.b, t.b.subnet_a)
    address = endpoint_address_in(t, zone)
    held = Holding(t.postern, t.client, address)
    made = fault(t, "node", "nlb-for-privatelink", "--account", t.b.account.id, "--zone", zone)
    drops = t.drops_during(lambda: t.curl(f"http://{address}/", seconds=1))
    assert drops.get("EndpointMissing", 0) >= 1, drops
    assert held.ask() == "TimeoutError"
    held.close()
    status, explained = explain(t, f"{address}:80")
    assert (status, stops(explained)[0]["verdict"]) == (1, "EndpointMissing")
    assert made["fault_id"] in stops(explained)[0]["because"]
    assert explained["paths"][0]["packet"]["agrees"]
    assert works(t)
    assert states(t) == {"healthy"}
    t.postern.cli("fault", "clear", made["fault_id"])
    assert t.curl(f"http://{address}/") == (0, WORDS)


def test_when_all_nodes_have_failed_so_have_the_checks(t):
    for subnet in (t.b.subnet_a, t.b.subnet_c):
        fault(t, "node", t.nlb, "--zone", zone_of(t.b, subnet))
    wait_for("nothing answers them", lambda: states(t) == {"unhealthy"})
    assert t.curl(seconds=2)[0] != 0


def test_a_fault_ends_by_itself_and_is_kept_over_a_restart(t):
    zone = zone_of(t.b, t.b.subnet_a)
    address = endpoint_address_in(t, zone)
    made = fault(t, "node", t.nlb, "--zone", zone, "--for", "10s")
    assert t.curl(f"http://{address}/", seconds=1)[0] == 28
    t.postern.stop(signal.SIGKILL)
    t.postern.start()
    assert [row["fault_id"] for row in faults(t)] == [made["fault_id"]]
    assert t.curl(f"http://{address}/", seconds=1)[0] == 28
    wait_for("it is over", lambda: faults(t) == [])
    assert t.curl(f"http://{address}/") == (0, WORDS)
    assert t.postern.cli("fault", "list").stdout == "nothing is broken on purpose\n"


# [NLB guide, "Connection idle timeout": data after it gets a TCP RST]
def test_idle_connections_are_expired_now_and_explain_says_what_they_get(t):
    address = t.endpoint_address("a")
    held = Holding(t.postern, t.client, address)
    assert t.postern.cli("fault", "expire-flows", "--idle", "3600").stdout == \
        "0 connections are expired\n"
    time.sleep(2.1)
    assert fault(t, "expire-flows", "--idle", "2")["expired"] >= 1
    answers = []
    drops = t.drops_during(lambda: answers.append(held.ask()))
    assert answers == ["ConnectionResetError"]
    assert drops.get("FlowExpired", 0) + drops.get("ResetNoFlow", 0) >= 1, drops
    held.close()
    status, explained = explain(t, f"{address}:80", "--established")
    assert (status, stops(explained)[0]["verdict"]) == (1, "ResetNoFlow")
    assert "after 350 silent seconds" in stops(explained)[0]["because"]
    assert "keep-alives" in stops(explained)[0]["advice"]
    assert explained["paths"][0]["packet"]["agrees"]
    assert works(t)


PINGS = 300


def test_a_share_of_the_packets_is_lost_by_name(t):
    """Twice ten percent of what goes out and comes back; TCP gets through all the same."""
    neighbour = t.a.run(t.client_group, t.a.subnet_a)
    t.a.ec2.authorize_security_group_ingress(GroupId=t.client_group, IpPermissions=[
        {"IpProtocol": "icmp", "FromPort": -1, "ToPort": -1, "IpRanges": [{"CidrIp": "10.0.0.0/16"}]}])
    there = t.a.ec2.describe_instances(InstanceIds=[neighbour])["Reservations"][0]["Instances"][0][
        "PrivateIpAddress"]
    made = fault(t, "eni", interface_of(t.a, t.client), "--loss", "10")
    watching = Watching(t, "--from", t.client)
    drops = t.drops_during(lambda: t.postern.exec(
        t.client, "ping", "-q", "-i", "0.01", "-c", str(PINGS), "-W", "1", there, check=False))
    lost = drops["LostOnPurpose"]
    assert PINGS * 0.19 * 0.4 < lost < PINGS * 0.19 * 2, drops
    told = watching.events()
    assert told
    assert {(event["verdict"], event["fault"], event["fault_about"]) for event in told} == {
        ("LostOnPurpose", made["fault_id"], made["about"])}
    assert t.curl(seconds=20) == (0, WORDS)
    status, explained = explain(t, f"{t.endpoint_names()[0]}:80")
    assert status == 0
    lossy = next(hop for hop in hops(explained) if hop["step"] == "fault")
    assert "10 % of its packets are lost" in lossy["because"]
    assert made["fault_id"] in lossy["because"]
    t.postern.cli("fault", "clear", made["fault_id"])
    drops = t.drops_during(lambda: t.postern.exec(t.client, "ping", "-q", "-i", "0.01", "-c", "50",
                                                  there))
    assert "LostOnPurpose" not in drops


def has_netem() -> bool:
    return subprocess.run(["unshare", "-n", "tc", "qdisc", "add", "dev", "lo", "root", "netem"],
                          check=False, capture_output=True).returncode == 0


def test_what_an_instance_is_sent_is_late_or_the_kernel_cannot_do_it(t):
    address = t.endpoint_address("a")

    def connecting() -> float:
        return float(t.postern.exec(t.client, "curl", "-s", "-o", "/dev/null", "-w",
                                    "%{time_connect}", f"http://{address}/").stdout)

    run = t.postern.cli("fault", "eni", interface_of(t.a, t.client), "--delay", "300", "--json",
                        check=False)
    if not has_netem():
        assert run.returncode != 0
        assert "this kernel has no netem" in run.stderr
        assert faults(t) == []
        return
    assert 0.3 <= connecting() < 2
    t.postern.cli("fault", "clear", "--all")
    assert connecting() < 0.3


@pytest.mark.parametrize("words, said", [
    (("zone", "ap-northeast-1a"), "needs --account"),
    (("target", "i-0123456789abcdef0"), "there is no instance"),
    (("node", "nobody"), "there is no load balancer"),
    (("eni", "eni-0"), "there is no network interface"),
    (("eni", "eni-0", "--loss", "100"), "--loss"),
    (("clear", "fault-0"), "there is no fault fault-0"),
    (("clear",), "say which fault, or --all"),
])
def test_what_cannot_be_broken_is_said(t, words, said):
    run = t.postern.cli("fault", *words, check=False)
    assert run.returncode != 0
    assert said in run.stderr
