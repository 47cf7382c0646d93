# SPDX-License-Identifier: Apache-2.0
"""Route tables, gateways, elastic IPs and prefix lists as Terraform's provider makes and reads them,
and what becomes of packets: there is no internet, so a route to one leads nowhere, by name.
"""
import time

import pytest
from botocore.exceptions import ClientError

from support.tutorial import Side, Tutorial, tcp, wait_for


@pytest.fixture
def side(postern):
    return Side(postern, f"routes-{time.monotonic_ns()}")


def code_of(call, **parameters) -> str:
    with pytest.raises(ClientError) as refused:
        call(**parameters)
    return refused.value.response["Error"]["Code"]


def routes(ec2, table: str) -> dict:
    """Destination -> (target, state)."""
    found = ec2.describe_route_tables(RouteTableIds=[table])["RouteTables"][0]["Routes"]
    return {r.get("DestinationCidrBlock"): (r.get("GatewayId") or r.get("NatGatewayId"), r["State"])
            for r in found}


def test_the_life_of_a_public_and_a_private_subnet(side):
    """What aws_vpc, aws_internet_gateway, aws_eip, aws_nat_gateway, aws_route_table and
    aws_route_table_association do, in Terraform's order, and backwards."""
    ec2 = side.ec2
    by_vpc = [{"Name": "vpc-id", "Values": [side.vpc]}]
    # aws_vpc reads these after it is made.
    assert len(ec2.describe_network_acls(
        Filters=by_vpc + [{"Name": "default", "Values": ["true"]}])["NetworkAcls"]) == 1
    main, = ec2.describe_route_tables(
        Filters=by_vpc + [{"Name": "association.main", "Values": ["true"]}])["RouteTables"]
    assert [r["GatewayId"] for r in main["Routes"]] == ["local"]
    assert len(ec2.describe_security_groups(
        Filters=by_vpc + [{"Name": "group-name", "Values": ["default"]}])["SecurityGroups"]) == 1
    for attribute in ("enableDnsHostnames", "enableDnsSupport", "enableNetworkAddressUsageMetrics"):
        ec2.describe_vpc_attribute(VpcId=side.vpc, Attribute=attribute)

    gateway = ec2.create_internet_gateway()["InternetGateway"]["InternetGatewayId"]
    ec2.attach_internet_gateway(InternetGatewayId=gateway, VpcId=side.vpc)
    attached = ec2.describe_internet_gateways(InternetGatewayIds=[gateway])["InternetGateways"][0]
    assert attached["Attachments"] == [{"State": "available", "VpcId": side.vpc}]

    address = ec2.allocate_address(Domain="vpc")
    assert address["PublicIp"].startswith(("192.0.2.", "198.51.100.", "203.0.113."))
    nat = ec2.create_nat_gateway(SubnetId=side.subnet_a,
                                 AllocationId=address["AllocationId"])["NatGateway"]
    assert nat["State"] == "pending"
    nat = ec2.describe_nat_gateways(NatGatewayIds=[nat["NatGatewayId"]])["NatGateways"][0]
    assert nat["State"] == "available"
    assert nat["NatGatewayAddresses"][0]["PublicIp"] == address["PublicIp"]

    tables = {}
    for subnet, target in ((side.subnet_a, {"GatewayId": gateway}),
                           (side.subnet_c, {"NatGatewayId": nat["NatGatewayId"]})):
        table = ec2.create_route_table(VpcId=side.vpc)["RouteTable"]["RouteTableId"]
        ec2.create_route(RouteTableId=table, DestinationCidrBlock="0.0.0.0/0", **target)
        tables[subnet] = table, ec2.associate_route_table(RouteTableId=table, SubnetId=subnet)[
            "AssociationId"]
        assert routes(ec2, table) == {"10.0.0.0/16": ("local", "active"),
                                      "0.0.0.0/0": (*target.values(), "active")}
    associated, = ec2.describe_route_tables(Filters=[
        {"Name": "association.route-table-association-id",
         "Values": [tables[side.subnet_c][1]]}])["RouteTables"]
    assert associated["Associations"][0]["SubnetId"] == side.subnet_c

    # Backwards; what is still needed stays.
    assert code_of(ec2.delete_internet_gateway, InternetGatewayId=gateway) == "DependencyViolation"
    assert code_of(ec2.delete_route_table,
                   RouteTableId=tables[side.subnet_a][0]) == "DependencyViolation"
    for table, association in tables.values():
        ec2.disassociate_route_table(AssociationId=association)
    ec2.delete_nat_gateway(NatGatewayId=nat["NatGatewayId"])
    assert code_of(ec2.describe_nat_gateways,
                   NatGatewayIds=[nat["NatGatewayId"]]) == "NatGatewayNotFound"
    assert routes(ec2, tables[side.subnet_c][0])["0.0.0.0/0"][1] == "blackhole"
    for table, _ in tables.values():
        ec2.delete_route_table(RouteTableId=table)
    ec2.release_address(AllocationId=address["AllocationId"])
    ec2.detach_internet_gateway(InternetGatewayId=gateway, VpcId=side.vpc)
    ec2.delete_internet_gateway(InternetGatewayId=gateway)
    for subnet in (side.subnet_a, side.subnet_c):
        ec2.delete_subnet(SubnetId=subnet)
    ec2.delete_vpc(VpcId=side.vpc)


class SecondRange(Tutorial):
    """A's zone a, with the client and the endpoint, is in a second range of its VPC's."""

    def __init__(self, postern):
        super().__init__(postern)
        block = self.a.ec2.associate_vpc_cidr_block(
            VpcId=self.a.vpc, CidrBlock="100.64.0.0/16")["CidrBlockAssociation"]
        assert block["CidrBlockState"]["State"] == "associating"
        self.association = block["AssociationId"]
        self.a.ec2.delete_subnet(SubnetId=self.a.subnet_a)
        self.a.subnet_a = self.a.subnet("100.64.1.0/24", "a")

    def make_nlb(self, admit: str = "100.64.0.0/16", **attributes: str) -> None:
        super().make_nlb(admit, **attributes, **{"load_balancing.cross_zone.enabled": "true"})

    def admit_at_endpoint(self) -> None:
        for cidr in ("10.0.0.0/16", "100.64.0.0/16"):
            self.a.ec2.authorize_security_group_ingress(GroupId=self.endpoint_group,
                                                        IpPermissions=tcp(80, cidr=cidr))


def test_a_vpcs_second_range_is_as_good_as_its_first(postern):
    """[VPC user guide, "VPC CIDR blocks"]: local routes between the ranges, the resolver in the
    primary one; and an endpoint with an address in each."""
    t = SecondRange(postern).build()
    ours = t.endpoint_address("a"), t.endpoint_address("c")
    assert ours[0].startswith("100.64.1.") and ours[1].startswith("10.0.2.")
    for url in ("", *(f"http://{address}/" for address in ours)):
        assert t.curl(url) == (0, "AWS acount B"), url
    address = t.a.ec2.describe_instances(InstanceIds=[t.client])[
        "Reservations"][0]["Instances"][0]["PrivateIpAddress"]
    assert address.startswith("100.64.1.")
    name = "ip-{}.ap-northeast-1.compute.internal".format(address.replace(".", "-"))
    asked = t.postern.exec(t.client, "python3", "-c",
                           f"import socket; print(socket.gethostbyaddr('{address}')[0])")
    assert asked.stdout.strip() == name
    # What is in either range and nobody's is unknown; what is in none has no route.
    for there, verdict in (("100.64.9.9", "DestinationUnknown"), ("10.0.9.9", "DestinationUnknown"),
                           ("100.65.9.9", "NoRoute")):
        drops = t.drops_during(lambda: t.curl(f"http://{there}/", seconds=1))
        assert verdict in drops, (there, drops)
        explained = postern.cli("explain", t.client, f"{there}:80", check=False).stdout
        assert verdict in explained, explained
    assert code_of(t.a.ec2.disassociate_vpc_cidr_block,
                   AssociationId=t.association) == "InvalidCidrBlock.InUse"
    # B's VPC has that range as well, and nothing of A's is to be found there.
    t.b.ec2.associate_vpc_cidr_block(VpcId=t.b.vpc, CidrBlock="100.64.0.0/16")
    drops = t.drops_during(
        lambda: postern.exec(t.server, "curl", "-s", "--max-time", "1", f"http://{address}/",
                             check=False))
    assert "DestinationUnknown" in drops, drops


def test_packets_stay_in_the_vpc_whatever_the_routes_say(postern, side):
    ec2 = side.ec2
    group = side.group("all")
    instance = side.run(group)
    gateway = ec2.create_internet_gateway()["InternetGateway"]["InternetGatewayId"]
    ec2.attach_internet_gateway(InternetGatewayId=gateway, VpcId=side.vpc)
    table = ec2.create_route_table(VpcId=side.vpc)["RouteTable"]["RouteTableId"]
    ec2.create_route(RouteTableId=table, DestinationCidrBlock="0.0.0.0/0", GatewayId=gateway)
    ec2.associate_route_table(RouteTableId=table, SubnetId=side.subnet_a)
    before = postern.drops().get("NoRoute", 0)
    run = postern.exec(instance, "curl", "-s", "--max-time", "1", "http://203.0.113.1/", check=False)
    assert run.returncode == 28
    assert postern.drops().get("NoRoute", 0) > before
    # Its elastic IP is known, and leads nowhere either.
    address = ec2.allocate_address(Domain="vpc")
    ec2.associate_address(AllocationId=address["AllocationId"], InstanceId=instance)
    assert ec2.describe_instances(InstanceIds=[instance])["Reservations"][0]["Instances"][0][
        "PublicIpAddress"] == address["PublicIp"]
    found, = ec2.describe_addresses(Filters=[{"Name": "instance-id", "Values": [instance]}])[
        "Addresses"]
    assert found["PublicIp"] == address["PublicIp"]
    assert ec2.describe_addresses_attribute(
        AllocationIds=[address["AllocationId"]], Attribute="domain-name")["Addresses"]


def test_a_prefix_list_admits_whom_it_lists(postern, side):
    ec2 = side.ec2
    server_group = side.group("server")
    client_group = side.group("client")
    page = "#!/bin/sh\nmkdir -p /srv/w && cd /srv/w && echo here > index.html\n" \
           "exec setsid python3 -m http.server 80\n"
    server = side.run(server_group, user_data=page)
    client = side.run(client_group)
    addresses = {i["InstanceId"]: i["PrivateIpAddress"]
                 for r in ec2.describe_instances()["Reservations"] for i in r["Instances"]}
    wait_for("the server listens", lambda: postern.exec(
        server, "curl", "-s", "http://127.0.0.1/", check=False).returncode == 0)

    def curl() -> str:
        return postern.exec(client, "curl", "-s", "--max-time", "2", f"http://{addresses[server]}/",
                            check=False).stdout.strip()

    listed = ec2.create_managed_prefix_list(
        PrefixListName="clients", MaxEntries=5, AddressFamily="IPv4",
        Entries=[{"Cidr": "192.168.0.0/16"}])["PrefixList"]["PrefixListId"]
    ec2.authorize_security_group_ingress(GroupId=server_group, IpPermissions=[
        {"IpProtocol": "tcp", "FromPort": 80, "ToPort": 80,
         "PrefixListIds": [{"PrefixListId": listed, "Description": "clients"}]}])
    rule, = [r for r in ec2.describe_security_group_rules(
        Filters=[{"Name": "group-id", "Values": [server_group]}])["SecurityGroupRules"]
        if not r["IsEgress"]]
    assert rule["PrefixListId"] == listed
    assert curl() == ""
    ec2.modify_managed_prefix_list(PrefixListId=listed, CurrentVersion=1,
                                   AddEntries=[{"Cidr": f"{addresses[client]}/32"}])
    assert curl() == "here"
    ec2.modify_managed_prefix_list(PrefixListId=listed, CurrentVersion=2,
                                   RemoveEntries=[{"Cidr": f"{addresses[client]}/32"}])
    assert curl() == ""
    assert [e["Cidr"] for e in ec2.get_managed_prefix_list_entries(
        PrefixListId=listed, TargetVersion=2)["Entries"]] == [
            f"{addresses[client]}/32", "192.168.0.0/16"]
    assert code_of(ec2.delete_managed_prefix_list, PrefixListId=listed) == "DependencyViolation"
