# SPDX-License-Identifier: Apache-2.0
"""Postern's own path: an instance of account A, an interface endpoint, an NLB, an instance of account
B, made by the AWS API. The load runs in the instances' network namespaces, as on the other paths."""
import contextlib
import json
import os
import pathlib
import subprocess
import sys
import time

import paths

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parent.parent / "tests"))
from support.postern import BIN, Postern  # noqa: E402
from support.tutorial import Side, wait_for  # noqa: E402

ALL = [{"IpProtocol": "-1", "IpRanges": [{"CidrIp": "0.0.0.0/0"}]}]


class PosternPath(paths.Path):
    name = "postern"

    def start(self) -> None:
        folder = self.folder / self.name
        folder.mkdir()
        self.daemon = Postern(folder)
        self.daemon.start()
        self.sides = provider, consumer = (Side(self.daemon, "provider"),
                                           Side(self.daemon, "consumer"))
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


class PosternWatched(PosternPath):
    """The same while somebody watches all that the programs tell. Before and after each of its samples
    nobody does, as on the path `postern`."""

    name = "postern_watched"
    beside = "postern"

    @contextlib.contextmanager
    def during(self):
        process = subprocess.Popen([BIN / "postern", "watch", "--all"], stdout=subprocess.DEVNULL,
                                   env=os.environ | {"POSTERN_DATA": str(self.daemon.data)})
        try:
            time.sleep(0.5)
            assert process.poll() is None, "postern watch has ended"
            yield
        finally:
            process.terminate()
            process.wait(timeout=10)


class PosternLogged(PosternPath):
    """The same while both VPCs have a flow log."""

    name = "postern_logged"
    beside = "postern"

    def start(self) -> None:
        super().start()
        for side in self.sides:
            iam = side.account.client("iam")
            iam.create_role(RoleName="deliver", AssumeRolePolicyDocument=json.dumps({
                "Version": "2012-10-17", "Statement": [{
                    "Effect": "Allow", "Action": "sts:AssumeRole",
                    "Principal": {"Service": "vpc-flow-logs.amazonaws.com"}}]}))
            iam.put_role_policy(RoleName="deliver", PolicyName="it", PolicyDocument=json.dumps({
                "Version": "2012-10-17",
                "Statement": [{"Effect": "Allow", "Action": "logs:*", "Resource": "*"}]}))

    @contextlib.contextmanager
    def during(self):
        made = [side.ec2.create_flow_logs(
            ResourceType="VPC", ResourceIds=[side.vpc], TrafficType="ALL", LogGroupName="bench",
            DeliverLogsPermissionArn=f"arn:aws:iam::{side.account.id}:role/deliver",
            MaxAggregationInterval=60)["FlowLogIds"] for side in self.sides]
        try:
            yield
        finally:
            for side, ids in zip(self.sides, made):
                side.ec2.delete_flow_logs(FlowLogIds=ids)


KINDS = (PosternPath, PosternWatched, PosternLogged)
