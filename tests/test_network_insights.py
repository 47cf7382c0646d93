# SPDX-License-Identifier: Apache-2.0
"""Reachability Analyzer by the aws CLI: the tutorial's path, working and broken in its places.
[Reachability Analyzer guide, "Getting started using the AWS CLI", "Explanation codes"]"""
import pytest

from support.aws import aws, run_aws
from support.tutorial import Tutorial, tcp


@pytest.fixture(scope="module")
def path(postern):
    return Tutorial(postern).build()


def make_path(side, source: str, destination: str, port: int = 80) -> str:
    return aws(side.account, "ec2", "create-network-insights-path", "--source", source,
               "--destination", destination, "--protocol", "tcp", "--destination-port", str(port),
               )["NetworkInsightsPath"]["NetworkInsightsPathId"]


def analyze(side, path_id: str) -> dict:
    """Starts an analysis, and reads what it found."""
    started = aws(side.account, "ec2", "start-network-insights-analysis",
                  "--network-insights-path-id", path_id)["NetworkInsightsAnalysis"]
    found = aws(side.account, "ec2", "describe-network-insights-analyses",
                "--network-insights-analysis-ids", started["NetworkInsightsAnalysisId"])
    analysis = found["NetworkInsightsAnalyses"][0]
    assert analysis["Status"] == "succeeded"
    return analysis


def codes(analysis: dict) -> list[str]:
    assert not analysis["NetworkPathFound"]
    return [explanation["ExplanationCode"] for explanation in analysis["Explanations"]]


def components(analysis: dict) -> list[str]:
    assert analysis["NetworkPathFound"], analysis.get("Explanations")
    return [component["Component"]["Id"] for component in analysis["ForwardPathComponents"]]


def node_interface(t) -> str:
    found = t.b.ec2.describe_network_interfaces(Filters=[
        {"Name": "subnet-id", "Values": [t.b.subnet_a]},
        {"Name": "interface-type", "Values": ["network_load_balancer"]}])
    return found["NetworkInterfaces"][0]["NetworkInterfaceId"]


def test_a_path_that_works_names_what_it_goes_through(path):
    t = path
    assert t.curl()[0] == 0
    analysis = analyze(t.a, make_path(t.a, t.client, t.endpoint))
    ids = components(analysis)
    assert ids[0] == t.client
    assert t.client_group in ids and t.endpoint_group in ids
    rule = next(component["SecurityGroupRule"] for component in analysis["ForwardPathComponents"]
                if component["Component"]["Id"] == t.endpoint_group)
    assert rule["Direction"] == "ingress" and rule["PortRange"] == {"From": 80, "To": 80}
    assert [c["SequenceNumber"] for c in analysis["ForwardPathComponents"]] == list(
        range(1, len(ids) + 1))
    assert "Explanations" not in analysis or analysis["Explanations"] == []


def test_a_consumers_analysis_ends_at_its_endpoint(path):
    t = path
    analysis = analyze(t.a, make_path(t.a, t.client, t.endpoint))
    text = str(analysis)
    assert t.b.account.id not in text and t.nlb not in text and t.server not in text
    assert "another account" in analysis["WarningMessage"]


def test_the_endpoints_group_without_the_rule_is_a_mismatch(path):
    t = path
    t.a.ec2.revoke_security_group_ingress(GroupId=t.endpoint_group,
                                          IpPermissions=tcp(80, cidr="10.0.0.0/16"))
    try:
        path_id = make_path(t.a, t.client, t.endpoint)
        analysis = analyze(t.a, path_id)
        assert set(codes(analysis)) == {"SG_HAS_NO_RULES"}
        t.a.ec2.authorize_security_group_ingress(GroupId=t.endpoint_group,
                                                 IpPermissions=tcp(81, cidr="10.0.0.0/16"))
        analysis = analyze(t.a, path_id)
        assert set(codes(analysis)) == {"ENI_SG_RULES_MISMATCH"}
        explanation = analysis["Explanations"][0]
        assert explanation["Direction"] == "ingress"
        assert [group["Id"] for group in explanation["SecurityGroups"]] == [t.endpoint_group]
        assert explanation["Vpc"]["Id"] == t.a.vpc
        assert explanation["NetworkInterface"]["Arn"].startswith(
            f"arn:aws:ec2:ap-northeast-1:{t.a.account.id}:network-interface/eni-")
    finally:
        t.admit_at_endpoint()
    assert analyze(t.a, path_id)["NetworkPathFound"]
    assert t.curl()[0] == 0


def test_a_rejected_endpoint_is_in_a_bad_state(path):
    t = path
    t.reject()
    try:
        analysis = analyze(t.a, make_path(t.a, t.client, t.endpoint))
        assert codes(analysis) == ["BAD_STATE"]
        assert analysis["Explanations"][0]["VpcEndpoint"]["Id"] == t.endpoint
        assert analysis["Explanations"][0]["State"] == "rejected"
    finally:
        t.accept()


def test_an_acl_that_denies_is_named_with_its_rule(path):
    t = path
    other = t.a.subnet("10.0.7.0/24", "a")
    neighbour = t.a.run(t.client_group, subnet=other)
    t.a.ec2.authorize_security_group_ingress(GroupId=t.client_group,
                                             IpPermissions=tcp(22, cidr="10.0.0.0/16"))
    path_id = make_path(t.a, t.client, neighbour, 22)
    assert components(analyze(t.a, path_id))[-1] == neighbour
    acl = t.a.ec2.create_network_acl(VpcId=t.a.vpc)["NetworkAcl"]["NetworkAclId"]
    association = t.a.ec2.describe_network_acls(
        Filters=[{"Name": "association.subnet-id", "Values": [other]}])["NetworkAcls"][0]
    association = next(a for a in association["Associations"] if a["SubnetId"] == other)
    t.a.ec2.replace_network_acl_association(
        AssociationId=association["NetworkAclAssociationId"], NetworkAclId=acl)
    t.a.ec2.create_network_acl_entry(NetworkAclId=acl, RuleNumber=90, Protocol="6", Egress=False,
                                     RuleAction="deny", CidrBlock="10.0.1.0/24",
                                     PortRange={"From": 22, "To": 22})
    analysis = analyze(t.a, path_id)
    assert set(codes(analysis)) == {"SUBNET_ACL_RESTRICTION"}
    inbound = next(e for e in analysis["Explanations"] if e["Direction"] == "ingress")
    assert inbound["Acl"]["Id"] == acl and inbound["Subnet"]["Id"] == other
    assert inbound["AclRule"] == {"Cidr": "10.0.1.0/24", "Egress": False,
                                  "PortRange": {"From": 22, "To": 22}, "Protocol": "6",
                                  "RuleAction": "deny", "RuleNumber": 90}
    # Mended as the answers say: what comes in, and what goes back.
    t.a.ec2.delete_network_acl_entry(NetworkAclId=acl, RuleNumber=90, Egress=False)
    for egress in (False, True):
        t.a.ec2.create_network_acl_entry(NetworkAclId=acl, RuleNumber=100, Protocol="-1",
                                         Egress=egress, RuleAction="allow", CidrBlock="0.0.0.0/0")
    assert components(analyze(t.a, path_id))[-1] == neighbour


def test_a_provider_sees_its_load_balancer_to_the_end(path):
    t = path
    group = t.b.group("inside")
    inside = t.b.run(group)
    path_id = make_path(t.b, inside, node_interface(t))
    ids = components(analyze(t.b, path_id))
    assert t.nlb_group in ids and t.server_group in ids and t.server in ids
    assert t.target_group in ids and t.listener in ids
    # No listener at that port.
    assert codes(analyze(t.b, make_path(t.b, inside, node_interface(t), 81)))[:1] == [
        "ELBV2_LISTENERS_MISMATCH"]
    t.b.ec2.revoke_security_group_ingress(GroupId=t.server_group,
                                          IpPermissions=tcp(80, group=t.nlb_group))
    try:
        analysis = analyze(t.b, path_id)
        assert set(codes(analysis)) <= {"ENI_SG_RULES_MISMATCH", "SG_HAS_NO_RULES"}
        assert t.server_group in str(analysis["Explanations"])
    finally:
        t.admit_nlb_at_server()
    t.b.elbv2.deregister_targets(TargetGroupArn=t.target_group, Targets=[{"Id": t.server}])
    try:
        assert "ELBV2_LISTENER_HAS_NO_TG" in codes(analyze(t.b, path_id))
    finally:
        t.b.elbv2.register_targets(TargetGroupArn=t.target_group, Targets=[{"Id": t.server}])


def test_an_address_outside_the_vpc_has_no_route(path):
    t = path
    other = t.a.ec2.create_vpc(CidrBlock="10.9.0.0/16")["Vpc"]["VpcId"]
    subnet = t.a.ec2.create_subnet(VpcId=other, CidrBlock="10.9.1.0/24",
                                   AvailabilityZone="ap-northeast-1a")["Subnet"]["SubnetId"]
    interface = t.a.ec2.create_network_interface(SubnetId=subnet)["NetworkInterface"]
    analysis = analyze(t.a, make_path(t.a, t.client, interface["NetworkInterfaceId"]))
    assert codes(analysis) == ["NO_ROUTE_TO_DESTINATION"]
    assert analysis["Explanations"][0]["RouteTable"]["Id"].startswith("rtb-")


def test_paths_are_described_and_go_when_nothing_uses_them(path):
    t = path
    path_id = make_path(t.a, t.client, t.endpoint)
    shown = aws(t.a.account, "ec2", "describe-network-insights-paths",
                "--network-insights-path-ids", path_id)["NetworkInsightsPaths"][0]
    assert (shown["Source"], shown["Destination"], shown["Protocol"], shown["DestinationPort"]) == (
        t.client, t.endpoint, "tcp", 80)
    analysis = analyze(t.a, path_id)["NetworkInsightsAnalysisId"]
    refused = run_aws(t.a.account, "ec2", "delete-network-insights-path",
                      "--network-insights-path-id", path_id)
    assert "(AnalysisExistsForNetworkInsightsPath)" in refused.stderr and analysis in refused.stderr
    aws(t.a.account, "ec2", "delete-network-insights-analysis", "--network-insights-analysis-id",
        analysis)
    aws(t.a.account, "ec2", "delete-network-insights-path", "--network-insights-path-id", path_id)
    gone = run_aws(t.a.account, "ec2", "describe-network-insights-paths",
                   "--network-insights-path-ids", path_id)
    assert "(InvalidNetworkInsightsPathId.NotFound)" in gone.stderr
    # Another account's instance is no source.
    others = run_aws(t.a.account, "ec2", "create-network-insights-path", "--source", t.server,
                     "--destination", t.client, "--protocol", "tcp")
    assert "(InvalidInstanceID.NotFound)" in others.stderr
