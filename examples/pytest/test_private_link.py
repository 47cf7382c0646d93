# SPDX-License-Identifier: Apache-2.0
"""A provider's service that a consumer reaches when the provider has accepted, and not before."""
import time

PROVIDER, CONSUMER = "222222222222", "111111111111"
PAGE = "hello from the provider"
SERVER = f"""#!/bin/sh
mkdir -p /srv/www && cd /srv/www && echo '{PAGE}' > index.html
exec setsid python3 -m http.server 80
"""


class Network:
    """An account's VPC with one subnet, and one group that lets everything in."""

    def __init__(self, postern, account: str):
        self.ec2, self.elbv2 = postern.client(account, "ec2"), postern.client(account, "elbv2")
        self.vpc = self.ec2.create_vpc(CidrBlock="10.0.0.0/16")["Vpc"]["VpcId"]
        self.subnet = self.ec2.create_subnet(
            VpcId=self.vpc, CidrBlock="10.0.1.0/24",
            AvailabilityZone="ap-northeast-1a")["Subnet"]["SubnetId"]
        self.group = self.ec2.create_security_group(VpcId=self.vpc, GroupName="open",
                                                    Description="open")["GroupId"]
        self.ec2.authorize_security_group_ingress(GroupId=self.group, IpPermissions=[
            {"IpProtocol": "-1", "IpRanges": [{"CidrIp": "0.0.0.0/0"}]}])

    def start(self, user_data: str = "") -> str:
        instance = self.ec2.run_instances(
            ImageId="ami-host", InstanceType="t3.micro", MinCount=1, MaxCount=1, UserData=user_data,
            SubnetId=self.subnet, SecurityGroupIds=[self.group])["Instances"][0]["InstanceId"]
        self.ec2.get_waiter("instance_running").wait(InstanceIds=[instance],
                                                     WaiterConfig={"Delay": 1})
        return instance

    def publish(self, instance: str) -> dict:
        """A service in front of the instance, whose connections wait to be accepted."""
        group = self.elbv2.create_target_group(
            Name="web", Protocol="TCP", Port=80, VpcId=self.vpc, HealthCheckIntervalSeconds=5,
            HealthCheckTimeoutSeconds=2, HealthyThresholdCount=2)["TargetGroups"][0]["TargetGroupArn"]
        self.elbv2.register_targets(TargetGroupArn=group, Targets=[{"Id": instance}])
        balancer = self.elbv2.create_load_balancer(
            Name="web", Type="network", Scheme="internal", Subnets=[self.subnet],
            SecurityGroups=[self.group])["LoadBalancers"][0]["LoadBalancerArn"]
        self.elbv2.create_listener(
            LoadBalancerArn=balancer, Protocol="TCP", Port=80,
            DefaultActions=[{"Type": "forward", "TargetGroupArn": group}])
        service = self.ec2.create_vpc_endpoint_service_configuration(
            NetworkLoadBalancerArns=[balancer], AcceptanceRequired=True)["ServiceConfiguration"]
        self.ec2.modify_vpc_endpoint_service_permissions(
            ServiceId=service["ServiceId"], AddAllowedPrincipals=[f"arn:aws:iam::{CONSUMER}:root"])
        self.elbv2.get_waiter("target_in_service").wait(TargetGroupArn=group,
                                                        WaiterConfig={"Delay": 1})
        return service


def test_nothing_passes_before_the_provider_accepts(postern):
    provider, consumer = Network(postern, PROVIDER), Network(postern, CONSUMER)
    service = provider.publish(provider.start(SERVER))
    client = consumer.start()
    endpoint = consumer.ec2.create_vpc_endpoint(
        VpcEndpointType="Interface", VpcId=consumer.vpc, ServiceName=service["ServiceName"],
        SubnetIds=[consumer.subnet], SecurityGroupIds=[consumer.group])["VpcEndpoint"]
    address = consumer.ec2.describe_network_interfaces(
        NetworkInterfaceIds=endpoint["NetworkInterfaceIds"])["NetworkInterfaces"][0]["PrivateIpAddress"]

    def curl():
        return postern.run(client, "curl", "-sS", "--max-time", "3", f"http://{address}/")

    assert curl().returncode == 28, "a time-out"
    said = postern.explain(client, f"{endpoint['VpcEndpointId']}:80")
    assert "accept-vpc-endpoint-connections" in said, said

    provider.ec2.accept_vpc_endpoint_connections(ServiceId=service["ServiceId"],
                                                 VpcEndpointIds=[endpoint["VpcEndpointId"]])
    deadline = time.monotonic() + 60
    while curl().stdout.strip() != PAGE:
        assert time.monotonic() < deadline, postern.explain(client, f"{endpoint['VpcEndpointId']}:80")


def test_another_test_finds_nothing_of_it(postern):
    assert postern.client(PROVIDER, "ec2").describe_vpc_endpoint_service_configurations()[
        "ServiceConfigurations"] == []
