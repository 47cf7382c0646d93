# SPDX-License-Identifier: Apache-2.0
"""Postern's own path: an instance of account A, an interface endpoint, an NLB, an instance of account
B, made by the AWS API. The load runs in the instances' network namespaces, as on the other paths."""
import pathlib
import sys

import paths

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parent.parent / "tests"))
from support.postern import Postern  # noqa: E402
from support.tutorial import Side, wait_for  # noqa: E402

ALL = [{"IpProtocol": "-1", "IpRanges": [{"CidrIp": "0.0.0.0/0"}]}]


class PosternPath(paths.Path):
    name = "postern"

    def start(self) -> None:
        folder = self.folder / "postern"
        folder.mkdir()
        self.daemon = Postern(folder)
        self.daemon.start()
        provider, consumer = Side(self.daemon, "provider"), Side(self.daemon, "consumer")
        server = self.instance(provider, "server")
        client = self.instance(consumer, "client")
        self.server, self.client = self.inside(server), self.inside(client)
        group = provider.elbv2.create_target_group(
            Name="bench", Protocol="TCP_UDP", Port=paths.PORT, VpcId=provider.vpc,
            TargetType="instance")["TargetGroups"][0]["TargetGroupArn"]
        provider.elbv2.register_targets(TargetGroupArn=group, Targets=[{"Id": server}])
        balancer = provider.elbv2.create_load_balancer(
            Name="bench", Type="network", Scheme="internal", Subnets=[provider.subnet_a],
            SecurityGroups=[self.group(provider, "nlb")])["LoadBalancers"][0]["LoadBalancerArn"]
        provider.elbv2.create_listener(
            LoadBalancerArn=balancer, Protocol="TCP_UDP", Port=paths.PORT,
            DefaultActions=[{"Type": "forward", "TargetGroupArn": group}])
        service = provider.ec2.create_vpc_endpoint_service_configuration(
            NetworkLoadBalancerArns=[balancer],
            AcceptanceRequired=True)["ServiceConfiguration"]
        provider.ec2.modify_vpc_endpoint_service_permissions(
            ServiceId=service["ServiceId"],
            AddAllowedPrincipals=[f"arn:aws:iam::{consumer.account.id}:root"])
        endpoint = consumer.ec2.create_vpc_endpoint(
            VpcEndpointType="Interface", ServiceName=service["ServiceName"], VpcId=consumer.vpc,
            SubnetIds=[consumer.subnet_a],
            SecurityGroupIds=[self.group(consumer, "endpoint")])["VpcEndpoint"]["VpcEndpointId"]
        provider.ec2.accept_vpc_endpoint_connections(ServiceId=service["ServiceId"],
                                                     VpcEndpointIds=[endpoint])

        def state() -> str:
            answer = consumer.ec2.describe_vpc_endpoints(VpcEndpointIds=[endpoint])
            return answer["VpcEndpoints"][0]["State"]
        wait_for("the endpoint is available", lambda: state() == "available")
        self.address = consumer.ec2.describe_network_interfaces(Filters=[
            {"Name": "description", "Values": [f"VPC Endpoint Interface {endpoint}"]},
        ])["NetworkInterfaces"][0]["PrivateIpAddress"]

    def group(self, side: Side, name: str) -> str:
        group = side.group(name)
        side.ec2.authorize_security_group_ingress(GroupId=group, IpPermissions=ALL)
        return group

    def instance(self, side: Side, name: str) -> str:
        return side.run(self.group(side, name))

    def inside(self, instance: str) -> list[str]:
        return ["nsenter", f"--net={self.daemon.data}/run/netns/{instance}"]

    def drops(self) -> dict:
        return self.daemon.drops()

    def stop(self) -> None:
        super().stop()
        if hasattr(self, "daemon"):
            self.daemon.destroy()
