# SPDX-License-Identifier: Apache-2.0
"""Network ACLs with real packets: they know no connections, and are asked between subnets only.
[VPC user guide, "Control subnet traffic with network access control lists"]
"""
import time

import pytest
from botocore.exceptions import ClientError

from support.acl import Acl
from support.listening import TICKER, Listening
from support.tutorial import WORDS, Side, wait_for

TIMED_OUT = 28  # curl's exit status

# A page on port 8080, a ticker on port 80.
SERVER = f"""#!/bin/sh
mkdir -p /var/www/html && cd /var/www/html
echo '{WORDS}' > index.html
setsid python3 -m http.server 8080 &
""" + TICKER.split("\n", 1)[1]


class Two:
    """A server in subnet a, and a client in subnet c or a. Their groups let everything through."""

    def __init__(self, postern):
        self.postern = postern
        self.side = Side(postern, f"acl-{time.monotonic_ns()}")
        group = self.side.group("all")
        self.side.ec2.authorize_security_group_ingress(GroupId=group, IpPermissions=[
            {"IpProtocol": "-1", "IpRanges": [{"CidrIp": "10.0.0.0/16"}]}])
        self.server = self.side.run(group, user_data=SERVER)
        self.client = self.side.run(group, subnet=self.side.subnet_c)
        self.neighbour = self.side.run(group)
        self.address = self.side.ec2.describe_instances(InstanceIds=[self.server])[
            "Reservations"][0]["Instances"][0]["PrivateIpAddress"]
        wait_for("the server listens", lambda: self.curl(self.client) == WORDS)

    def curl(self, instance: str, seconds: float = 5):
        """What the page says, or curl's exit status."""
        run = self.postern.exec(instance, "curl", "-s", "--max-time", str(seconds),
                                f"http://{self.address}:8080/", check=False)
        return run.stdout.strip() if run.returncode == 0 else run.returncode

    def drops_during(self, act) -> dict:
        before = self.postern.drops()
        act()
        after = self.postern.drops()
        return {name: count - before.get(name, 0) for name, count in after.items()
                if count != before.get(name, 0)}


@pytest.fixture(scope="module")
def two(postern):
    return Two(postern)


def test_without_return_ports_open_and_new_connections_break_until_it_is_mended(two):
    reader = Listening(two.postern, two.client, two.address)
    try:
        wait_for("the connection is open", lambda: reader.lines() >= 2)
        acl = Acl(two.side)
        acl.allow(100, False, 0, 65535)
        drops = two.drops_during(lambda: (acl.give_to(two.side.subnet_a), reader.falls_silent()))
        # The server's answers leave its subnet.
        assert drops.get("SourceAclDenied", 0) >= 1, drops
        outcome = []
        drops = two.drops_during(lambda: outcome.append(two.curl(two.client)))
        assert outcome == [TIMED_OUT]
        assert drops.get("SourceAclDenied", 0) >= 1, drops

        acl.allow(100, True, 1024, 65535)
        # From the mending call on nothing is lost: what follows is of new connections and old.
        drops = two.drops_during(lambda: outcome.append(two.curl(two.client, seconds=10)))
        assert outcome[1:] == [WORDS]
        assert "SourceAclDenied" not in drops, drops
        assert reader.flows()
    finally:
        reader.close()


def test_inbound_rules_are_the_receivers_subnets(two):
    acl = Acl(two.side)
    acl.allow(100, True, 0, 65535)
    acl.allow(100, False, 22, 22)
    before = acl.give_to(two.side.subnet_a)
    outcome = []
    drops = two.drops_during(lambda: outcome.append(two.curl(two.client)))
    assert outcome == [TIMED_OUT]
    assert drops.get("DestinationAclDenied", 0) >= 1, drops
    acl.allow(90, False, 8080, 8080, "10.0.2.0/24")
    assert two.curl(two.client) == WORDS
    # A denial with a smaller number comes first.
    two.side.ec2.create_network_acl_entry(
        NetworkAclId=acl.id, RuleNumber=80, Egress=False, Protocol="-1", RuleAction="deny",
        CidrBlock="10.0.2.0/25")
    assert two.curl(two.client) == TIMED_OUT
    acl.delete(80, False)
    assert two.curl(two.client) == WORDS
    # And back.
    old = Acl.__new__(Acl)
    old.ec2, old.id = two.side.ec2, before
    old.give_to(two.side.subnet_a)


def test_within_a_subnet_no_network_acl_is_asked(two):
    acl = Acl(two.side)  # denies everything
    acl.give_to(two.side.subnet_a)
    assert two.curl(two.neighbour) == WORDS
    assert two.curl(two.client) == TIMED_OUT
    with pytest.raises(ClientError) as refused:
        two.side.ec2.delete_network_acl(NetworkAclId=acl.id)
    assert refused.value.response["Error"]["Code"] == "DependencyViolation"


def test_through_an_endpoint_both_sides_are_asked_where_subnets_are_crossed(tutorial):
    t = tutorial
    t.start_client()
    t.start_server()
    t.wait_for_server()
    t.make_nlb(**{"load_balancing.cross_zone.enabled": "true"})
    t.admit_nlb_at_server()
    t.make_service()
    t.allow_principal()
    t.make_endpoint()
    t.accept()
    t.wait_for_target("healthy")

    def curl(zone: str):
        return t.curl(f"http://{t.endpoint_address(zone)}/", seconds=5)

    assert curl("a") == curl("c") == (0, WORDS)

    # The consumer's side: the client is in subnet a, the endpoint's other interface in subnet c.
    acl = Acl(t.a)
    acl.allow(100, False, 80, 80)
    acl.give_to(t.a.subnet_c)
    outcome = []
    drops = t.drops_during(lambda: outcome.append(curl("c")))
    assert outcome == [(TIMED_OUT, "")]
    assert drops.get("EndpointAclDenied", 0) >= 1, drops
    assert curl("a") == (0, WORDS)
    acl.allow(100, True, 1024, 65535, "10.0.1.0/24")
    assert curl("c") == (0, WORDS)

    # The provider's side: the server is in subnet a, one of the two nodes in subnet c.
    acl = Acl(t.b)
    acl.allow(100, False, 80, 80, "10.0.1.0/24")
    acl.allow(100, True, 0, 65535)
    acl.give_to(t.b.subnet_a)
    outcome = []
    drops = t.drops_during(lambda: outcome.extend(curl(zone) for zone in "ac"))
    assert sorted(outcome) == [(0, WORDS), (TIMED_OUT, "")]
    assert drops.get("DestinationAclDenied", 0) >= 1, drops
    acl.allow(90, False, 80, 80, "10.0.2.0/24")
    assert curl("a") == curl("c") == (0, WORDS)
