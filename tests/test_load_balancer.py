# SPDX-License-Identifier: Apache-2.0
"""A Network Load Balancer with real packets: which target a connection goes to, and what becomes of
it when targets are deregistered, fail, or come back.
"""
import collections
import datetime
import time

import pytest

from support.balanced import Balanced
from support.tutorial import wait_for


@pytest.fixture(scope="module")
def balanced(postern):
    world = Balanced(postern)
    try:
        yield world
    finally:
        world.close()


@pytest.fixture
def b(balanced):
    yield balanced
    # A target takes two connections from the same port of a client for one and the same, also when
    # they come by different listeners: none may be left for the next test's to meet.
    balanced.client.do("close_all")
    for name in balanced.servers:
        balanced.shell(name, "rm -f /run/sick")


def open_to(b, server: str, port: int) -> str:
    """An open connection that has reached `server`."""
    for _ in range(200):
        name, reached = b.client.open(b.node(), port)
        if reached == server:
            return name
        b.client.do("close", name=name)
    raise AssertionError(f"200 connections, and none to {server}")


# ---- deregistration [NLB guide, "Deregistration delay"]

def test_a_drained_target_keeps_its_connections_and_gets_no_new_ones(b):
    group = b.group("a1", "a2", attributes={"deregistration_delay__timeout_seconds": "3"})
    port = b.listen(group)
    b.wait_for(group, "healthy", "a1", "a2")
    connections = [b.client.open(b.node(), port) for _ in range(40)]
    assert {server for _, server in connections} == {"a1", "a2"}
    old = [name for name, server in connections if server == "a1"]

    def all_live() -> bool:
        return all(b.client.do("echo", name=name) == "ping" for name in old)

    b.deregister(group, "a1")
    assert b.health(group, "a1") == {
        "State": "draining", "Reason": "Target.DeregistrationInProgress",
        "Description": "Target deregistration is in progress"}
    assert b.client.servers(b.node(), port) == {"a2"}
    assert all_live()
    b.wait_for(group, "unused", "a1")
    b.settle()
    assert b.health(group, "a1")["Reason"] == "Target.NotRegistered"
    assert all_live()
    assert b.client.servers(b.node(), port) == {"a2"}
    # Some sweeps later still, while what has none is forgotten.
    time.sleep(11)
    assert all_live()
    # It comes back as another registration; the old connections do not notice.
    b.register(group, "a1")
    b.wait_for(group, "healthy", "a1")
    b.settle()
    assert b.client.servers(b.node(), port, 60) == {"a1", "a2"}
    assert all_live()


def test_connections_end_with_the_delay_if_the_group_says_so(b):
    group = b.group("a1", attributes={
        "deregistration_delay__timeout_seconds": "2",
        "deregistration_delay__connection_termination__enabled": "true"})
    port = b.listen(group)
    b.wait_for(group, "healthy", "a1")
    name = open_to(b, "a1", port)
    b.deregister(group, "a1")
    assert b.client.do("echo", name=name) == "ping"
    b.wait_for(group, "unused", "a1")
    time.sleep(1.1)  # the clock is looked at every second
    b.settle()
    source = b.client.do("source_of", name=name)
    assert b.client.do("echo", name=name) == "ConnectionResetError"
    # What was cut holds nothing: the client's port is free, towards the same target too.
    b.client.do("close", name=name)
    again = b.group("a1")
    port = b.listen(again)
    b.wait_for(again, "healthy", "a1")
    assert b.client.open(b.node(), port, source)[1] == "a1"


def test_a_listener_that_is_deleted_keeps_its_connections(b):
    """[NLB guide, "Delete a listener for your Network Load Balancer"]"""
    group = b.group("a1")
    port = b.listen(group)
    b.wait_for(group, "healthy", "a1")
    name = open_to(b, "a1", port)
    b.elbv2.delete_listener(ListenerArn=b.listener)
    assert b.client.do("echo", name=name) == "ping"
    assert "Error" in b.client.open(b.node(), port)[1]


def test_a_listener_that_forwards_elsewhere_keeps_its_connections(b):
    blue, green = b.group("a1"), b.group("a2")
    port = b.listen(blue)
    b.wait_for(blue, "healthy", "a1")
    name = open_to(b, "a1", port)
    b.elbv2.modify_listener(ListenerArn=b.listener, DefaultActions=[
        {"Type": "forward", "TargetGroupArn": green}])
    b.wait_for(green, "healthy", "a2")
    b.elbv2.delete_target_group(TargetGroupArn=blue)
    assert b.client.servers(b.node(), port) == {"a2"}
    assert b.client.do("echo", name=name) == "ping"


# [Networking & Content Delivery blog, "Network Load Balancers now support Weighted Target Groups"]
def test_weights_share_new_connections_among_groups(b):
    blue, green = b.group("a1"), b.group("a2")
    port = b.listen(blue)

    def share(of_blue: int, of_green: int, **stickiness) -> None:
        b.elbv2.modify_listener(ListenerArn=b.listener, DefaultActions=[{
            "Type": "forward", "ForwardConfig": {
                "TargetGroups": [{"TargetGroupArn": blue, "Weight": of_blue},
                                 {"TargetGroupArn": green, "Weight": of_green}]} | stickiness}])

    share(3, 1)
    b.wait_for(blue, "healthy", "a1")
    b.wait_for(green, "healthy", "a2")
    b.settle()
    seen = collections.Counter(b.client.open(b.node(), port)[1] for _ in range(400))
    assert set(seen) == {"a1", "a2"}
    assert 60 < seen["a2"] < 140, seen  # 100, give or take 4.6 standard deviations
    old = open_to(b, "a1", port)
    share(0, 1)
    assert b.client.servers(b.node(), port) == {"a2"}
    assert b.client.do("echo", name=old) == "ping"
    share(1, 1, TargetGroupStickinessConfig={"Enabled": True, "DurationSeconds": 600})
    assert len(b.client.servers(b.node(), port)) == 1
    # A group without targets is not made up for by the others.
    share(1, 1)
    b.deregister(green, "a2")
    assert b.client.servers(b.node(), port) == {"a1", "ConnectionRefusedError"}


# ---- health [NLB guide, "Health checks", "Connection termination for unhealthy targets"]

def test_a_killed_target_gets_no_connection_once_its_checks_have_failed(b):
    group = b.group("a1", "a2")
    port = b.listen(group)
    b.wait_for(group, "healthy", "a1", "a2")
    b.client.begin("hammer", address=b.node(), port=port, seconds=22)
    time.sleep(1)
    killed = time.time()
    b.shell("a2", "kill -9 $(cat /run/server.pid)")
    try:
        b.wait_for(group, "unhealthy", "a2")
        b.settle()
        settled = time.time()
        seen = b.client.result()
        # Its host refuses what nobody listens for.
        refused = [at for at, server in seen if server == "ConnectionRefusedError"]
        known = unhealthy_at(b, group)
        print(f"\nkilled {known - killed:.2f} s before its second failed check; connections sent to "
              f"it until {max(refused) - known:+.3f} s from then, of {len(seen)}")
        assert refused, "nothing was sent to it after it died: the test shows nothing"
        assert max(refused) < settled
        after = collections.Counter(server for at, server in seen if at > settled)
        assert set(after) == {"a1"}, after
    finally:
        b.shell("a2", "setsid python3 /root/server.py >/dev/null 2>&1 </dev/null &")
    b.wait_for(group, "healthy", "a2")


def unhealthy_at(b, group: str) -> float:
    """When the daemon noted that a target of the group is unhealthy."""
    for line in b.postern.log.read_text().splitlines():
        if "target health changed" in line and group in line and "verdict=unhealthy" in line:
            text = line.split()[0].replace("Z", "+00:00")
            return datetime.datetime.fromisoformat(text).timestamp()
    raise AssertionError("the log has no such line")


def test_connections_on_a_target_that_turns_unhealthy_are_reset(b):
    group = b.group("a1", "a2")
    port = b.listen(group)
    b.wait_for(group, "healthy", "a1", "a2")
    name = open_to(b, "a1", port)
    b.shell("a1", "touch /run/sick")
    b.wait_for(group, "unhealthy", "a1")
    b.settle()
    assert b.health(group, "a1")["Reason"] == "Target.FailedHealthChecks"
    assert b.client.do("echo", name=name) == "ConnectionResetError"
    assert b.client.servers(b.node(), port) == {"a2"}


def test_an_unhealthy_target_drains_for_its_interval(b):
    group = b.group("a1", "a2", attributes={
        "target_health_state__unhealthy__connection_termination__enabled": "false",
        "target_health_state__unhealthy__draining_interval_seconds": "4"})
    port = b.listen(group)
    b.wait_for(group, "healthy", "a1", "a2")
    name = open_to(b, "a1", port)
    b.shell("a1", "touch /run/sick")
    b.wait_for(group, "unhealthy.draining", "a1")
    b.settle()
    assert b.client.servers(b.node(), port) == {"a2"}
    assert b.client.do("echo", name=name) == "ping"
    b.wait_for(group, "unhealthy", "a1")
    time.sleep(1.1)  # the clock is looked at every second
    b.settle()
    assert b.client.do("echo", name=name) == "ConnectionResetError"


def test_when_all_targets_fail_all_are_used(b):
    group = b.group("a1", "a2")
    port = b.listen(group)
    b.wait_for(group, "healthy", "a1", "a2")
    for name in ("a1", "a2"):
        b.shell(name, "touch /run/sick")
    b.wait_for(group, "unhealthy", "a1", "a2")
    b.settle()
    assert b.client.servers(b.node(), port) == {"a1", "a2"}


def test_a_threshold_decides_how_many_may_fail(b):
    group = b.group("a1", "a2", attributes={
        "target_group_health__dns_failover__minimum_healthy_targets__count": "2",
        "target_group_health__unhealthy_state_routing__minimum_healthy_targets__count": "2"})
    port = b.listen(group)
    b.wait_for(group, "healthy", "a1", "a2")
    b.shell("a1", "touch /run/sick")
    b.wait_for(group, "unhealthy", "a1")
    b.settle()
    assert b.client.servers(b.node(), port) == {"a1", "a2"}


def test_checks_by_HTTPS_take_any_certificate(b):
    group = b.group("a1", HealthCheckProtocol="HTTPS", HealthCheckPort="8443",
                    HealthCheckPath="/ready", Matcher={"HttpCode": "200-201"})
    b.listen(group)
    b.wait_for(group, "healthy", "a1")
    b.elbv2.modify_target_group(TargetGroupArn=group, Matcher={"HttpCode": "201"})
    b.wait_for(group, "unhealthy", "a1")
    # Plain TCP is checked instead, at once.
    other = b.group("a1", HealthCheckPort="8444")
    b.listen(other)
    b.wait_for(other, "unhealthy", "a1")
    b.elbv2.modify_target_group(TargetGroupArn=other, HealthCheckPort="8443")
    b.wait_for(other, "healthy", "a1")


def test_an_address_that_nobody_has_is_unhealthy(b):
    address = b.ec2.describe_instances(InstanceIds=[b.servers["a1"]])[
        "Reservations"][0]["Instances"][0]["PrivateIpAddress"]
    group = b.group(address, "10.0.1.250", TargetType="ip")
    b.elbv2.register_targets(TargetGroupArn=group, Targets=[
        {"Id": "192.168.1.1", "AvailabilityZone": "all"}])
    port = b.listen(group)
    b.wait_for(group, "healthy", address)
    b.wait_for(group, "unhealthy", "10.0.1.250", "192.168.1.1")
    assert b.client.servers(b.node(), port) == {"a1"}


# ---- zones [NLB guide, "Cross-zone load balancing", "Availability Zone DNS affinity"]

def test_a_node_uses_its_own_zone_unless_cross_zone_is_on(b):
    group = b.group("a1", "c1")
    port = b.listen(group)
    b.wait_for(group, "healthy", "a1", "c1")
    b.settle()
    assert b.client.servers(b.node("a"), port) == {"a1"}
    assert b.client.servers(b.node("c"), port) == {"c1"}
    b.set_nlb(load_balancing__cross_zone__enabled="true")
    try:
        assert b.client.servers(b.node("a"), port) == {"a1", "c1"}
        b.set_group(group, load_balancing__cross_zone__enabled="false")
        assert b.client.servers(b.node("c"), port) == {"c1"}
    finally:
        b.set_nlb(load_balancing__cross_zone__enabled="false")
    b.set_group(group, load_balancing__cross_zone__enabled="true")
    assert b.client.servers(b.node("c"), port) == {"a1", "c1"}


def test_a_name_leads_to_healthy_zones_and_by_policy_to_the_clients_own(postern):
    own = Balanced(postern)  # no listeners but this test's
    try:
        group = own.group("a1", "c1")
        own.listen(group)
        own.wait_for(group, "healthy", "a1", "c1")

        def resolved() -> set:
            looked_up = postern.exec(own.client_instance, "getent", "ahostsv4", own.name)
            return {line.split()[0] for line in looked_up.stdout.splitlines()}

        assert resolved() == {own.node("a"), own.node("c")}
        own.set_nlb(dns_record__client_routing_policy="availability_zone_affinity")
        assert resolved() == {own.node("a")}
        own.shell("a1", "touch /run/sick")
        own.wait_for(group, "unhealthy", "a1")
        assert resolved() == {own.node("c")}
        own.shell("c1", "touch /run/sick")
        own.wait_for(group, "unhealthy", "c1")
        assert resolved() == {own.node("a")}
        own.set_nlb(dns_record__client_routing_policy="any_availability_zone")
        assert resolved() == {own.node("a"), own.node("c")}
    finally:
        own.close()


# ---- listeners

def test_listeners_of_one_NLB_lead_to_their_own_groups(b):
    first, second = b.group("a1"), b.group("a2", Port=81)
    ports = [b.listen(first), b.listen(second), b.listen(first)]
    b.wait_for(first, "healthy", "a1")
    b.wait_for(second, "healthy", "a2")
    b.settle()
    assert [b.client.servers(b.node(), port, 5) for port in ports] == [{"a1"}, {"a2"}, {"a1"}]


def test_UDP_is_carried_there_and_back(b):
    group = b.group("a1", "a2", Protocol="UDP", Port=53)
    port = b.listen(group, "UDP")
    b.wait_for(group, "healthy", "a1", "a2")
    b.settle()
    seen = {b.client.do("ask", address=b.node(), port=port) for _ in range(40)}
    assert seen == {"a1", "a2"}
    b.shell("a1", "touch /run/sick")
    b.wait_for(group, "unhealthy", "a1")
    b.settle()
    assert {b.client.do("ask", address=b.node(), port=port) for _ in range(40)} == {"a2"}


# [NLB guide, "Connection idle timeout": a RST for the next packet, nothing before]
def test_a_connection_that_is_idle_for_too_long_is_reset(b):
    group = b.group("a1")
    port = b.listen(group)
    b.call("ModifyListenerAttributes", ListenerArn=b.listener,
           Attributes__member__1__Key="tcp.idle_timeout.seconds", Attributes__member__1__Value="60")
    b.wait_for(group, "healthy", "a1")
    b.settle()
    idle, busy = open_to(b, "a1", port), open_to(b, "a1", port)
    for _ in range(7):
        time.sleep(9)
        assert b.client.do("echo", name=busy) == "ping"
    assert b.client.do("echo", name=idle) == "ConnectionResetError"
    assert wait_for("the other one lives", lambda: b.client.do("echo", name=busy)) == "ping"
