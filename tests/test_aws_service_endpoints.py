# SPDX-License-Identifier: Apache-2.0
"""Interface endpoints to AWS's own services: an instance without any other way out calls EC2 and STS by
their usual names, over TLS that it trusts. [PrivateLink guide, "Access AWS services through AWS
PrivateLink"]"""
import json
import signal

import pytest
from botocore.exceptions import ClientError

from support.postern import REGION, Postern
from support.tutorial import Side, tcp, wait_for

EC2 = f"com.amazonaws.{REGION}.ec2"
STS = f"com.amazonaws.{REGION}.sts"
SSM = f"com.amazonaws.{REGION}.ssm"
KMS = f"com.amazonaws.{REGION}.kms"
EC2_NAME = f"ec2.{REGION}.amazonaws.com"
STS_NAME = f"sts.{REGION}.amazonaws.com"
SOME = {"Effect": "Allow", "Principal": "*", "Resource": "*", "Action": "ec2:DescribeVpcs"}


def policy(*statements: dict) -> str:
    return json.dumps({"Version": "2012-10-17", "Statement": statements})


class Client:
    """An instance in a VPC of its own, and the endpoints there."""

    def __init__(self, postern, name: str):
        self.postern = postern
        self.side = Side(postern, name)
        self.ec2 = self.side.ec2
        for attribute in ("EnableDnsSupport", "EnableDnsHostnames"):
            self.ec2.modify_vpc_attribute(VpcId=self.side.vpc, **{attribute: {"Value": True}})
        self.group = self.side.group("client")
        self.endpoint_group = self.side.group("endpoint")
        self.instance = self.side.run(self.group)

    def admit(self, port: int = 443) -> None:
        self.ec2.authorize_security_group_ingress(
            GroupId=self.endpoint_group, IpPermissions=tcp(port, group=self.group))

    def endpoint(self, service: str, **more) -> dict:
        made = self.ec2.create_vpc_endpoint(
            VpcEndpointType="Interface", VpcId=self.side.vpc, ServiceName=service,
            SubnetIds=[self.side.subnet_a], SecurityGroupIds=[self.endpoint_group],
            **more)["VpcEndpoint"]
        wait_for("the endpoint is available",
                 lambda: self.seen(made["VpcEndpointId"])["State"] == "available")
        return self.seen(made["VpcEndpointId"])

    def seen(self, endpoint: str) -> dict:
        return self.ec2.describe_vpc_endpoints(VpcEndpointIds=[endpoint])["VpcEndpoints"][0]

    def aws(self, *arguments: str):
        """The aws CLI on the instance, with nothing but its account's keys."""
        account = self.side.account
        return self.postern.exec(
            self.instance, "env", f"AWS_ACCESS_KEY_ID={account.access_key_id}",
            f"AWS_SECRET_ACCESS_KEY={account.secret_access_key}", f"AWS_DEFAULT_REGION={REGION}",
            "AWS_STS_REGIONAL_ENDPOINTS=regional", "AWS_MAX_ATTEMPTS=1", "aws",
            "--cli-connect-timeout", "5", "--output", "json", *arguments, check=False)

    def answer(self, *arguments: str) -> dict:
        run = self.aws(*arguments)
        assert run.returncode == 0, run.stderr
        return json.loads(run.stdout)

    def curl(self, url: str) -> str:
        """The HTTP status; 000 without an answer."""
        return self.postern.exec(self.instance, "curl", "-s", "-o", "/dev/null", "--max-time", "5", "-w",
                                 "%{http_code}", url, check=False).stdout

    def explain(self, to: str) -> dict:
        return json.loads(self.postern.cli("explain", self.instance, to, "--json",
                                           check=False).stdout)

    def answers(self, url: str = f"https://{EC2_NAME}/") -> bool:
        return self.curl(url) != "000"


@pytest.fixture(name="client", scope="module")
def fixture_client(postern):
    client = Client(postern, "aws-services")
    client.admit()
    client.ec2_endpoint = client.endpoint(EC2)
    client.sts_endpoint = client.endpoint(STS, PrivateDnsEnabled=True)
    wait_for("EC2 answers", client.answers)
    return client


def verdicts_rise(postern, verdict: str, action) -> None:
    before = postern.drops().get(verdict, 0)
    action()
    wait_for(f"a drop as {verdict}", lambda: postern.drops().get(verdict, 0) > before)


def test_the_aws_CLI_calls_ec2_and_sts_by_their_usual_names(client):
    vpcs = client.answer("ec2", "describe-vpcs", "--vpc-ids", client.side.vpc)["Vpcs"]
    assert [vpc["VpcId"] for vpc in vpcs] == [client.side.vpc]
    assert client.answer("sts", "get-caller-identity")["Account"] == client.side.account.id
    # What changes something is done, too, before it is answered.
    made = client.answer("ec2", "create-security-group", "--vpc-id", client.side.vpc, "--group-name",
                         "by-endpoint", "--description", "it")["GroupId"]
    assert client.ec2.describe_security_groups(GroupIds=[made])["SecurityGroups"]


def test_boto3_and_the_endpoints_own_names(client):
    account = client.side.account
    names = [entry["DnsName"] for entry in client.ec2_endpoint["DnsEntries"]]
    assert names[0].startswith(client.ec2_endpoint["VpcEndpointId"] + "-")
    assert names[0].endswith(f".ec2.{REGION}.vpce.amazonaws.com")
    assert names[1].endswith(f"-{REGION}a.ec2.{REGION}.vpce.amazonaws.com")
    assert names[2] == EC2_NAME
    for name in names:
        said = client.postern.exec(
            client.instance, "/usr/bin/python3", "-c", f"""
import boto3
ec2 = boto3.client("ec2", region_name="{REGION}", endpoint_url="https://{name}",
                   aws_access_key_id="{account.access_key_id}",
                   aws_secret_access_key="{account.secret_access_key}")
print(ec2.describe_vpcs(VpcIds=["{client.side.vpc}"])["Vpcs"][0]["VpcId"])
""").stdout
        assert said.strip() == client.side.vpc


def test_an_instance_reads_its_parameters_by_an_endpoint_to_ssm(client):
    endpoint = client.endpoint(SSM)["VpcEndpointId"]
    wait_for("SSM answers", lambda: client.answers(f"https://ssm.{REGION}.amazonaws.com/"))
    client.side.account.client("ssm").put_parameter(Name="/app/db", Value="ten", Type="SecureString")
    read = ("ssm", "get-parameter", "--name", "/app/db", "--with-decryption")
    assert client.answer(*read)["Parameter"]["Value"] == "ten"
    # Of Systems Manager there is nothing else.
    assert "InvalidAction" in client.aws("ssm", "describe-instance-information").stderr
    client.ec2.modify_vpc_endpoint(VpcEndpointId=endpoint, PolicyDocument=policy(SOME))
    assert "no VPC endpoint policy allows the ssm:GetParameter action" in client.aws(*read).stderr
    client.ec2.delete_vpc_endpoints(VpcEndpointIds=[endpoint])


def test_what_is_asked_through_an_endpoint_is_its_service_and_nothing_of_posterns(client):
    # Neither health page nor console: only signed requests are heard.
    assert client.curl(f"https://{EC2_NAME}/_postern/health") in ("400", "403", "404")
    assert client.curl(f"https://{EC2_NAME}/console/") in ("400", "403", "404")
    wrong = client.aws("--endpoint-url", f"https://{STS_NAME}", "ec2", "describe-vpcs")
    assert "Credential should be scoped to correct service: 'sts'" in wrong.stderr
    # No other port, though the group admits it.
    client.ec2.authorize_security_group_ingress(GroupId=client.endpoint_group,
                                                IpPermissions=tcp(8080, group=client.group))
    verdicts_rise(client.postern, "AwsServicePort",
                  lambda: client.curl(f"http://{EC2_NAME}:8080/"))
    hops = client.explain(f"{EC2_NAME}:8080")["paths"][0]["hops"]
    assert [hop["verdict"] for hop in hops if hop["judgement"] == "stops"] == ["AwsServicePort"]


def test_port_80_answers_like_443(client):
    client.admit(80)
    wait_for("HTTP answers", lambda: client.answers(f"http://{EC2_NAME}/"))
    vpcs = client.answer("--endpoint-url", f"http://{EC2_NAME}", "ec2", "describe-vpcs")["Vpcs"]
    assert client.side.vpc in [vpc["VpcId"] for vpc in vpcs]


def test_the_endpoints_policy_decides_too(client):
    endpoint = client.ec2_endpoint["VpcEndpointId"]

    def put(*statements):
        client.ec2.modify_vpc_endpoint(VpcEndpointId=endpoint, PolicyDocument=policy(*statements))

    try:
        put(SOME)
        client.answer("ec2", "describe-vpcs")
        refused = client.aws("ec2", "describe-subnets")
        assert "UnauthorizedOperation" in refused.stderr
        assert ("because no VPC endpoint policy allows the ec2:DescribeSubnets action"
                in refused.stderr)
        put(SOME, SOME | {"Effect": "Deny"})
        assert "with an explicit deny in a VPC endpoint policy" in client.aws(
            "ec2", "describe-vpcs").stderr
        # The API's own port is another way.
        assert client.ec2.describe_vpcs()["Vpcs"]
    finally:
        client.ec2.modify_vpc_endpoint(VpcEndpointId=endpoint, ResetPolicy=True)
    client.ec2.modify_vpc_endpoint(
        VpcEndpointId=client.sts_endpoint["VpcEndpointId"],
        PolicyDocument=policy(SOME))
    try:
        assert "AccessDenied" in client.aws("sts", "get-caller-identity").stderr
    finally:
        client.ec2.modify_vpc_endpoint(VpcEndpointId=client.sts_endpoint["VpcEndpointId"],
                                       ResetPolicy=True)
    with pytest.raises(ClientError, match="InvalidPolicyDocument"):
        client.ec2.modify_vpc_endpoint(VpcEndpointId=endpoint, PolicyDocument="{}")


def test_policies_know_the_endpoint_that_a_request_came_through(client):
    iam = client.side.account.client("iam")
    iam.create_user(UserName="guest")
    key = iam.create_access_key(UserName="guest")["AccessKey"]

    def look():
        return client.postern.exec(
            client.instance, "env", f"AWS_ACCESS_KEY_ID={key['AccessKeyId']}",
            f"AWS_SECRET_ACCESS_KEY={key['SecretAccessKey']}", f"AWS_DEFAULT_REGION={REGION}", "aws",
            "ec2", "describe-vpcs", check=False)

    def allow(condition):
        iam.put_user_policy(UserName="guest", PolicyName="it", PolicyDocument=json.dumps({
            "Version": "2012-10-17", "Statement": [{
                "Effect": "Allow", "Action": "ec2:*", "Resource": "*", "Condition": condition}]}))

    address = client.ec2.describe_instances(InstanceIds=[client.instance])["Reservations"][0][
        "Instances"][0]["PrivateIpAddress"]
    for condition in ({"StringEquals": {"aws:SourceVpce": client.ec2_endpoint["VpcEndpointId"]}},
                      {"StringEquals": {"aws:SourceVpc": client.side.vpc}},
                      {"IpAddress": {"aws:VpcSourceIp": address + "/32"}}):
        allow(condition)
        assert look().returncode == 0, condition
        guest = client.side.account.client("ec2", aws_access_key_id=key["AccessKeyId"],
                                           aws_secret_access_key=key["SecretAccessKey"])
        with pytest.raises(ClientError, match="UnauthorizedOperation"):
            guest.describe_vpcs()  # not through an endpoint
    allow({"StringEquals": {"aws:SourceVpce": "vpce-0123456789abcdef0"}})
    assert "UnauthorizedOperation" in look().stderr


def test_without_the_group_the_packets_are_dropped_by_name(postern):
    client = Client(postern, "aws-closed")
    endpoint = client.endpoint(EC2)["VpcEndpointId"]
    verdicts_rise(postern, "EndpointIngressDenied",
                  lambda: client.curl(f"https://{EC2_NAME}/"))
    said = client.explain(f"{endpoint}:443")["paths"][0]["hops"]
    stop = next(hop for hop in said if hop["judgement"] == "stops")
    assert stop["verdict"] == "EndpointIngressDenied"
    assert "authorize-security-group-ingress" in stop["fixes"][0]["command"]
    client.admit()
    wait_for("EC2 answers", client.answers)
    # Without private DNS, the usual name is nobody's here, and the endpoint's own still is.
    client.ec2.modify_vpc_endpoint(VpcEndpointId=endpoint, PrivateDnsEnabled=False)
    wait_for("the name is gone", lambda: not client.answers())
    own = client.seen(endpoint)["DnsEntries"][0]["DnsName"]
    assert client.answers(f"https://{own}/")
    # A second subnet, and the first one goes.
    client.ec2.modify_vpc_endpoint(VpcEndpointId=endpoint, AddSubnetIds=[client.side.subnet_c],
                                   RemoveSubnetIds=[client.side.subnet_a])
    wait_for("the other subnet's interface answers", lambda: client.answers(f"https://{own}/"))
    client.ec2.delete_vpc_endpoints(VpcEndpointIds=[endpoint])
    wait_for("it is gone", lambda: not client.answers(f"https://{own}/"))


def test_a_service_that_postern_does_not_serve_can_be_made_and_answers_nobody(postern):
    client = Client(postern, "aws-unserved")
    client.admit()
    made = client.endpoint(KMS)
    assert made["PrivateDnsEnabled"] and made["ServiceName"] == KMS
    assert made["DnsEntries"][-1]["DnsName"] == f"kms.{REGION}.amazonaws.com"
    verdicts_rise(postern, "AwsServiceUnserved",
                  lambda: client.curl(f"https://kms.{REGION}.amazonaws.com/"))
    stop = client.explain(f"kms.{REGION}.amazonaws.com:443")["paths"][0]["hops"]
    assert [hop["verdict"] for hop in stop if hop["judgement"] == "stops"] == ["AwsServiceUnserved"]
    client.ec2.delete_vpc_endpoints(VpcEndpointIds=[made["VpcEndpointId"]])


def test_sockets_come_back_with_the_daemon(tmp_path):
    with Postern(tmp_path) as postern:
        client = Client(postern, "aws-restart")
        client.admit()
        client.endpoint(EC2)
        wait_for("EC2 answers", client.answers)
        postern.stop(signal.SIGKILL)
        postern.start()
        wait_for("EC2 answers again, and is still trusted", client.answers)
        client.answer("ec2", "describe-vpcs")
