# SPDX-License-Identifier: Apache-2.0
"""Bad input gets AWS's error and loses nothing: the daemon goes on."""
import datetime
import socket
import urllib.error
import urllib.request
import xml.etree.ElementTree as xml

import botocore.awsrequest
import botocore.auth
import botocore.credentials
import pytest
from botocore.exceptions import ClientError

from support.postern import REGION
from support.tutorial import Side


@pytest.fixture(autouse=True)
def the_daemon_goes_on(postern):
    yield
    assert postern.healthy()
    assert postern.process.poll() is None


@pytest.fixture(scope="module")
def account(postern):
    return postern.account()


def send(postern, body: bytes, headers: dict):
    """(status, error code) of a POST as it is."""
    request = urllib.request.Request(postern.endpoint + "/", data=body, headers=headers)
    try:
        with urllib.request.urlopen(request, timeout=30) as answer:
            return answer.status, None
    except urllib.error.HTTPError as error:
        document = xml.fromstring(error.read())
        code = next(e.text for e in document.iter() if e.tag.endswith("Code"))
        return error.code, code


def signed(account, service: str, body: bytes, secret: str = "", key: str = "") -> dict:
    """The headers that botocore would send."""
    credentials = botocore.credentials.Credentials(key or account.access_key_id,
                                                   secret or account.secret_access_key)
    request = botocore.awsrequest.AWSRequest(
        method="POST", url=account.postern.endpoint + "/", data=body,
        headers={"Content-Type": "application/x-www-form-urlencoded; charset=utf-8"})
    botocore.auth.SigV4Auth(credentials, service, REGION).add_auth(request)
    return dict(request.headers)


def call(account, service: str, body: bytes, **more):
    return send(account.postern, body, signed(account, service, body, **more))


@pytest.mark.parametrize("service, version, missing, wrong_key, wrong_secret", [
    # [EC2 API error-code page; recorded answers]
    ("ec2", "2016-11-15", (401, "AuthFailure"), (401, "AuthFailure"), (401, "AuthFailure")),
    # [common errors of the Query services]
    ("elasticloadbalancing", "2015-12-01", (403, "MissingAuthenticationToken"),
     (403, "InvalidClientTokenId"), (403, "SignatureDoesNotMatch")),
    ("sts", "2011-06-15", (403, "MissingAuthenticationToken"), (403, "InvalidClientTokenId"),
     (403, "SignatureDoesNotMatch")),
])
def test_signatures(account, service, version, missing, wrong_key, wrong_secret):
    action = {"ec2": "DescribeVpcs", "elasticloadbalancing": "DescribeLoadBalancers",
              "sts": "GetCallerIdentity"}[service]
    body = f"Action={action}&Version={version}".encode()
    assert call(account, service, body) == (200, None)
    if service == "elasticloadbalancing":
        # Without a signature nothing names the service but the version.
        assert send(account.postern, body, {})[0] in (401, 403)
    else:
        assert send(account.postern, body, {}) == missing
    assert call(account, service, body, key="AKIAUNKNOWNUNKNOWN00") == wrong_key
    assert call(account, service, body, secret="wrong") == wrong_secret
    # The signature covers the body.
    assert send(account.postern, body + b"&A=b", signed(account, service, body))[0] in (401, 403)


def test_an_old_signature_is_expired(account, monkeypatch):
    hour_ago = datetime.datetime.utcnow() - datetime.timedelta(hours=1)

    class Past(datetime.datetime):
        @classmethod
        def utcnow(cls):
            return hour_ago

    monkeypatch.setattr(botocore.auth.datetime, "datetime", Past)
    body = b"Action=DescribeVpcs&Version=2016-11-15"
    assert call(account, "ec2", body) == (400, "RequestExpired")


@pytest.mark.parametrize("body, status, code", [
    (b"Action=MakeCoffee&Version=2016-11-15", 400, "InvalidAction"),
    (b"Version=2016-11-15", 400, "MissingAction"),
    (b"", 400, "MissingAction"),
    (b"Action=CreateVpc&Version=2016-11-15", 400, "MissingParameter"),
    (b"Action=CreateVpc&Version=2016-11-15&CidrBlock=10.0.0.0/16&Colour=red", 400,
     "UnknownParameter"),
    (b"Action=CreateVpc&Version=2016-11-15&CidrBlock=10.0.0.0%2", 404, "MalformedQueryString"),
    (b"Action=CreateVpc&Version=2016-11-15&CidrBlock=banana", 400, "InvalidParameterValue"),
    (b"\xff\xfe\x00\x01garbage", 400, "MissingAction"),
])
def test_malformed_bodies(account, body, status, code):
    assert call(account, "ec2", body) == (status, code)


def test_a_body_of_ten_megabytes_is_refused(account):
    body = b"Action=CreateVpc&CidrBlock=" + b"1" * 10_000_000
    assert call(account, "ec2", body) == (413, "RequestEntityTooLarge")


def test_bytes_that_are_no_http(postern):
    for junk in (b"\x16\x03\x01\x02\x00\x01\x00\x01\xfc\x03\x03", b"GET\r\n\r\n",
                 b"POST / HTTP/1.1\r\nContent-Length: banana\r\n\r\n", b"\x00" * 4096):
        with socket.create_connection(("127.0.0.1", postern.port), 5) as s:
            s.settimeout(15)
            s.sendall(junk)
            s.shutdown(socket.SHUT_WR)
            while s.recv(4096):
                pass


@pytest.mark.parametrize("action, parameters, code", [
    ("describe_vpcs", {"VpcIds": ["vpc-0123456789abcdef0"]}, "InvalidVpcID.NotFound"),
    ("describe_subnets", {"SubnetIds": ["subnet-0123456789abcdef0"]}, "InvalidSubnetID.NotFound"),
    ("describe_security_groups", {"GroupIds": ["sg-0123456789abcdef0"]}, "InvalidGroup.NotFound"),
    ("describe_instances", {"InstanceIds": ["i-0123456789abcdef0"]}, "InvalidInstanceID.NotFound"),
    ("describe_instances", {"InstanceIds": ["banana"]}, "InvalidInstanceID.Malformed"),
    ("describe_network_interfaces", {"NetworkInterfaceIds": ["eni-0123456789abcdef0"]},
     "InvalidNetworkInterfaceID.NotFound"),
    ("describe_vpc_endpoints", {"VpcEndpointIds": ["vpce-0123456789abcdef0"]},
     "InvalidVpcEndpointId.NotFound"),
    ("describe_vpc_endpoint_services", {"ServiceNames": ["com.amazonaws.vpce.x.vpce-svc-0"]},
     "InvalidServiceName"),
])
def test_unknown_ids(account, action, parameters, code):
    with pytest.raises(ClientError) as refused:
        getattr(account.ec2, action)(**parameters)
    assert refused.value.response["Error"]["Code"] == code


def test_a_second_vpcs_subnet_is_refused(postern):
    side = Side(postern, "second-vpc")
    other = side.ec2.create_vpc(CidrBlock="10.1.0.0/16")["Vpc"]["VpcId"]
    subnet = side.ec2.create_subnet(VpcId=other, CidrBlock="10.1.0.0/24")["Subnet"]["SubnetId"]
    group = side.group("web")
    image = side.ec2.describe_images()["Images"][0]["ImageId"]
    with pytest.raises(ClientError) as refused:
        side.ec2.run_instances(ImageId=image, MinCount=1, MaxCount=1, SubnetId=subnet,
                               SecurityGroupIds=[group])
    assert refused.value.response["Error"]["Code"] in ("InvalidParameter", "InvalidGroup.NotFound")
    with pytest.raises(ClientError) as refused:
        side.elbv2.create_load_balancer(Name="nlb", Type="network", Scheme="internal",
                                        Subnets=[side.subnet_a, subnet])
    assert refused.value.response["Error"]["Code"] in ("InvalidSubnet", "ValidationError",
                                                       "InvalidConfigurationRequest")
    assert side.ec2.describe_instances()["Reservations"] == []
    assert side.elbv2.describe_load_balancers()["LoadBalancers"] == []
