# SPDX-License-Identifier: Apache-2.0
"""Unmodified clients: waiters, idempotency, accounts apart, deletion in AWS's order."""
import subprocess
import time

import pytest
from botocore.exceptions import ClientError

from support.postern import BIN, ROOT
from support.tutorial import WORDS, wait_for


def code_of(call, *arguments, **parameters) -> str:
    with pytest.raises(ClientError) as refused:
        call(*arguments, **parameters)
    return refused.value.response["Error"]["Code"]


def test_boto3_waiters_return(tutorial):
    t = tutorial
    t.start_client()
    t.start_server()
    t.wait_for_server()
    begin = time.monotonic()
    t.b.ec2.get_waiter("instance_running").wait(InstanceIds=[t.server])
    t.b.ec2.get_waiter("instance_status_ok").wait(InstanceIds=[t.server])
    t.b.ec2.get_waiter("vpc_available").wait(VpcIds=[t.b.vpc])
    t.b.ec2.get_waiter("subnet_available").wait(SubnetIds=[t.b.subnet_a])
    t.make_nlb()
    t.admit_nlb_at_server()
    t.b.elbv2.get_waiter("load_balancer_available").wait(LoadBalancerArns=[t.nlb])
    t.b.elbv2.get_waiter("target_in_service").wait(TargetGroupArn=t.target_group,
                                                   Targets=[{"Id": t.server}])
    assert time.monotonic() - begin < 180  # or they wait in vain
    t.b.ec2.terminate_instances(InstanceIds=[t.server])
    t.b.ec2.get_waiter("instance_terminated").wait(InstanceIds=[t.server])


def test_get_caller_identity(postern):
    account = postern.account()
    identity = account.sts.get_caller_identity()
    assert identity["Account"] == account.id
    assert identity["Arn"] == f"arn:aws:iam::{account.id}:root"


def test_a_presigned_request_is_as_good_as_a_signed_one(postern):
    account = postern.account()
    url = account.sts.generate_presigned_url("get_caller_identity", ExpiresIn=60,
                                             HttpMethod="GET")
    printed = subprocess.run(["curl", "-sS", url], capture_output=True, text=True, check=True).stdout
    assert account.id in printed
    bad = subprocess.run(["curl", "-sS", url[:-4] + "0000"], capture_output=True, text=True,
                         check=True).stdout
    assert "SignatureDoesNotMatch" in bad


def test_accounts_and_regions_do_not_see_each_other(tutorial):
    t = tutorial
    other_region = t.a.account.client("ec2", region_name="us-east-1")
    assert code_of(t.b.ec2.describe_vpcs, VpcIds=[t.a.vpc]) == "InvalidVpcID.NotFound"
    assert code_of(t.b.ec2.create_subnet, VpcId=t.a.vpc,
                   CidrBlock="10.0.9.0/24") == "InvalidVpcID.NotFound"
    assert code_of(other_region.describe_vpcs, VpcIds=[t.a.vpc]) == "InvalidVpcID.NotFound"
    ids = {vpc["VpcId"] for vpc in t.b.ec2.describe_vpcs()["Vpcs"]}
    assert t.a.vpc not in ids and t.b.vpc in ids


def test_a_fresh_account_has_a_default_vpc(postern):
    account = postern.account()
    vpcs = account.ec2.describe_vpcs()["Vpcs"]
    assert [(v["CidrBlock"], v["IsDefault"]) for v in vpcs] == [("172.31.0.0/16", True)]
    zones = [s["AvailabilityZone"] for s in account.ec2.describe_subnets()["Subnets"]]
    assert sorted(zones) == ["ap-northeast-1a", "ap-northeast-1c", "ap-northeast-1d"]


def test_the_same_client_token_makes_nothing_twice(tutorial):
    t = tutorial
    t.start_server()
    t.make_nlb()
    parameters = {"NetworkLoadBalancerArns": [t.nlb], "ClientToken": "once"}
    first, second = (t.b.ec2.create_vpc_endpoint_service_configuration(**parameters)
                     ["ServiceConfiguration"]["ServiceId"] for _ in range(2))
    assert first == second
    assert code_of(t.b.ec2.create_vpc_endpoint_service_configuration, AcceptanceRequired=False,
                   **parameters) == "IdempotentParameterMismatch"


def test_deletion_keeps_awss_order_and_leaves_nothing(tutorial):
    t = tutorial.build()
    a, b, elbv2 = t.a.ec2, t.b.ec2, t.b.elbv2
    # What is in use is not deleted.
    assert code_of(elbv2.delete_load_balancer, LoadBalancerArn=t.nlb) == "ResourceInUse"
    assert code_of(elbv2.delete_target_group, TargetGroupArn=t.target_group) == "ResourceInUse"
    assert code_of(a.delete_subnet, SubnetId=t.a.subnet_a) == "DependencyViolation"
    assert code_of(a.delete_vpc, VpcId=t.a.vpc) == "DependencyViolation"
    assert code_of(a.delete_security_group, GroupId=t.endpoint_group) == "DependencyViolation"
    refused = b.delete_vpc_endpoint_service_configurations(ServiceIds=[t.service])["Unsuccessful"]
    assert refused[0]["Error"]["Code"] == "ExistingVpcEndpointConnections"
    # And in the right order everything is.
    assert a.delete_vpc_endpoints(VpcEndpointIds=[t.endpoint])["Unsuccessful"] == []
    wait_for("the endpoint is gone", lambda: a.describe_vpc_endpoints()["VpcEndpoints"] == [])
    assert b.delete_vpc_endpoint_service_configurations(ServiceIds=[t.service])["Unsuccessful"] == []
    elbv2.delete_load_balancer(LoadBalancerArn=t.nlb)
    elbv2.delete_target_group(TargetGroupArn=t.target_group)
    for side, instance in ((t.a, t.client), (t.b, t.server)):
        side.ec2.terminate_instances(InstanceIds=[instance])
        side.ec2.get_waiter("instance_terminated").wait(InstanceIds=[instance],
                                                        WaiterConfig={"Delay": 1})
        for subnet in (side.subnet_a, side.subnet_c):
            side.ec2.delete_subnet(SubnetId=subnet)
    for group in (t.client_group, t.endpoint_group):
        a.delete_security_group(GroupId=group)
    b.delete_security_group(GroupId=t.server_group)  # its rule names the NLB's group
    b.delete_security_group(GroupId=t.nlb_group)
    for side in (t.a, t.b):
        side.ec2.delete_vpc(VpcId=side.vpc)
        assert code_of(side.ec2.describe_vpcs, VpcIds=[side.vpc]) == "InvalidVpcID.NotFound"


@pytest.mark.parametrize("page", ["tutorial.md", "tutorial.ja.md"])
def test_the_tutorials_page_plays(page, tmp_path):
    """The commands are read from the document; its accounts' ids are its own, so it has its own daemon."""
    from support.postern import Postern
    import os
    with Postern(tmp_path) as postern:
        played = subprocess.run(
            [ROOT / "scripts" / "play_tutorial", "--quiet", ROOT / "docs" / page],
            cwd=tmp_path, capture_output=True, text=True, timeout=300, check=False,
            env=os.environ | {"POSTERN_DATA": str(postern.data),
                              "PATH": f"{BIN}:/usr/bin:{os.environ['PATH']}"})
        assert played.returncode == 0, played.stdout + played.stderr
        assert played.stdout.splitlines()[-1] == WORDS
