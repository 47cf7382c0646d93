# SPDX-License-Identifier: Apache-2.0
"""explain against the packet: the tutorial, broken in one place after the other. Each time curl fails,
explain names the cause, the packet program agrees, and the command that explain gives mends it.
"""
import json
import shlex
import subprocess

import pytest

from support.acl import Acl, give_acl
from support.tutorial import WORDS, Tutorial, wait_for


@pytest.fixture(scope="module")
def tutorial(postern):
    """The whole tutorial, whose NLB uses its target from both zones."""
    made = Tutorial(postern).build()
    made.b.elbv2.modify_load_balancer_attributes(
        LoadBalancerArn=made.nlb,
        Attributes=[{"Key": "load_balancing.cross_zone.enabled", "Value": "true"}])
    return made


def explain(tutorial: Tutorial, to: str, *options: str) -> tuple[int, dict]:
    run = tutorial.postern.cli("explain", tutorial.client, to, "--json", *options, check=False)
    assert run.stdout, run.stderr
    return run.returncode, json.loads(run.stdout)


def stops(explained: dict) -> list[dict]:
    """Every hop that stops, in its order."""
    hops = list(explained["lookup"])
    for path in explained["paths"]:
        hops += path["hops"] + [hop for target in path["targets"] for hop in target["hops"]]
    return [hop for hop in hops if hop["judgement"] == "stops"]


def type_fix(tutorial: Tutorial, fix: dict) -> None:
    """The command as it is, with the credentials of the account that it says."""
    side = next(s for s in (tutorial.a, tutorial.b) if s.account.id == fix["account"])
    words = shlex.split(fix["command"])
    subprocess.run([words[0], "--endpoint-url", tutorial.postern.endpoint, *words[1:]], check=True,
                   env=side.account.environment(), capture_output=True, timeout=60)


def revoke(side, group: str, egress: bool) -> None:
    found = side.ec2.describe_security_groups(GroupIds=[group])["SecurityGroups"][0]
    if egress:
        side.ec2.revoke_security_group_egress(GroupId=group,
                                              IpPermissions=found["IpPermissionsEgress"])
    else:
        side.ec2.revoke_security_group_ingress(GroupId=group, IpPermissions=found["IpPermissions"])


def delete_listener(t: Tutorial) -> None:
    t.b.elbv2.delete_listener(ListenerArn=t.listener)


def register_nothing(t: Tutorial) -> None:
    t.b.elbv2.deregister_targets(TargetGroupArn=t.target_group, Targets=[{"Id": t.server}])


# name, what is done, step that stops, verdict
BROKEN = [
    ("client may not leave", lambda t: revoke(t.a, t.client_group, True),
     "outbound rules of the source", "SourceEgressDenied"),
    ("rejected", lambda t: t.reject(), "connection of the endpoint", "EndpointNotAccepted"),
    ("endpoint's group admits nobody", lambda t: revoke(t.a, t.endpoint_group, False),
     "inbound rules of the endpoint", "EndpointIngressDenied"),
    ("NLB's group admits nobody", lambda t: revoke(t.b, t.nlb_group, False),
     "inbound rules of the load balancer", "BalancerIngressDenied"),
    ("NLB may not leave", lambda t: revoke(t.b, t.nlb_group, True),
     "outbound rules of the load balancer", "BalancerEgressDenied"),
    ("server's group does not admit the NLB", lambda t: revoke(t.b, t.server_group, False),
     "inbound rules of the target", "TargetIngressDenied"),
    ("no listener", delete_listener, "listener", "NoListener"),
    ("nothing registered", register_nothing, "targets", "TargetGroupEmpty"),
]


@pytest.mark.parametrize("what, break_it, step, verdict", BROKEN, ids=[row[0] for row in BROKEN])
def test_explain_names_the_cause_and_its_command_mends_it(tutorial, what, break_it, step, verdict):
    assert tutorial.curl() == (0, WORDS)
    status, explained = explain(tutorial, f"{tutorial.endpoint}:80")
    assert (status, explained["answer"]) in ((0, "reachable"), (2, "unknown"))

    break_it(tutorial)
    assert tutorial.curl(f"http://{tutorial.endpoint_address()}/", seconds=1)[0] != 0
    status, explained = explain(tutorial, f"{tutorial.endpoint}:80", "--probe")
    assert (status, explained["answer"]) == (1, "unreachable")
    assert {path["probe"] for path in explained["paths"]} <= {"timed out", "refused"}
    assert stops(explained)[0]["step"] == step
    assert stops(explained)[0]["verdict"] == verdict
    for path in explained["paths"]:
        assert path["packet"]["agrees"], path
        assert path["packet"]["verdict"] == verdict

    # A fix may need another after it (a rule for each zone's node); each is typed once.
    typed = set()
    while stops(explained):
        fix = stops(explained)[0]["fixes"][0]
        assert fix["command"] not in typed
        typed.add(fix["command"])
        type_fix(tutorial, fix)
        status, explained = explain(tutorial, f"{tutorial.endpoint}:80")
    assert status in (0, 2)
    wait_for("curl works again", lambda: tutorial.curl() == (0, WORDS))
    _, explained = explain(tutorial, f"{tutorial.endpoint}:80", "--probe")
    assert {path["probe"] for path in explained["paths"]} == {"connected"}


@pytest.mark.parametrize("port_in, step, verdict", [
    (81, "network ACL of the endpoint's subnet, inbound", "EndpointAclDenied"),
    (80, "network ACL of the endpoint's subnet, outbound, for the answers", None),
], ids=["the port is not allowed", "no way back"])
def test_explain_names_the_network_acl_that_stops_it(tutorial, port_in, step, verdict):
    """The client is in subnet a, the endpoint's other interface in subnet c."""
    t = tutorial
    acl = Acl(t.a)
    acl.allow(100, False, port_in, port_in)
    before = acl.give_to(t.a.subnet_c)
    try:
        address = t.endpoint_address("c")
        assert t.curl(f"http://{address}/", seconds=1)[0] == 28
        status, explained = explain(t, f"{address}:80")
        assert (status, explained["answer"]) == (1, "unreachable")
        assert (stops(explained)[0]["step"], stops(explained)[0].get("verdict")) == (step, verdict)
        assert explained["paths"][0]["packet"]["verdict"] == (verdict or "EndpointAdmitted")
        assert explained["paths"][0]["packet"]["agrees"]
        while stops(explained):
            type_fix(t, stops(explained)[0]["fixes"][0])
            status, explained = explain(t, f"{address}:80")
        assert status == 0
        assert t.curl(f"http://{address}/") == (0, WORDS)
    finally:
        give_acl(t.a.ec2, t.a.subnet_c, before)


def test_the_text_names_every_resource_by_its_id(tutorial):
    run = tutorial.postern.cli("explain", tutorial.client, f"{tutorial.endpoint}:80", check=False)
    for resource in (tutorial.endpoint, tutorial.client_group, tutorial.endpoint_group,
                     tutorial.nlb_group, tutorial.server_group, tutorial.target_group,
                     tutorial.server):
        assert resource in run.stdout


def test_a_dns_name_is_looked_up_as_the_client_would(tutorial):
    name = tutorial.endpoint_names()[0]
    status, explained = explain(tutorial, f"{name}:80")
    assert explained["lookup"][-1]["step"] == "DNS"
    assert status in (0, 2)
    status, explained = explain(tutorial, "vpce-0-none.vpce-svc-0.ap-northeast-1.vpce.amazonaws.com:80")
    assert status == 1
    assert stops(explained)[0]["step"] == "DNS"


def test_explaining_changes_nothing(tutorial):
    def act():
        for to in (f"{tutorial.endpoint}:80", "10.0.1.77:80", "192.0.2.1:443", "10.0.1.1:80"):
            explain(tutorial, to)
    passed = tutorial.postern.status()["packets_passed"]
    assert tutorial.drops_during(act) == {}
    assert tutorial.postern.status()["packets_passed"] - passed < 100  # health checks go on


def test_what_is_not_there_is_said_and_the_status_is_2(tutorial):
    for words in ((tutorial.client, "vpce-0123456789abcdef0:80"), ("i-0", f"{tutorial.endpoint}:80"),
                  (tutorial.client, "10.0.1.77")):
        run = tutorial.postern.cli("explain", *words, check=False)
        assert run.returncode == 2
        assert run.stderr.startswith("postern: ")
