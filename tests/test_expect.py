# SPDX-License-Identifier: Apache-2.0
"""Connectivity tests as code, on the tutorial: what is as expected, what is not, and what is said of it."""
import json
import xml.etree.ElementTree as xml

import pytest

from support.tutorial import Tutorial


@pytest.fixture(scope="module")
def tutorial(postern):
    made = Tutorial(postern).build()
    made.a.ec2.create_tags(Resources=[made.client], Tags=[{"Key": "Name", "Value": "expect-client"}])
    return made


def expect(tutorial: Tutorial, folder, text: str, *options: str):
    file = folder / "connectivity.yaml"
    file.write_text(text)
    return tutorial.postern.cli("expect", str(file), *options, check=False)


def good(tutorial: Tutorial) -> str:
    address = tutorial.endpoint_address()
    return f"""
expect:
  - name: the service
    from: expect-client
    to: {address}:80
    through: {tutorial.endpoint}
  - from: {tutorial.client}
    to: {address}:8080
    reachable: false
    because: EndpointIngressDenied
  - from: {tutorial.client}
    to: 192.0.2.7:443
    reachable: false
    because: NoRoute
  - from: {tutorial.client}
    to: {tutorial.endpoint}
    protocol: icmp
    reachable: false
    because: EndpointIcmp
"""


def test_what_is_as_expected_passes(tutorial, tmp_path):
    run = expect(tutorial, tmp_path, good(tutorial), "--junit", str(tmp_path / "report.xml"))
    assert run.returncode == 0, run.stdout + run.stderr
    assert run.stdout.splitlines()[-1] == "4 as expected, 0 not"
    suite = xml.parse(tmp_path / "report.xml").getroot()
    assert (suite.get("tests"), suite.get("failures")) == ("4", "0")
    assert suite.find("testcase").get("name") == "the service"


def test_what_is_not_fails_with_the_rule_and_the_command(tutorial, tmp_path):
    tutorial.reject()
    try:
        run = expect(tutorial, tmp_path, good(tutorial), "--junit", str(tmp_path / "report.xml"))
        assert run.returncode == 1
        assert "FAILED  the service" in run.stdout
        assert "a connection to" in run.stdout and "timed out" in run.stdout
        assert "aws ec2 accept-vpc-endpoint-connections" in run.stdout
        failure = xml.parse(tmp_path / "report.xml").getroot().find("testcase/failure")
        assert "EndpointNotAccepted" in failure.text
        rows = json.loads(expect(tutorial, tmp_path, good(tutorial), "--json").stdout)
        assert [row["ok"] for row in rows["expectations"]] == [False, False, True, False]
    finally:
        tutorial.accept()


def test_what_must_not_connect_and_does_is_a_failure(tutorial, tmp_path):
    run = expect(tutorial, tmp_path, f"""
expect:
  - from: expect-client
    to: {tutorial.endpoint_address()}:80
    reachable: false
""")
    assert run.returncode == 1
    assert "connected" in run.stdout


def test_a_server_that_does_not_listen_is_found_out_by_the_real_connection(tutorial, tmp_path):
    """No rule stops it, and the health check of another port says that the target is healthy."""
    group = tutorial.b.elbv2.create_target_group(
        Name="silent", Protocol="TCP", Port=81, VpcId=tutorial.b.vpc, TargetType="instance",
        HealthCheckPort="80", HealthCheckIntervalSeconds=5, HealthCheckTimeoutSeconds=2,
        HealthyThresholdCount=2, UnhealthyThresholdCount=2)["TargetGroups"][0]["TargetGroupArn"]
    tutorial.b.elbv2.register_targets(TargetGroupArn=group, Targets=[{"Id": tutorial.server}])
    listener = tutorial.b.elbv2.create_listener(
        LoadBalancerArn=tutorial.nlb, Protocol="TCP", Port=81,
        DefaultActions=[{"Type": "forward", "TargetGroupArn": group}])["Listeners"][0]["ListenerArn"]
    every = [{"IpProtocol": "tcp", "FromPort": 81, "ToPort": 81,
              "IpRanges": [{"CidrIp": "10.0.0.0/16"}]}]
    for side, name in ((tutorial.a, tutorial.endpoint_group), (tutorial.b, tutorial.nlb_group),
                       (tutorial.b, tutorial.server_group)):
        side.ec2.authorize_security_group_ingress(GroupId=name, IpPermissions=every)
    try:
        run = expect(tutorial, tmp_path, f"""
expect:
  - from: expect-client
    to: {tutorial.endpoint_address()}:81
""")
        assert run.returncode == 1
        assert "was refused" in run.stdout
    finally:
        tutorial.b.elbv2.delete_listener(ListenerArn=listener)
        tutorial.b.elbv2.delete_target_group(TargetGroupArn=group)


def test_a_wrong_file_is_refused_with_its_line(tutorial, tmp_path):
    run = expect(tutorial, tmp_path, "expect:\n  - from: a\n    to: b\n    reachble: true\n")
    assert run.returncode == 2
    assert "line 4: there is no reachble in an expectation" in run.stderr
    assert tutorial.postern.cli("expect", "/no/such/file", check=False).returncode == 2
