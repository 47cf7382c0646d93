# SPDX-License-Identifier: Apache-2.0
"""The tutorial's traps, each with real packets: the failure and its name, then the mending.

Both accounts' VPCs are 10.0.0.0/16 throughout.
"""
import pytest
from botocore.exceptions import ClientError

from support.tutorial import WORDS, tcp

TIMED_OUT = 28  # curl's exit status


def assert_dead(tutorial, verdict: str) -> None:
    """curl times out, and the packets were dropped for that reason and no other."""
    address = tutorial.endpoint_address()
    outcome = []
    drops = tutorial.drops_during(
        lambda: outcome.append(tutorial.curl(f"http://{address}/", seconds=2)))
    assert outcome[0] == (TIMED_OUT, "")
    assert drops.get(verdict, 0) >= 1, drops


def assert_alive(tutorial) -> None:
    assert tutorial.curl() == (0, WORDS)


def test_the_tutorial_works(tutorial):
    tutorial.build()
    assert_alive(tutorial)
    for name in tutorial.endpoint_names()[:2]:  # the regional name, and the zone that has the target
        assert tutorial.curl(f"http://{name}/") == (0, WORDS)


def test_without_the_allowed_principal_the_service_does_not_exist(tutorial):
    t = tutorial
    t.start_client()
    t.start_server()
    t.make_nlb()
    t.admit_nlb_at_server()
    t.make_service()
    for call in (lambda: t.a.ec2.describe_vpc_endpoint_services(ServiceNames=[t.service_name]),
                 t.make_endpoint):
        with pytest.raises(ClientError) as refused:
            call()
        assert refused.value.response["Error"]["Code"] == "InvalidServiceName"
        assert refused.value.response["Error"]["Message"] == (
            f"The Vpc Endpoint Service '{t.service_name}' does not exist")
        t.endpoint_group = None
    t.allow_principal()
    verified = t.a.ec2.describe_vpc_endpoint_services(ServiceNames=[t.service_name])
    assert verified["ServiceDetails"][0]["Owner"] == t.b.account.id
    t.a.ec2.delete_security_group(GroupId=t.a.ec2.describe_security_groups(
        Filters=[{"Name": "group-name", "Values": ["endpoint"]},
                 {"Name": "vpc-id", "Values": [t.a.vpc]}])["SecurityGroups"][0]["GroupId"])
    t.make_endpoint()
    t.accept()
    t.wait_for_target("healthy")
    assert_alive(t)


def test_before_acceptance_no_packet_passes(tutorial):
    t = tutorial
    t.start_client()
    t.start_server()
    t.wait_for_server()
    t.make_nlb()
    t.admit_nlb_at_server()
    t.make_service()
    t.allow_principal()
    t.make_endpoint()
    t.wait_for_target("healthy")
    assert t.endpoint_state() == "pendingAcceptance"
    assert_dead(t, "EndpointNotAccepted")
    # Nor does its name resolve.
    assert t.curl()[0] == 6
    t.accept()
    assert_alive(t)


def test_the_endpoints_group_must_admit_the_client(tutorial):
    t = tutorial.build()
    t.a.ec2.revoke_security_group_ingress(GroupId=t.endpoint_group,
                                          IpPermissions=tcp(80, cidr="10.0.0.0/16"))
    assert_dead(t, "EndpointIngressDenied")
    t.admit_at_endpoint()
    assert_alive(t)


def test_the_nlbs_group_must_admit_the_consumers_own_address(tutorial):
    t = tutorial
    t.start_client()
    t.start_server()
    t.wait_for_server()
    # The provider admits what looks like its own subnet for the endpoint, not the client's.
    t.make_nlb(admit="10.0.2.0/24")
    t.admit_nlb_at_server()
    t.make_service()
    t.allow_principal()
    t.make_endpoint()
    t.accept()
    t.wait_for_target("healthy")  # health checks are not subject to the NLB's inbound rules
    assert_dead(t, "BalancerIngressDenied")
    t.b.ec2.authorize_security_group_ingress(GroupId=t.nlb_group,
                                             IpPermissions=tcp(80, cidr="10.0.1.0/24"))
    assert_alive(t)


def test_with_enforcement_off_the_nlbs_inbound_rules_do_not_count_for_private_link(tutorial):
    t = tutorial.build()
    t.b.ec2.revoke_security_group_ingress(GroupId=t.nlb_group,
                                          IpPermissions=tcp(80, cidr="10.0.0.0/16"))
    assert_dead(t, "BalancerIngressDenied")
    # The clients' older models do not know the parameter, so it is put into the request as sent.
    t.b.elbv2.meta.events.register_first(
        "before-call.elastic-load-balancing-v2.SetSecurityGroups",
        lambda params, **_: params["body"].update(
            EnforceSecurityGroupInboundRulesOnPrivateLinkTraffic="off"))
    t.b.elbv2.set_security_groups(LoadBalancerArn=t.nlb, SecurityGroups=[t.nlb_group])
    assert_alive(t)


def test_the_instances_group_must_admit_the_nlbs_group(tutorial):
    t = tutorial
    t.start_client()
    t.start_server()
    t.wait_for_server()
    t.make_nlb()
    t.make_service()
    t.allow_principal()
    t.make_endpoint()
    t.accept()
    t.wait_for_target("unhealthy")
    health = t.target_health()
    assert health["Reason"] == "Target.FailedHealthChecks"
    assert health["Description"] == "Health checks failed"
    assert_dead(t, "TargetIngressDenied")
    t.admit_nlb_at_server()
    t.wait_for_target("healthy")
    assert_alive(t)


def test_the_clients_group_must_let_port_80_out(tutorial):
    t = tutorial.build()
    everything = [{"IpProtocol": "-1", "IpRanges": [{"CidrIp": "0.0.0.0/0"}]}]
    t.a.ec2.revoke_security_group_egress(GroupId=t.client_group, IpPermissions=everything)
    assert_dead(t, "SourceEgressDenied")
    # A rule for account B's subnet does not help where the client sees only the endpoint's address.
    t.a.ec2.authorize_security_group_egress(GroupId=t.client_group,
                                            IpPermissions=tcp(80, cidr="10.9.0.0/16"))
    assert_dead(t, "SourceEgressDenied")
    t.a.ec2.authorize_security_group_egress(GroupId=t.client_group,
                                            IpPermissions=tcp(80, cidr="10.0.0.0/16"))
    assert_alive(t)


def test_a_group_reference_admits_the_clients_group_at_the_endpoint(tutorial):
    t = tutorial.build()
    t.a.ec2.revoke_security_group_ingress(GroupId=t.endpoint_group,
                                          IpPermissions=tcp(80, cidr="10.0.0.0/16"))
    t.a.ec2.authorize_security_group_ingress(GroupId=t.endpoint_group,
                                             IpPermissions=tcp(80, group=t.client_group))
    assert_alive(t)


def test_without_cross_zone_the_zone_without_a_target_is_not_in_the_regional_name(tutorial):
    t = tutorial.build()
    regional, zone_a, zone_c = t.endpoint_names()
    lookup = t.postern.exec(t.client, "getent", "ahostsv4", regional).stdout.split()
    assert t.endpoint_address("a") in lookup
    assert t.endpoint_address("c") not in lookup
    assert t.curl(f"http://{zone_a}/") == (0, WORDS)
    assert t.curl(f"http://{zone_c}/", seconds=2) == (TIMED_OUT, "")
    t.b.elbv2.modify_load_balancer_attributes(
        LoadBalancerArn=t.nlb,
        Attributes=[{"Key": "load_balancing.cross_zone.enabled", "Value": "true"}])
    assert t.curl(f"http://{zone_c}/") == (0, WORDS)
