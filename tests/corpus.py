# SPDX-License-Identifier: Apache-2.0
"""Set-ups that are broken in one place: how, which cause explain has to name, and what mends it.

Each case starts from a world that works (support/working.py) and leaves one that works. test_corpus.py plays
them: break, see a real packet fail, ask explain, type what it says in a shell, see a real packet pass.
"""
import dataclasses
from collections.abc import Callable

from support.acl import Acl, give_acl
from support.holding import Holding
from support.postern import REGION
from support.tutorial import tcp, wait_for
from support.working import Working

W = Working


def endpoint(w: W) -> str:
    return f"{w.endpoint}:80"


def fine(w: W) -> bool:
    return w.fine()


def nothing(_: W) -> None:
    pass


@dataclasses.dataclass
class Case:
    name: str
    breaks: Callable[[W], None]
    # The first hop that stops: its step, words of its clause, and the verdict that the packet gets.
    step: str
    because: str
    verdict: str | None
    to: Callable[[W], str] = endpoint
    works: Callable[[W], bool] = fine
    options: tuple = ()
    # Words of what is to be done where no command can, and who does it. Without the second it stays
    # broken: what was asked for is not there to be had.
    advice: str = ""
    by_hand: Callable[[W], None] | None = None
    # Takes away what the case has left, so that the next one starts from where this one did.
    after: Callable[[W], None] = nothing


# ---- the tutorial's traps: security groups

def egress_elsewhere(w: W) -> None:
    w.revoke(w.a, w.client_group, True)
    w.a.ec2.authorize_security_group_egress(GroupId=w.client_group,
                                            IpPermissions=tcp(80, cidr="10.9.0.0/16"))


def admit_another_group(w: W) -> None:
    w.revoke(w.a, w.endpoint_group)
    w.a.ec2.authorize_security_group_ingress(GroupId=w.endpoint_group,
                                             IpPermissions=tcp(80, group=w.neighbour_group))


def admit_an_empty_list(w: W) -> None:
    w.revoke(w.a, w.endpoint_group)
    made = w.a.ec2.create_managed_prefix_list(
        PrefixListName="clients", MaxEntries=2, AddressFamily="IPv4",
        Entries=[{"Cidr": "10.0.0.0/16"}])["PrefixList"]
    w.a.ec2.authorize_security_group_ingress(GroupId=w.endpoint_group, IpPermissions=[
        {"IpProtocol": "tcp", "FromPort": 80, "ToPort": 80,
         "PrefixListIds": [{"PrefixListId": made["PrefixListId"]}]}])
    w.a.ec2.modify_managed_prefix_list(PrefixListId=made["PrefixListId"], CurrentVersion=1,
                                       RemoveEntries=[{"Cidr": "10.0.0.0/16"}])


def default_group(w: W) -> str:
    return w.a.ec2.describe_security_groups(Filters=[
        {"Name": "vpc-id", "Values": [w.a.vpc]}, {"Name": "group-name", "Values": ["default"]}])[
            "SecurityGroups"][0]["GroupId"]


def give_endpoint_the_default_group(w: W) -> None:
    w.a.ec2.modify_vpc_endpoint(VpcEndpointId=w.endpoint, AddSecurityGroupIds=[default_group(w)],
                                RemoveSecurityGroupIds=[w.endpoint_group])
    w.wait_available(w.endpoint)


def give_endpoint_its_group(w: W) -> None:
    w.a.ec2.modify_vpc_endpoint(VpcEndpointId=w.endpoint, AddSecurityGroupIds=[w.endpoint_group],
                                RemoveSecurityGroupIds=[default_group(w)])
    w.wait_available(w.endpoint)


def admit_only_the_endpoints_subnet(w: W) -> None:
    w.revoke(w.b, w.nlb_group)
    w.b.ec2.authorize_security_group_ingress(GroupId=w.nlb_group,
                                             IpPermissions=tcp(80, cidr="10.0.2.0/24"))


GROUPS = [
    Case("the client may not leave", lambda w: w.revoke(w.a, w.client_group, True),
         "outbound rules of the source", "no outbound rule", "SourceEgressDenied"),
    Case("the client may only go to the provider's subnet", egress_elsewhere,
         "outbound rules of the source", "no outbound rule", "SourceEgressDenied"),
    Case("the endpoint's group admits nobody", lambda w: w.revoke(w.a, w.endpoint_group),
         "inbound rules of the endpoint", "no inbound rule", "EndpointIngressDenied"),
    Case("the endpoint's group admits a group that the client is not in", admit_another_group,
         "inbound rules of the endpoint", "no inbound rule", "EndpointIngressDenied"),
    Case("the endpoint's group admits a prefix list that is empty now", admit_an_empty_list,
         "inbound rules of the endpoint", "no inbound rule", "EndpointIngressDenied"),
    Case("the endpoint has the VPC's default group", give_endpoint_the_default_group,
         "inbound rules of the endpoint", "no inbound rule", "EndpointIngressDenied",
         after=give_endpoint_its_group),
    Case("the NLB's group admits nobody", lambda w: w.revoke(w.b, w.nlb_group),
         "inbound rules of the load balancer", "no inbound rule", "BalancerIngressDenied"),
    Case("the NLB's group admits the endpoint's subnet and not the client's",
         admit_only_the_endpoints_subnet, "inbound rules of the load balancer", "no inbound rule",
         "BalancerIngressDenied"),
    Case("the NLB may not leave", lambda w: w.revoke(w.b, w.nlb_group, True),
         "outbound rules of the load balancer", "no outbound rule", "BalancerEgressDenied"),
    Case("the server's group does not admit the NLB", lambda w: w.revoke(w.b, w.server_group),
         "inbound rules of the target", "no inbound rule", "TargetIngressDenied"),
    Case("the neighbour's group does not admit the client",
         lambda w: w.revoke(w.a, w.neighbour_group), "inbound rules of the destination",
         "no inbound rule", "DestinationIngressDenied", to=lambda w: f"{w.neighbour}:80",
         works=lambda w: w.says_words(f"http://{w.address_of(w.a, w.neighbour)}/")),
]


# ---- service, acceptance, principals

def another_service(w: W, nlb: str = "", principal: bool = True) -> None:
    w.other_service = w.b.ec2.create_vpc_endpoint_service_configuration(
        NetworkLoadBalancerArns=[nlb or w.second_nlb],
        AcceptanceRequired=False)["ServiceConfiguration"]
    if principal:
        w.b.ec2.modify_vpc_endpoint_service_permissions(
            ServiceId=w.other_service["ServiceId"],
            AddAllowedPrincipals=[f"arn:aws:iam::{w.a.account.id}:root"])


def another_endpoint(w: W, service_name: str = "") -> None:
    w.other_endpoint = w.a.ec2.create_vpc_endpoint(
        VpcEndpointType="Interface", ServiceName=service_name or w.other_service["ServiceName"],
        VpcId=w.a.vpc, SubnetIds=[w.a.subnet_a, w.a.subnet_c],
        SecurityGroupIds=[w.endpoint_group])["VpcEndpoint"]["VpcEndpointId"]


def others_name(w: W) -> str:
    """Of any other endpoint than the tutorial's; empty: there is none."""
    for found in w.a.ec2.describe_vpc_endpoints()["VpcEndpoints"]:
        if found["VpcEndpointId"] != w.endpoint and found["DnsEntries"]:
            return found["DnsEntries"][0]["DnsName"]
    return ""


def other_is_fine(w: W) -> bool:
    name = others_name(w)
    return bool(name) and w.says_words(f"http://{name}/")


def take_others_away(w: W) -> None:
    others = [e["VpcEndpointId"] for e in w.a.ec2.describe_vpc_endpoints()["VpcEndpoints"]
              if e["VpcEndpointId"] != w.endpoint]
    if others:
        w.a.ec2.delete_vpc_endpoints(VpcEndpointIds=others)
        wait_for("the other endpoints are gone", lambda: len(
            w.a.ec2.describe_vpc_endpoints()["VpcEndpoints"]) == 1)
    for service in w.b.ec2.describe_vpc_endpoint_service_configurations()["ServiceConfigurations"]:
        if service["ServiceId"] != w.service:
            w.b.ec2.delete_vpc_endpoint_service_configurations(ServiceIds=[service["ServiceId"]])


def delete_the_service(w: W) -> None:
    another_service(w)
    another_endpoint(w)
    w.wait_available(w.other_endpoint)
    w.b.ec2.reject_vpc_endpoint_connections(ServiceId=w.other_service["ServiceId"],
                                            VpcEndpointIds=[w.other_endpoint])
    w.b.ec2.delete_vpc_endpoint_service_configurations(ServiceIds=[w.other_service["ServiceId"]])


def delete_an_endpoint(w: W) -> None:
    another_service(w)
    another_endpoint(w)
    w.wait_available(w.other_endpoint)
    w.old_name = others_name(w)
    take_others_away(w)


def nlb_without_groups(w: W) -> None:
    w.bare_targets = w.b.elbv2.create_target_group(
        Name="bare", Protocol="TCP", Port=80, VpcId=w.b.vpc, TargetType="instance")["TargetGroups"][0]["TargetGroupArn"]
    w.b.elbv2.register_targets(TargetGroupArn=w.bare_targets, Targets=[{"Id": w.server}])
    w.bare_nlb = w.b.elbv2.create_load_balancer(
        Name="bare", Type="network", Scheme="internal",
        Subnets=[w.b.subnet_a])["LoadBalancers"][0]["LoadBalancerArn"]
    w.b.elbv2.create_listener(
        LoadBalancerArn=w.bare_nlb, Protocol="TCP", Port=80,
        DefaultActions=[{"Type": "forward", "TargetGroupArn": w.bare_targets}])
    wait_for("the NLB is active", lambda: w.b.elbv2.describe_load_balancers(
        LoadBalancerArns=[w.bare_nlb])["LoadBalancers"][0]["State"]["Code"] == "active")
    another_service(w, w.bare_nlb)
    zone_id = w.zone_id(w.b, w.b.subnet_a)
    subnet = w.a.subnet_a if w.zone_id(w.a, w.a.subnet_a) == zone_id else w.a.subnet_c
    w.other_endpoint = w.a.ec2.create_vpc_endpoint(
        VpcEndpointType="Interface", ServiceName=w.other_service["ServiceName"], VpcId=w.a.vpc,
        SubnetIds=[subnet], SecurityGroupIds=[w.endpoint_group])["VpcEndpoint"]["VpcEndpointId"]
    w.wait_available(w.other_endpoint)
    w.revoke(w.b, w.server_group)
    w.admit_nlb_at_server()


def take_bare_nlb_away(w: W) -> None:
    take_others_away(w)
    w.b.elbv2.delete_load_balancer(LoadBalancerArn=w.bare_nlb)
    w.b.elbv2.delete_target_group(TargetGroupArn=w.bare_targets)


SERVICES = [
    Case("nobody has accepted the endpoint", lambda w: another_endpoint(w, w.service_name),
         "connection of the endpoint", "pendingAcceptance", "EndpointNotAccepted",
         to=lambda w: f"{w.other_endpoint}:80", works=other_is_fine, after=take_others_away),
    Case("nobody has accepted it, and it is asked for by its name",
         lambda w: another_endpoint(w, w.service_name), "DNS", "is pendingAcceptance", None,
         to=lambda w: f"{others_name(w)}:80", works=other_is_fine, after=take_others_away),
    Case("the provider has rejected the endpoint", lambda w: w.reject(), "connection of the endpoint",
         "rejected", "EndpointNotAccepted"),
    Case("the service is deleted", delete_the_service, "connection of the endpoint",
         "is deleted, and nobody can accept it", "EndpointNotAccepted",
         to=lambda w: f"{w.other_endpoint}:80", works=other_is_fine,
         advice="make an endpoint to another service", after=take_others_away),
    Case("the endpoint is deleted", delete_an_endpoint, "DNS",
         "there is no such endpoint, or it is deleted", None, to=lambda w: f"{w.old_name}:80",
         works=lambda w: w.says_words(f"http://{w.old_name}/"),
         advice="ask for the name of an endpoint that there is"),
    Case("the principal is not allowed any more, and there is no endpoint",
         lambda w: another_service(w, principal=False), "allowed principals of the service",
         "for it the service does not exist", None,
         to=lambda w: f"{w.other_service['ServiceName']}:80", works=other_is_fine,
         after=take_others_away),
    Case("the NLB was made without groups, so that its group cannot be admitted",
         nlb_without_groups, "inbound rules of the target", "no inbound rule", "TargetIngressDenied",
         to=lambda w: f"{w.other_endpoint}:80", works=other_is_fine, after=take_bare_nlb_away),
]


# ---- ports, listeners, protocols

def listen_elsewhere(w: W) -> None:
    w.b.elbv2.modify_listener(ListenerArn=w.listener, Port=81)


def delete_listeners(w: W, *ports: int) -> None:
    for listener in w.b.elbv2.describe_listeners(LoadBalancerArn=w.nlb)["Listeners"]:
        if not ports or listener["Port"] in ports:
            w.b.elbv2.delete_listener(ListenerArn=listener["ListenerArn"])


def find_listener(w: W) -> None:
    """The one at 80, after explain's command has made it."""
    w.listener = next(one["ListenerArn"] for one in w.b.elbv2.describe_listeners(
        LoadBalancerArn=w.nlb)["Listeners"] if one["Port"] == 80)


def only_udp_at_80(w: W) -> None:
    delete_listeners(w)
    w.b.elbv2.create_listener(
        LoadBalancerArn=w.nlb, Protocol="UDP", Port=80,
        DefaultActions=[{"Type": "forward", "TargetGroupArn": w.udp_targets}])


def after_other_listener(w: W) -> None:
    delete_listeners(w, 81, 8080, 53)
    find_listener(w)


LISTENERS = [
    Case("the listener is deleted", delete_listeners, "listener", "its listeners: none", "NoListener",
         after=find_listener),
    Case("the listener is at another port", listen_elsewhere, "listener", "its listeners: TCP 81",
         "NoListener", after=after_other_listener),
    Case("the listener is for another protocol", only_udp_at_80, "listener",
         "its listeners: UDP 80", "NoListener", after=find_listener),
    Case("the client asks for another port", nothing, "inbound rules of the endpoint", "tcp 8080",
         "EndpointIngressDenied", to=lambda w: f"{w.endpoint}:8080",
         works=lambda w: w.says_words(f"http://{w.endpoint_names()[0]}:8080/"),
         after=after_other_listener),
    Case("the client asks by UDP", nothing, "inbound rules of the endpoint", "udp 53",
         "EndpointIngressDenied", to=lambda w: f"{w.endpoint_address()}:53",
         works=lambda w: w.says_words_by_udp(w.endpoint_address()), options=("--protocol", "udp"),
         after=after_other_listener),
    Case("the client pings", nothing, "endpoint", "they do not answer ping", "EndpointIcmp",
         to=lambda w: w.endpoint_address(), options=("--protocol", "icmp"),
         works=lambda w: w.postern.exec(w.client, "ping", "-c1", "-W1", w.endpoint_address(),
                                        check=False).returncode == 0,
         advice="try a connection to one of its ports"),
]


# ---- targets

def set_delay(w: W, seconds: int) -> None:
    w.b.elbv2.modify_target_group_attributes(TargetGroupArn=w.target_group, Attributes=[
        {"Key": "deregistration_delay.timeout_seconds", "Value": str(seconds)}])


def deregister_at_once(w: W) -> None:
    set_delay(w, 0)
    w.deregister({"Id": w.server})
    wait_for("nothing is registered", lambda: not w.b.elbv2.describe_target_health(
        TargetGroupArn=w.target_group)["TargetHealthDescriptions"])


def drain(w: W) -> None:
    set_delay(w, 300)
    w.deregister({"Id": w.server})


def only_the_server(w: W) -> None:
    """Whoever explain's command has registered: again the server alone, at its port."""
    set_delay(w, 0)
    w.register({"Id": w.server})
    rows = w.b.elbv2.describe_target_health(TargetGroupArn=w.target_group)[
        "TargetHealthDescriptions"]
    others = [row["Target"] for row in rows
              if (row["Target"]["Id"], row["Target"]["Port"]) != (w.server, 80)]
    if others:
        w.deregister(*others)


def lose_the_target(w: W) -> None:
    victim = w.b.run(w.server_group)
    deregister_at_once(w)
    w.register({"Id": victim})
    w.b.ec2.terminate_instances(InstanceIds=[victim])
    wait_for("it is terminated", lambda: w.b.instance_state(victim) == "terminated")


def wrong_target_port(w: W) -> None:
    set_delay(w, 0)
    w.register({"Id": w.server, "Port": 8080})
    w.deregister({"Id": w.server, "Port": 80})


def forward_to_an_empty_group(w: W) -> None:
    w.empty_targets = w.b.elbv2.create_target_group(
        Name="empty", Protocol="TCP", Port=80, VpcId=w.b.vpc,
        TargetType="instance")["TargetGroups"][0]["TargetGroupArn"]
    forward_to(w, w.empty_targets)


def forward_to_nobodys_address(w: W) -> None:
    w.empty_targets = w.b.elbv2.create_target_group(
        Name="nobody", Protocol="TCP", Port=80, VpcId=w.b.vpc,
        TargetType="ip")["TargetGroups"][0]["TargetGroupArn"]
    w.b.elbv2.register_targets(TargetGroupArn=w.empty_targets, Targets=[{"Id": "10.0.1.250"}])
    forward_to(w, w.empty_targets)


def register_the_right_address(w: W) -> None:
    w.b.elbv2.deregister_targets(TargetGroupArn=w.empty_targets, Targets=[{"Id": "10.0.1.250"}])
    w.b.elbv2.register_targets(TargetGroupArn=w.empty_targets, Targets=[{"Id": w.server_address}])


def forward_to(w: W, group: str) -> None:
    w.b.elbv2.modify_listener(ListenerArn=w.listener, DefaultActions=[
        {"Type": "forward", "TargetGroupArn": group}])


def forward_as_before(w: W) -> None:
    forward_to(w, w.target_group)
    w.b.elbv2.delete_target_group(TargetGroupArn=w.empty_targets)


TARGETS = [
    Case("nothing is registered", deregister_at_once, "targets", "no target is registered",
         "TargetGroupEmpty", after=only_the_server),
    Case("the only target is draining", drain, "targets", "Target deregistration is in progress",
         "TargetGroupEmpty", after=only_the_server),
    Case("the target is terminated", lose_the_target, "targets",
         "Target is in the terminated state", "ZoneWithoutTargets", after=only_the_server),
    Case("the target is registered with a port that nothing listens on", wrong_target_port,
         "inbound rules of the target", "tcp 8080", "TargetIngressDenied", after=only_the_server),
    Case("the listener forwards to an empty group", forward_to_an_empty_group, "targets",
         "no target is registered in empty", "TargetGroupEmpty", after=forward_as_before),
    Case("the target is an address that nothing has", forward_to_nobodys_address, "target",
         "nothing that runs has the address 10.0.1.250", "TargetMissing",
         advice="register a target that runs", by_hand=register_the_right_address,
         after=forward_as_before),
    Case("the server has ended", lambda w: w.serve(""), "what listens on the target",
         "nothing listens on tcp 80", None, advice="start the service there",
         by_hand=lambda w: w.serve()),
    Case("the server listens on the loopback address", lambda w: w.serve("127.0.0.1"),
         "what listens on the target", "at the loopback address only", None,
         advice="bind the service to 0.0.0.0", by_hand=lambda w: w.serve()),
    Case("nothing listens on the neighbour", lambda w: w.serve("", w.neighbour), "what listens there",
         "nothing listens on tcp 80", None, to=lambda w: f"{w.neighbour}:80",
         works=lambda w: w.says_words(f"http://{w.address_of(w.a, w.neighbour)}/"),
         advice="start the service there", by_hand=lambda w: w.serve("0.0.0.0", w.neighbour)),
]


# ---- zones

def set_cross_zone(w: W, value: str) -> None:
    w.b.elbv2.modify_load_balancer_attributes(LoadBalancerArn=w.nlb, Attributes=[
        {"Key": "load_balancing.cross_zone.enabled", "Value": value}])


def far_zone(w: W) -> str:
    """The id of the zone that the server is not in."""
    return w.zone_id(w.b, w.b.subnet_c)


def far_address(w: W) -> str:
    return w.endpoint_address_in(far_zone(w))


def far_is_fine(w: W) -> bool:
    return w.says_words(f"http://{far_address(w)}/")


def zonal_name(w: W) -> str:
    return w.endpoint_names()[0].replace(".vpce-svc", f"-{REGION}c.vpce-svc", 1)


ZONES = [
    Case("the target is in another zone, and cross-zone load balancing is off",
         lambda w: set_cross_zone(w, "false"), "targets", "cross-zone load balancing is off",
         "ZoneWithoutTargets", to=lambda w: f"{far_address(w)}:80", works=far_is_fine),
    Case("the endpoint has no interface in the zone of its name that is asked for",
         lambda w: (w.a.ec2.modify_vpc_endpoint(VpcEndpointId=w.endpoint,
                                                RemoveSubnetIds=[w.a.subnet_c]),
                    w.wait_available(w.endpoint)),
         "DNS", f"has no interface in {REGION}c", None, to=lambda w: f"{zonal_name(w)}:80",
         works=lambda w: w.says_words(f"http://{zonal_name(w)}/")),
]


# ---- network ACLs

def give(side_of: Callable, subnet_of: Callable, *entries: tuple) -> Callable[[W], None]:
    """A network ACL of (number, egress, first port, last port, action) for the subnet."""
    def breaks(w: W) -> None:
        side = side_of(w)
        acl = Acl(side)
        for number, egress, first, last, action in entries:
            side.ec2.create_network_acl_entry(
                NetworkAclId=acl.id, RuleNumber=number, Egress=egress, Protocol="6",
                RuleAction=action, CidrBlock="0.0.0.0/0", PortRange={"From": first, "To": last})
        w.acl_before = (side, subnet_of(side), acl.give_to(subnet_of(side)))
    return breaks


def take_acl_back(w: W) -> None:
    side, subnet, acl = w.acl_before
    give_acl(side.ec2, subnet, acl)


def on_a(w: W):
    return w.a


def on_b(w: W):
    return w.b


def subnet_a(side) -> str:
    return side.subnet_a


def subnet_c(side) -> str:
    return side.subnet_c


IN, OUT = False, True


def across(name: str, breaks: Callable, step: str, because: str, verdict: str | None) -> Case:
    """From the client's subnet to the endpoint's other interface."""
    return Case(name, breaks, step, because, verdict, to=lambda w: f"{w.endpoint_address('c')}:80",
                works=lambda w: w.says_words(f"http://{w.endpoint_address('c')}/"),
                after=take_acl_back)


def behind(name: str, breaks: Callable, step: str, because: str, verdict: str | None) -> Case:
    """From the NLB's node in the other zone to the target."""
    return Case(name, breaks, step, because, verdict, to=lambda w: f"{far_address(w)}:80",
                works=far_is_fine, after=take_acl_back)


ACLS = [
    across("the endpoint's network ACL allows nothing in", give(on_a, subnet_c),
           "network ACL of the endpoint's subnet, inbound", "no rule of", "EndpointAclDenied"),
    across("the endpoint's network ACL has no way back",
           give(on_a, subnet_c, (100, IN, 80, 80, "allow")),
           "network ACL of the endpoint's subnet, outbound, for the answers", "tcp 32768-60999",
           None),
    across("the client's network ACL denies before it allows",
           give(on_a, subnet_a, (90, OUT, 80, 80, "deny"), (100, OUT, 0, 65535, "allow"),
                (100, IN, 0, 65535, "allow")),
           "network ACL of the source's subnet, outbound", "rule 90 of", "SourceAclDenied"),
    across("the client's network ACL lets no answers in",
           give(on_a, subnet_a, (100, OUT, 0, 65535, "allow"), (100, IN, 80, 80, "allow")),
           "network ACL of the source's subnet, inbound, for the answers", "tcp 32768-60999", None),
    behind("the target's network ACL allows nothing in", give(on_b, subnet_a),
           "network ACL of the target's subnet, inbound", "no rule of", "DestinationAclDenied"),
    behind("the target's network ACL has no way back",
           give(on_b, subnet_a, (100, IN, 80, 80, "allow")),
           "network ACL of the target's subnet, outbound, for the answers", "tcp 1024-65535", None),
    behind("the NLB's network ACL lets nothing out",
           give(on_b, subnet_c, (100, IN, 1024, 65535, "allow")),
           "network ACL of the load balancer's subnet, outbound", "no rule of",
           "BalancerAclDenied"),
]


# ---- DNS

def private(w: W) -> str:
    return f"{w.private_name}:80"


def private_is_fine(w: W) -> bool:
    return w.says_words(f"http://{w.private_name}/")


def lose_the_proof(w: W) -> None:
    w.set_private_dns(False)
    w.prove_domain("DELETE")
    wait_for("the domain is not proven any more", lambda: w.b.ec2.
             describe_vpc_endpoint_service_configurations(ServiceIds=[w.service])[
                 "ServiceConfigurations"][0]["PrivateDnsNameConfiguration"]["State"] == "failed")


def set_vpc(w: W, **attribute: bool) -> None:
    (name, value), = attribute.items()
    w.a.ec2.modify_vpc_attribute(VpcId=w.a.vpc, **{name: {"Value": value}})


def app_is_fine(w: W) -> bool:
    return w.says_words("http://app.corp.internal/")


def app(_: W) -> str:
    return "app.corp.internal:80"


NAMES = [
    Case("private DNS is off at the endpoint", lambda w: w.set_private_dns(False), "DNS",
         "private DNS is off at", None, to=private, works=private_is_fine),
    Case("the service's private DNS name is not verified", lose_the_proof,
         "verification of the private DNS name", "before a TXT record proves the domain", None,
         to=private, works=private_is_fine),
    Case("DNS hostnames are off in the VPC", lambda w: set_vpc(w, EnableDnsHostnames=False), "DNS",
         "DNS hostnames are off in", None, to=private, works=private_is_fine),
    Case("DNS support is off in the VPC", lambda w: set_vpc(w, EnableDnsSupport=False), "DNS",
         "DNS support is off in", None, to=lambda w: f"{w.endpoint_names()[0]}:80"),
    Case("the private hosted zone is not associated with the VPC",
         lambda w: w.a_dns.disassociate_vpc_from_hosted_zone(
             HostedZoneId=w.zone, VPC={"VPCRegion": REGION, "VPCId": w.a.vpc}),
         "DNS", "is not associated with", None, to=app, works=app_is_fine),
    Case("the zone's record is the name of an endpoint that is gone",
         lambda w: w.point_app_at("vpce-0123456789abcdef0-abcdefgh." +
                                  w.endpoint_names()[0].split(".", 1)[1]),
         "DNS", "there is no such endpoint", None, to=app, works=app_is_fine,
         advice="ask for the name of an endpoint that there is",
         by_hand=lambda w: w.point_app_at(w.endpoint_names()[0])),
]


# ---- addresses and routes

def at_server(w: W) -> bool:
    return w.says_words(f"http://{w.server_address}/")


def out(w: W) -> bool:
    return w.says_words("http://192.0.2.7/")


def route_out(w: W) -> None:
    w.gateway = w.a.ec2.create_internet_gateway()["InternetGateway"]["InternetGatewayId"]
    w.a.ec2.attach_internet_gateway(InternetGatewayId=w.gateway, VpcId=w.a.vpc)
    w.route_table = w.a.ec2.describe_route_tables(Filters=[
        {"Name": "vpc-id", "Values": [w.a.vpc]}])["RouteTables"][0]["RouteTableId"]
    for cidr in ("192.0.0.0/16", "192.0.2.0/24"):
        w.a.ec2.create_route(RouteTableId=w.route_table, DestinationCidrBlock=cidr,
                             GatewayId=w.gateway)


def no_route_out(w: W) -> None:
    for cidr in ("192.0.0.0/16", "192.0.2.0/24"):
        w.a.ec2.delete_route(RouteTableId=w.route_table, DestinationCidrBlock=cidr)
    w.a.ec2.detach_internet_gateway(InternetGatewayId=w.gateway, VpcId=w.a.vpc)
    w.a.ec2.delete_internet_gateway(InternetGatewayId=w.gateway)


ADDRESSES = [
    Case("the client asks for the server's address, and the VPCs overlap", nothing, "destination",
         "nothing in the VPC has the address", "DestinationUnknown",
         to=lambda w: f"{w.server_address}:80", works=at_server,
         advice="ask for vpce-"),
    Case("the client asks for the server by its id", nothing, "VPC",
         "only its own addresses are reached", None, to=lambda w: f"{w.server}:80", works=at_server,
         advice="leads to it: ask for that"),
    Case("no route leads out of the VPC", nothing, "route", "leads there", "NoRoute",
         to=lambda _: "192.0.2.7:80", works=out, advice="reached by an endpoint, not by a route"),
    Case("of two routes that overlap the longer one counts, and nothing is behind it", route_out,
         "route", "by the route for 192.0.2.0/24, and nothing is behind that", "NoRoute",
         to=lambda _: "192.0.2.7:80", works=out, advice="reached by an endpoint, not by a route",
         after=no_route_out),
]

# ---- connections that were silent for too long

def stay_silent_for_too_long(w: W) -> None:
    """Nobody waits for the listener's 350 seconds: `postern fault` says that they are over."""
    w.held = Holding(w.postern, w.client, w.endpoint_address())
    w.postern.cli("fault", "expire-flows", "--idle", "0")


IDLE = [
    Case("the connection was silent for longer than the listener's idle time-out",
         stay_silent_for_too_long, "connection",
         "no such connection is tracked any more: after 350 silent seconds", "ResetNoFlow",
         works=lambda w: w.held.ask() == "answered", options=("--established",),
         advice="send keep-alives more often than that, or let the listener wait longer: its "
                "attribute tcp.idle_timeout.seconds",
         after=lambda w: w.held.close()),
]

CASES = GROUPS + SERVICES + LISTENERS + ZONES + ACLS + NAMES + ADDRESSES + IDLE + TARGETS


# ---- health checks: each on a listener and a target group of its own, since they take their time

@dataclasses.dataclass
class SickCase:
    name: str
    settings: dict  # of the target group
    because: str  # in the target's health
    admits: int = 0  # a port that the server's group lets the checks in at
    advice: str = ""
    by_hand: Callable[[W, str], None] | None = None  # with the target group


SICK = [
    SickCase("the server's group does not admit the checks", {"HealthCheckPort": "8081"},
             "no inbound rule of"),
    SickCase("the checks ask a port that nothing listens on", {"HealthCheckPort": "8082"},
             "nothing listens on port 8082, which they ask", admits=8082),
    SickCase("the checks ask for a page that is not there",
             {"HealthCheckProtocol": "HTTP", "HealthCheckPath": "/missing"},
             "does not answer HTTP /missing", advice="let the checks ask for what it answers",
             by_hand=lambda w, group: w.b.elbv2.modify_target_group(TargetGroupArn=group,
                                                                    HealthCheckPath="/")),
]
