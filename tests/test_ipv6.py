# SPDX-License-Identifier: Apache-2.0
"""IPv6 between instances of a VPC, and through a dualstack endpoint and load balancer to targets of both
families. [VPC user guide, "IP addressing"; PrivateLink guide, "IP address types"; NLB guide, "IP address
type"]
"""
import pytest
from botocore.exceptions import ClientError

from support.tutorial import WORDS, Tutorial, wait_for

SERVER = f"""#!/bin/sh
mkdir -p /var/www/html
echo '{WORDS}' > /var/www/html/index.html
cd /var/www/html && exec setsid python3 -m http.server --bind :: 80
"""


def ipv6_of(side, instance: str) -> str:
    return side.ec2.describe_instances(InstanceIds=[instance])["Reservations"][0]["Instances"][0]["Ipv6Address"]


def rule(port: int, **source) -> list:
    return [{"IpProtocol": "tcp", "FromPort": port, "ToPort": port, **source}]


def curl(tutorial, address: str, *more: str) -> tuple[int, str]:
    done = tutorial.postern.exec(tutorial.client, "curl", "-sS", "--max-time", "5", *more,
                                 f"http://{address}/", check=False)
    return done.returncode, done.stdout + done.stderr


def test_instances_reach_each_other_as_rules_of_ipv6_say(tutorial):
    side = tutorial.a
    side.give_ipv6()
    tutorial.start_client()
    group = side.group("web")
    server = side.run(group, side.subnet_c, SERVER)
    address = ipv6_of(side, server)
    wait_for("the server listens", lambda: tutorial.postern.exec(
        server, "curl", "-sS", "http://[::1]/", check=False).returncode == 0)

    # A rule of IPv4 says nothing of IPv6.
    side.ec2.authorize_security_group_ingress(
        GroupId=group, IpPermissions=rule(80, IpRanges=[{"CidrIp": "0.0.0.0/0"}]))
    assert curl(tutorial, f"[{address}]")[0] == 28  # timed out
    side.ec2.authorize_security_group_ingress(
        GroupId=group, IpPermissions=rule(80, Ipv6Ranges=[{"CidrIpv6": f"{ipv6_of(side, tutorial.client)}/128"}]))
    assert curl(tutorial, f"[{address}]") == (0, WORDS + "\n")

    ping = ("ping", "-6", "-c", "1", "-W", "2", address)
    assert tutorial.postern.exec(tutorial.client, *ping, check=False).returncode != 0
    side.ec2.authorize_security_group_ingress(
        GroupId=group, IpPermissions=[{"IpProtocol": "icmpv6", "FromPort": 128, "ToPort": -1,
                                       "Ipv6Ranges": [{"CidrIpv6": "::/0"}]}])
    assert tutorial.postern.exec(tutorial.client, *ping, check=False).returncode == 0

    # One more address, while it runs; and one less.
    interface = side.ec2.describe_instances(InstanceIds=[server])[
        "Reservations"][0]["Instances"][0]["NetworkInterfaces"][0]["NetworkInterfaceId"]
    more = side.ec2.assign_ipv6_addresses(NetworkInterfaceId=interface,
                                          Ipv6AddressCount=1)["AssignedIpv6Addresses"]
    assert len(more) == 1
    wait_for("the new address answers", lambda: curl(tutorial, f"[{more[0]}]")[0] == 0)
    side.ec2.unassign_ipv6_addresses(NetworkInterfaceId=interface, Ipv6Addresses=more)
    wait_for("it answers no more", lambda: curl(tutorial, f"[{more[0]}]", "--max-time", "1")[0] != 0)
    assert curl(tutorial, f"[{address}]")[0] == 0


@pytest.fixture(name="dualstack")
def make_dualstack(tutorial) -> Tutorial:
    t = tutorial
    t.a.give_ipv6()
    t.b.give_ipv6()
    t.start_client()
    t.start_server(SERVER)
    t.make_nlb(admit="", **{"load_balancing.cross_zone.enabled": "true"})
    t.b.elbv2.set_ip_address_type(LoadBalancerArn=t.nlb, IpAddressType="dualstack")
    for family in ({"IpRanges": [{"CidrIp": "10.0.0.0/16"}]}, {"Ipv6Ranges": [{"CidrIpv6": "::/0"}]}):
        t.b.ec2.authorize_security_group_ingress(GroupId=t.nlb_group, IpPermissions=rule(80, **family))
    t.make_service()
    t.b.ec2.modify_vpc_endpoint_service_configuration(ServiceId=t.service, AddSupportedIpAddressTypes=["ipv6"])
    t.allow_principal()
    t.make_endpoint()
    t.accept()
    t.a.ec2.modify_vpc_endpoint(VpcEndpointId=t.endpoint, IpAddressType="dualstack",
                                DnsOptions={"DnsRecordIpType": "dualstack"})
    t.admit_nlb_at_server()
    wait_for("the endpoint is available again", lambda: t.endpoint_state() == "available")
    t.wait_for_target("healthy")
    return t


def test_an_ipv6_client_reaches_targets_of_both_families(dualstack):
    t = dualstack
    endpoint = t.a.ec2.describe_vpc_endpoints(VpcEndpointIds=[t.endpoint])["VpcEndpoints"][0]
    assert endpoint["IpAddressType"] == "dualstack"
    assert endpoint["DnsOptions"]["DnsRecordIpType"] == "dualstack"
    name = t.endpoint_names()[0]

    # The endpoint's group admits IPv4 so far.
    assert curl(t, name, "-4") == (0, WORDS + "\n")
    assert curl(t, name, "-6")[0] == 28
    explained = t.postern.cli("explain", t.client, f"{name}:80", check=False).stdout
    assert f"authorize-security-group-ingress --group-id {t.endpoint_group}" in explained
    t.a.ec2.authorize_security_group_ingress(GroupId=t.endpoint_group, IpPermissions=rule(
        80, Ipv6Ranges=[{"CidrIpv6": "::/0"}]))
    assert curl(t, name, "-6") == (0, WORDS + "\n")
    assert t.postern.cli("explain", t.client, f"{name}:80", check=False).returncode == 0

    # A target of IPv6, for clients of both families. As an instance it would need a primary address.
    def make_group(name: str, target_type: str) -> str:
        return t.b.elbv2.create_target_group(
            Name=name, Protocol="TCP", Port=80, VpcId=t.b.vpc, TargetType=target_type, IpAddressType="ipv6",
            HealthCheckIntervalSeconds=5, HealthyThresholdCount=2,
            HealthCheckTimeoutSeconds=2)["TargetGroups"][0]["TargetGroupArn"]

    with pytest.raises(ClientError, match="primary IPv6 address"):
        t.b.elbv2.register_targets(TargetGroupArn=make_group("instance", "instance"), Targets=[{"Id": t.server}])
    group = make_group("address", "ip")
    t.b.elbv2.register_targets(TargetGroupArn=group, Targets=[{"Id": ipv6_of(t.b, t.server)}])
    t.b.elbv2.create_listener(LoadBalancerArn=t.nlb, Protocol="TCP", Port=8080,
                              DefaultActions=[{"Type": "forward", "TargetGroupArn": group}])
    for side, which in ((t.a, t.endpoint_group), (t.b, t.nlb_group)):
        side.ec2.authorize_security_group_ingress(GroupId=which, IpPermissions=rule(
            8080, IpRanges=[{"CidrIp": "10.0.0.0/16"}], Ipv6Ranges=[{"CidrIpv6": "::/0"}]))
    wait_for("the IPv6 target is healthy", lambda: t.b.elbv2.describe_target_health(TargetGroupArn=group)[
        "TargetHealthDescriptions"][0]["TargetHealth"]["State"] == "healthy", timeout=60)
    for family in ("-6", "-4"):
        assert curl(t, f"{name}:8080", family) == (0, WORDS + "\n"), family

    # Much in both directions, between the families: nothing is lost or cut.
    big = "head -c 3000000 /dev/zero | tr '\\0' x > /var/www/html/big"
    t.postern.exec(t.server, "sh", "-c", big)
    for port, family in ((80, "-6"), (8080, "-4"), (8080, "-6")):
        done = t.postern.exec(t.client, "sh", "-c",
                              f"curl {family} -sS --max-time 20 http://{name}:{port}/big | wc -c")
        assert done.stdout.strip() == "3000000", (port, family)


def test_what_needs_ipv6_is_refused_without_it(tutorial):
    t = tutorial
    t.start_server()
    t.make_nlb()
    with pytest.raises(ClientError, match="an associated IPv6 CIDR block"):
        t.b.elbv2.set_ip_address_type(LoadBalancerArn=t.nlb, IpAddressType="dualstack")
    t.make_service()
    with pytest.raises(ClientError, match="dualstack"):
        t.b.ec2.modify_vpc_endpoint_service_configuration(ServiceId=t.service, AddSupportedIpAddressTypes=["ipv6"])
    t.allow_principal()
    with pytest.raises(ClientError, match="does not support the IP address type"):
        t.a.ec2.create_vpc_endpoint(VpcEndpointType="Interface", ServiceName=t.service_name, VpcId=t.a.vpc,
                                    SubnetIds=[t.a.subnet_a], IpAddressType="dualstack")
