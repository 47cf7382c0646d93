# SPDX-License-Identifier: Apache-2.0
"""The corpus of broken set-ups (corpus.py), played: a real packet fails, explain names the planted cause and the
packet program agrees, explain's commands are typed in a shell, and a real packet passes.
"""
import pytest

from corpus import CASES, SICK
from support.tutorial import tcp, wait_for
from support.working import Working

FIXES_MAX = 12


@pytest.fixture(scope="module")
def working(postern):
    return Working(postern).build_all()


def hops(explained: dict, judgement: str) -> list[dict]:
    found = list(explained["lookup"])
    for path in explained["paths"]:
        found += path["hops"] + [hop for target in path["targets"] for hop in target["hops"]]
    return [hop for hop in found if hop["judgement"] == judgement]


def type_what_it_says(w: Working, case, explained: dict) -> dict:
    """Until nothing stops, or what stops is nothing that a command mends: the last answer."""
    typed = []
    while any(hop["fixes"] for hop in hops(explained, "stops")):
        assert len(typed) < FIXES_MAX, typed
        for fix in next(hop for hop in hops(explained, "stops") if hop["fixes"])["fixes"]:
            assert fix["command"] not in typed, explained
            typed.append(fix["command"])
            w.type(fix)
        # An endpoint that is being changed is not named for a moment.
        wait_for("the tutorial's endpoint is available", lambda: w.endpoint_state() == "available")
        explained = w.explain(case.to(w), *case.options)[1]
    return explained


def test_the_corpus_is_large_enough():
    assert len(CASES) + len(SICK) >= 40
    assert len({case.name for case in CASES}) == len(CASES)


@pytest.mark.parametrize("case", CASES, ids=[case.name for case in CASES])
def test_explain_names_the_planted_cause_and_how_to_mend_it(working, case):
    w = working
    wait_for("the world works", w.fine)
    case.breaks(w)
    try:
        wait_for("it does not work", lambda: not case.works(w))
        status, explained = w.explain(case.to(w), *case.options)
        assert (status, explained["answer"]) == (1, "unreachable"), explained
        first = hops(explained, "stops")[0]
        assert (first["step"], first.get("verdict")) == (case.step, case.verdict), explained
        assert case.because in first["because"]
        assert all(path["packet"]["agrees"] for path in explained["paths"] if "packet" in path)

        explained = type_what_it_says(w, case, explained)
        if case.advice:
            assert any(case.advice in hop.get("advice", "")
                       for hop in hops(explained, "stops")), explained
        if case.by_hand:
            case.by_hand(w)
        if case.by_hand or not case.advice:
            wait_for("it works again", lambda: case.works(w))
            status, explained = w.explain(case.to(w), *case.options)
            assert hops(explained, "stops") == [], explained
        else:
            assert not case.works(w)
    finally:
        case.after(w)
        w.rules_as_before()


def test_a_failing_health_check_has_a_cause_too(working):
    """All at once: each takes two checks to be noticed, and two to be over."""
    w = working
    groups = {}
    for port, case in enumerate(SICK, 9001):
        w.a.ec2.authorize_security_group_ingress(GroupId=w.endpoint_group,
                                                 IpPermissions=tcp(port, cidr="10.0.0.0/16"))
        w.b.ec2.authorize_security_group_ingress(GroupId=w.nlb_group,
                                                 IpPermissions=tcp(port, cidr="10.0.0.0/16"))
        if case.admits:
            w.b.ec2.authorize_security_group_ingress(
                GroupId=w.server_group, IpPermissions=tcp(case.admits, group=w.nlb_group))
        group = w.b.elbv2.create_target_group(**({
            "Name": f"sick-{port}", "Protocol": "TCP", "Port": 80, "VpcId": w.b.vpc,
            "TargetType": "instance", "HealthCheckIntervalSeconds": 5, "HealthCheckTimeoutSeconds": 2,
            "HealthyThresholdCount": 2, "UnhealthyThresholdCount": 2,
        } | case.settings))["TargetGroups"][0]["TargetGroupArn"]
        w.b.elbv2.register_targets(TargetGroupArn=group, Targets=[{"Id": w.server}])
        w.b.elbv2.create_listener(LoadBalancerArn=w.nlb, Protocol="TCP", Port=port, DefaultActions=[
            {"Type": "forward", "TargetGroupArn": group}])
        groups[port] = group

    def state(port: int) -> str:
        answer = w.b.elbv2.describe_target_health(TargetGroupArn=groups[port])
        return answer["TargetHealthDescriptions"][0]["TargetHealth"]["State"]

    for port, case in enumerate(SICK, 9001):
        wait_for(case.name, lambda p=port: state(p) == "unhealthy")
        status, explained = w.explain(f"{w.endpoint}:{port}")
        assert status == 2, explained
        hop = hops(explained, "unknown")[0]
        assert hop["step"] == "health of the target"
        assert case.because in hop["because"]
        for fix in hop["fixes"]:
            w.type(fix)
        assert bool(hop["fixes"]) != bool(case.advice)
        assert case.advice in hop.get("advice", "")
        if case.by_hand:
            case.by_hand(w, groups[port])
    for port, case in enumerate(SICK, 9001):
        wait_for(f"it is mended: {case.name}", lambda p=port: state(p) == "healthy")
        assert w.explain(f"{w.endpoint}:{port}")[0] == 0
