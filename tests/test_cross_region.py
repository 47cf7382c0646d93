# SPDX-License-Identifier: Apache-2.0
"""An endpoint to a service of another region: found, made, accepted, and packets through it; its zone
fails and it goes through the other one. [PrivateLink guide, "Cross-Region access"]"""
import contextlib

import pytest
from botocore.exceptions import ClientError

from support.postern import REGION
from support.tutorial import USER_DATA, WORDS, Tutorial, wait_for

REMOTE = "us-east-1"


@contextlib.contextmanager
def saying(client, **parameters):
    """The client's requests have these too, which Debian's botocore does not know yet."""
    def add(params, **_):
        params["body"].update(parameters)
    client.meta.events.register("before-call.ec2", add)
    try:
        yield client
    finally:
        client.meta.events.unregister("before-call.ec2", add)


class Remote(Tutorial):
    """The tutorial, its consumer's VPC in another region than the provider's."""

    def __init__(self, postern):
        super().__init__(postern)
        a = self.a
        a.ec2 = a.account.client("ec2", region_name=REMOTE)
        a.vpc = a.ec2.create_vpc(CidrBlock="10.0.0.0/16")["Vpc"]["VpcId"]
        a.subnet_a, a.subnet_c = (
            a.ec2.create_subnet(VpcId=a.vpc, CidrBlock=f"10.0.{i}.0/24",
                                AvailabilityZone=REMOTE + zone)["Subnet"]["SubnetId"]
            for i, zone in ((1, "a"), (2, "b")))

    def start_server(self, user_data=USER_DATA):
        super().start_server(user_data)
        self.spare = self.b.run(self.server_group, self.b.subnet_c, user_data)

    def modify_service(self, **parameters):
        with saying(self.b.ec2, **parameters) as ec2:
            ec2.modify_vpc_endpoint_service_configuration(ServiceId=self.service)

    def make_endpoint(self, admit=True):
        with saying(self.a.ec2, ServiceRegion=REGION) as ec2:
            return ec2.create_vpc_endpoint(
                VpcEndpointType="Interface", ServiceName=self.service_name, VpcId=self.a.vpc,
                SubnetIds=[self.a.subnet_a, self.a.subnet_c],
                SecurityGroupIds=[self.endpoint_group])["VpcEndpoint"]["VpcEndpointId"]

    def explained(self, to):
        return self.postern.cli("explain", self.client, to, check=False).stdout


@pytest.fixture(scope="module")
def remote(postern):
    made = Remote(postern)
    made.start_client()
    made.start_server()
    made.wait_for_server()
    made.make_nlb()
    made.admit_nlb_at_server()
    made.b.elbv2.register_targets(TargetGroupArn=made.target_group, Targets=[{"Id": made.spare}])
    made.make_service()
    made.allow_principal()
    made.endpoint_group = made.a.group("endpoint")
    made.admit_at_endpoint()
    return made


def test_a_service_that_is_not_offered_there_does_not_exist_there(remote):
    with pytest.raises(ClientError, match="does not exist"):
        remote.make_endpoint()
    said = remote.explained(remote.service + ":80")
    assert f"{REMOTE} is not among them" in said
    assert (f"--service-id {remote.service} --add-supported-regions {REMOTE} --region {REGION}"
            in said)
    remote.modify_service(**{"AddSupportedRegion.1": REMOTE})
    with saying(remote.a.ec2, **{"ServiceRegion.1": REGION}) as ec2:
        found = ec2.describe_vpc_endpoint_services(
            ServiceNames=[remote.service_name])["ServiceDetails"][0]
    assert f"{REMOTE}a" in found["AvailabilityZones"]
    said = remote.explained(remote.service + ":80")
    assert f"create-vpc-endpoint --vpc-endpoint-type Interface --service-name {remote.service_name}" in said
    assert f"--service-region {REGION}" in said


def test_packets_pass_once_it_is_accepted_and_not_before(remote):
    remote.endpoint = remote.make_endpoint()
    assert remote.endpoint_names()[0].endswith(f".{remote.service}.{REGION}.vpce.amazonaws.com")
    address = remote.a.ec2.describe_network_interfaces(
        Filters=[{"Name": "subnet-id", "Values": [remote.a.subnet_a]},
                 {"Name": "interface-type", "Values": ["vpc_endpoint"]}])[
                     "NetworkInterfaces"][0]["PrivateIpAddress"]
    drops = remote.drops_during(lambda: remote.curl(f"http://{address}/", seconds=2))
    assert drops.get("EndpointNotAccepted", 0) > 0
    said = remote.explained(remote.endpoint + ":80")
    assert f"accept-vpc-endpoint-connections --service-id {remote.service}" in said
    assert f"--region {REGION}" in said
    remote.accept()
    for region in ("cross-region", REMOTE):
        assert remote.b.ec2.describe_vpc_endpoint_connections(
            Filters=[{"Name": "vpc-endpoint-region", "Values": [region]}])[
                "VpcEndpointConnections"][0]["VpcEndpointId"] == remote.endpoint
    wait_for("the packets pass", lambda: remote.curl(seconds=3) == (0, WORDS))
    for name in remote.endpoint_names():
        assert remote.curl(f"http://{name}/") == (0, WORDS)
    assert "load balancer in the service's region" in remote.explained(remote.endpoint + ":80")


def test_a_zone_that_fails_in_the_services_region_is_left(remote):
    remote.postern.cli("fault", "zone", f"{REGION}a", "--for", "60s", "--account", remote.b.account.id)
    # Both of the endpoint's interfaces, since only one zone is left to enter.
    for name in remote.endpoint_names()[1:]:
        wait_for(f"{name} enters the other zone", lambda: remote.curl(
            f"http://{name}/", seconds=3) == (0, WORDS))
    assert "unreachable" not in remote.explained(remote.endpoint + ":80")


def test_a_region_that_is_taken_back_leaves_the_endpoint(remote):
    remote.modify_service(**{"RemoveSupportedRegion.1": REMOTE})
    assert remote.endpoint_state() == "available"
    assert remote.curl() == (0, WORDS)
    with pytest.raises(ClientError, match="does not exist"):
        remote.make_endpoint()


def test_a_rejected_endpoint_is_cut(remote):
    remote.reject()
    wait_for("it is cut", lambda: remote.curl(seconds=2)[0] != 0)
    remote.a.ec2.delete_vpc_endpoints(VpcEndpointIds=[remote.endpoint])
