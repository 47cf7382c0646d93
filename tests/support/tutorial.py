# SPDX-License-Identifier: Apache-2.0
"""The tutorial's world by boto3, step by step, so that a test can leave a step out or do it wrong."""
import ipaddress
import time

from support.postern import PATIENCE, REGION, Postern

WORDS = "AWS acount B"

USER_DATA = f"""#!/bin/sh
mkdir -p /var/www/html
echo '{WORDS}' > /var/www/html/index.html
cd /var/www/html && exec setsid python3 -m http.server 80
"""


def wait_for(what: str, condition, timeout: float = 60, every: float = 0.1, seen=lambda: ""):
    """Waits until `condition()` is true, and gives it. `seen()` is said when it stays false."""
    deadline = time.monotonic() + timeout * PATIENCE
    while not (found := condition()):
        assert time.monotonic() < deadline, f"not within {timeout} s: {what} {seen()}"
        time.sleep(every)
    return found


def tcp(port: int, **source) -> list:
    """IpPermissions for one TCP port."""
    permission = {"IpProtocol": "tcp", "FromPort": port, "ToPort": port}
    if "cidr" in source:
        permission["IpRanges"] = [{"CidrIp": source["cidr"]}]
    if "group" in source:
        permission["UserIdGroupPairs"] = [{"GroupId": source["group"]}]
    return [permission]


class Side:
    """An account with a VPC 10.0.0.0/16 that has a private subnet in the zones a and c."""

    def __init__(self, postern: Postern, name: str):
        self.account = postern.account(name)
        self.ec2 = self.account.ec2
        self.elbv2 = self.account.elbv2
        self.vpc = self.ec2.create_vpc(CidrBlock="10.0.0.0/16")["Vpc"]["VpcId"]
        self.subnet_a = self.subnet("10.0.1.0/24", "a")
        self.subnet_c = self.subnet("10.0.2.0/24", "c")

    def subnet(self, cidr: str, zone: str) -> str:
        return self.ec2.create_subnet(VpcId=self.vpc, CidrBlock=cidr,
                                      AvailabilityZone=REGION + zone)["Subnet"]["SubnetId"]

    def give_ipv6(self) -> None:
        """An IPv6 CIDR to the VPC, a /64 to each subnet, and so an address to each new interface."""
        block = ipaddress.ip_network(self.ec2.associate_vpc_cidr_block(
            VpcId=self.vpc,
            AmazonProvidedIpv6CidrBlock=True)["Ipv6CidrBlockAssociation"]["Ipv6CidrBlock"])
        assert block.prefixlen == 56
        for subnet, network in zip((self.subnet_a, self.subnet_c), block.subnets(new_prefix=64)):
            self.ec2.associate_subnet_cidr_block(SubnetId=subnet, Ipv6CidrBlock=str(network))
            self.ec2.modify_subnet_attribute(SubnetId=subnet,
                                             AssignIpv6AddressOnCreation={"Value": True})

    def group(self, name: str) -> str:
        return self.ec2.create_security_group(VpcId=self.vpc, GroupName=name,
                                              Description=name)["GroupId"]

    def run(self, group: str, subnet: str = "", user_data: str = "", address: str = "") -> str:
        """A running instance."""
        image = self.ec2.describe_images(
            Filters=[{"Name": "name", "Values": ["ami-host"]}])["Images"][0]["ImageId"]
        more = {"UserData": user_data} if user_data else {}
        if address:
            more["PrivateIpAddress"] = address
        instance = self.ec2.run_instances(
            ImageId=image, InstanceType="t3.micro", MinCount=1, MaxCount=1,
            SubnetId=subnet or self.subnet_a, SecurityGroupIds=[group],
            **more)["Instances"][0]["InstanceId"]
        wait_for(f"{instance} runs", lambda: self.instance_state(instance) == "running")
        return instance

    def instance_state(self, instance: str) -> str:
        answer = self.ec2.describe_instances(InstanceIds=[instance])
        return answer["Reservations"][0]["Instances"][0]["State"]["Name"]


class Tutorial:
    """Both sides. Each step is a method; build() does all of them."""

    def __init__(self, postern: Postern):
        self.postern = postern
        suffix = str(time.monotonic_ns())
        self.a = Side(postern, f"a-{suffix}")
        self.b = Side(postern, f"b-{suffix}")

    # ---- before the tutorial begins

    def start_client(self) -> None:
        self.client_group = self.a.group("client")
        self.client = self.a.run(self.client_group)

    def start_server(self, user_data: str = USER_DATA) -> None:
        self.server_group = self.b.group("web")
        self.server = self.b.run(self.server_group, user_data=user_data)

    # ---- step 1-1

    def make_nlb(self, admit: str = "10.0.0.0/16", protocol: str = "TCP", **attributes: str) -> None:
        self.nlb_group = self.b.group("nlb")
        if admit:
            self.b.ec2.authorize_security_group_ingress(GroupId=self.nlb_group,
                                                        IpPermissions=tcp(80, cidr=admit))
        self.target_group = self.b.elbv2.create_target_group(
            Name="tg-ec2-account-b", Protocol=protocol, Port=80, VpcId=self.b.vpc,
            TargetType="instance", HealthCheckProtocol="TCP", HealthCheckIntervalSeconds=5,
            HealthCheckTimeoutSeconds=2, HealthyThresholdCount=2,
            UnhealthyThresholdCount=2)["TargetGroups"][0]["TargetGroupArn"]
        self.b.elbv2.register_targets(TargetGroupArn=self.target_group,
                                      Targets=[{"Id": self.server}])
        self.nlb = self.b.elbv2.create_load_balancer(
            Name="nlb-for-privatelink", Type="network", Scheme="internal",
            Subnets=[self.b.subnet_a, self.b.subnet_c],
            SecurityGroups=[self.nlb_group])["LoadBalancers"][0]["LoadBalancerArn"]
        self.listener = self.b.elbv2.create_listener(
            LoadBalancerArn=self.nlb, Protocol=protocol, Port=80,
            DefaultActions=[{"Type": "forward", "TargetGroupArn": self.target_group}],
        )["Listeners"][0]["ListenerArn"]
        if attributes:
            self.b.elbv2.modify_load_balancer_attributes(
                LoadBalancerArn=self.nlb,
                Attributes=[{"Key": k, "Value": v} for k, v in attributes.items()])

    # ---- step 1-2

    def make_service(self, acceptance: bool = True) -> None:
        configuration = self.b.ec2.create_vpc_endpoint_service_configuration(
            NetworkLoadBalancerArns=[self.nlb],
            AcceptanceRequired=acceptance)["ServiceConfiguration"]
        self.service = configuration["ServiceId"]
        self.service_name = configuration["ServiceName"]

    def allow_principal(self) -> None:
        self.b.ec2.modify_vpc_endpoint_service_permissions(
            ServiceId=self.service,
            AddAllowedPrincipals=[f"arn:aws:iam::{self.a.account.id}:root"])

    # ---- step 2-1

    def make_endpoint(self, admit: bool = True) -> None:
        self.endpoint_group = self.a.group("endpoint")
        if admit:
            self.admit_at_endpoint()
        self.endpoint = self.a.ec2.create_vpc_endpoint(
            VpcEndpointType="Interface", ServiceName=self.service_name, VpcId=self.a.vpc,
            SubnetIds=[self.a.subnet_a, self.a.subnet_c],
            SecurityGroupIds=[self.endpoint_group])["VpcEndpoint"]["VpcEndpointId"]

    def admit_at_endpoint(self) -> None:
        self.a.ec2.authorize_security_group_ingress(GroupId=self.endpoint_group,
                                                    IpPermissions=tcp(80, cidr="10.0.0.0/16"))

    # ---- step 2-2

    def accept(self) -> None:
        answer = self.b.ec2.accept_vpc_endpoint_connections(ServiceId=self.service,
                                                            VpcEndpointIds=[self.endpoint])
        assert answer["Unsuccessful"] == []
        wait_for("the endpoint is available", lambda: self.endpoint_state() == "available")

    def reject(self) -> None:
        answer = self.b.ec2.reject_vpc_endpoint_connections(ServiceId=self.service,
                                                            VpcEndpointIds=[self.endpoint])
        assert answer["Unsuccessful"] == []

    # ---- step 2-3

    def admit_nlb_at_server(self) -> None:
        self.b.ec2.authorize_security_group_ingress(
            GroupId=self.server_group, IpPermissions=tcp(80, group=self.nlb_group))

    # ---- all of it

    def build(self) -> "Tutorial":
        """The whole tutorial, with a healthy target: curl() works."""
        self.start_client()
        self.start_server()
        self.wait_for_server()
        self.make_nlb()
        self.admit_nlb_at_server()
        self.make_service()
        self.allow_principal()
        self.make_endpoint()
        self.accept()
        self.wait_for_target("healthy")
        return self

    # ---- looking

    def endpoint_state(self) -> str:
        answer = self.a.ec2.describe_vpc_endpoints(VpcEndpointIds=[self.endpoint])
        return answer["VpcEndpoints"][0]["State"]

    def endpoint_names(self) -> list[str]:
        answer = self.a.ec2.describe_vpc_endpoints(VpcEndpointIds=[self.endpoint])
        return [entry["DnsName"] for entry in answer["VpcEndpoints"][0]["DnsEntries"]]

    def endpoint_address(self, zone: str = "a") -> str:
        """Of the endpoint's interface in a zone."""
        answer = self.a.ec2.describe_network_interfaces(
            Filters=[{"Name": "description", "Values": [f"VPC Endpoint Interface {self.endpoint}"]},
                     {"Name": "availability-zone", "Values": [REGION + zone]}])
        return answer["NetworkInterfaces"][0]["PrivateIpAddress"]

    def target_health(self) -> dict:
        answer = self.b.elbv2.describe_target_health(TargetGroupArn=self.target_group)
        return answer["TargetHealthDescriptions"][0]["TargetHealth"]

    def wait_for_target(self, state: str) -> None:
        wait_for(f"the target is {state}", lambda: self.target_health()["State"] == state)

    def wait_for_server(self) -> None:
        """Until the server's own user data has it listening."""
        wait_for("the server listens", lambda: self.postern.exec(
            self.server, "curl", "-s", "-o", "/dev/null", "http://127.0.0.1/",
            check=False).returncode == 0)

    def curl(self, url: str = "", seconds: float = 10):
        """curl on A's instance: (exit status, what it printed). 28 is a time-out, 7 a refusal."""
        url = url or f"http://{self.endpoint_names()[0]}:80/"
        run = self.postern.exec(self.client, "curl", "-sS", "--max-time", str(seconds * PATIENCE), url,
                                check=False)
        return run.returncode, run.stdout.strip()

    def drops_during(self, act) -> dict:
        """The packets that were dropped while act() ran, by verdict."""
        before = self.postern.drops()
        act()
        after = self.postern.drops()
        return {name: count - before.get(name, 0) for name, count in after.items()
                if count != before.get(name, 0)}
