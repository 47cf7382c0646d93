# SPDX-License-Identifier: Apache-2.0
"""Unmodified Terraform against Postern: apply, real packets, an empty second plan, a change in place,
destroy. Needs Terraform and the AWS provider; each project takes minutes, most of them the waits that
the provider has built in.
"""
import pytest

from support import terraform
from support.terraform import Project, key_of
from support.tutorial import WORDS, wait_for

pytestmark = pytest.mark.skipif(bool(terraform.missing()), reason=terraform.missing())


def curl(postern, client: str, url: str, seconds: float = 5):
    run = postern.exec(client, "curl", "-sS", "--max-time", str(seconds), url, check=False)
    return run.returncode, run.stdout.strip()


def left(account) -> dict:
    """What an account has that it did not have when it was made, by kind."""
    default = account.ec2.describe_vpcs(Filters=[{"Name": "is-default", "Values": ["true"]}])
    default_vpcs = {vpc["VpcId"] for vpc in default["Vpcs"]}
    ec2, elbv2 = account.ec2, account.elbv2
    instances = [instance for reservation in ec2.describe_instances()["Reservations"]
                 for instance in reservation["Instances"]
                 if instance["State"]["Name"] != "terminated"]
    found = {
        "vpcs": [v for v in ec2.describe_vpcs()["Vpcs"] if v["VpcId"] not in default_vpcs],
        "groups": [g for g in ec2.describe_security_groups()["SecurityGroups"]
                   if g["VpcId"] not in default_vpcs],
        "interfaces": ec2.describe_network_interfaces()["NetworkInterfaces"],
        "instances": instances,
        "endpoints": ec2.describe_vpc_endpoints()["VpcEndpoints"],
        "services": ec2.describe_vpc_endpoint_service_configurations()["ServiceConfigurations"],
        "load balancers": elbv2.describe_load_balancers()["LoadBalancers"],
        "target groups": elbv2.describe_target_groups()["TargetGroups"],
    }
    return {kind: things for kind, things in found.items() if things}


def test_the_tutorial(postern, tmp_path):
    a, b = postern.account(), postern.account()
    project = Project(postern, "tutorial", tmp_path, account_a=key_of(a), account_b=key_of(b))
    project.init()
    project.apply()
    outputs = project.outputs()
    client, url = outputs["client"], outputs["url"]
    wait_for("the page comes", lambda: curl(postern, client, url) == (0, WORDS))
    assert project.plan() == ""

    # A change in place that packets see: the NLB admits others than A's client.
    project.set(admitted="10.1.0.0/16")
    assert "0 to add, 1 to change, 0 to destroy" in project.plan()
    project.apply()
    assert curl(postern, client, url, 2)[0] == 28
    assert project.plan() == ""

    project.destroy()
    assert project.state() == []
    assert left(a) == {} and left(b) == {}
