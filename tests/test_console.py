# SPDX-License-Identifier: Apache-2.0
"""The web console in a real browser (console/e2e), against the session's posternd."""
import os
import subprocess

from support.postern import BIN, ROOT


def drive(postern, file: str, **told: str) -> None:
    """Runs one file of browser tests; what they say is shown when they fail."""
    node = (BIN.parent / "console" / "node.txt").read_text(encoding="utf-8")
    run = subprocess.run(
        [node, "node_modules/vitest/vitest.mjs", "run", "--config", "e2e/vitest.config.ts",
         f"e2e/{file}.test.ts"],
        cwd=ROOT / "console", capture_output=True, text=True, timeout=400, check=False,
        env=os.environ | {"POSTERN_ENDPOINT": postern.endpoint, "POSTERN_DATA": str(postern.data),
                          "POSTERN_CLI": str(BIN / "postern"), "NO_COLOR": "1"} | told)
    assert run.returncode == 0, run.stdout + run.stderr


def test_signing_in_and_out(postern):
    drive(postern, "signIn")


def test_the_first_load_is_small_and_long_lists_stay_usable(postern):
    drive(postern, "weight")


def test_the_tutorial_by_clicking_in_both_languages(postern):
    drive(postern, "tutorial")


def test_the_path_view_shows_what_stops_packets_and_sees_it_mended(tutorial):
    t = tutorial
    t.start_client()
    t.start_server()
    t.wait_for_server()
    t.make_nlb(**{"load_balancing.cross_zone.enabled": "true"})
    t.make_service()
    t.allow_principal()
    t.make_endpoint()
    t.accept()
    drive(t.postern, "path", POSTERN_CONSUMER=t.a.account.id, POSTERN_PROVIDER=t.b.account.id,
          POSTERN_VPC_ENDPOINT=t.endpoint, POSTERN_INSTANCE=t.client,
          POSTERN_NLB_GROUP=t.nlb_group, POSTERN_DNS_NAME=t.endpoint_names()[0])


def test_the_region_map_shows_each_what_it_may_see(tutorial):
    t = tutorial
    t.start_client()
    t.start_server()
    t.make_nlb(**{"load_balancing.cross_zone.enabled": "true"})
    t.make_service()
    t.allow_principal()
    t.make_endpoint()
    t.accept()
    t.admit_nlb_at_server()
    pending = t.a.ec2.create_vpc_endpoint(
        VpcEndpointType="Interface", ServiceName=t.service_name, VpcId=t.a.vpc,
        SubnetIds=[t.a.subnet_a])["VpcEndpoint"]["VpcEndpointId"]
    drive(t.postern, "map", POSTERN_CONSUMER=t.a.account.id, POSTERN_PROVIDER=t.b.account.id,
          POSTERN_CONSUMER_VPC=t.a.vpc, POSTERN_PROVIDER_VPC=t.b.vpc, POSTERN_SERVICE=t.service,
          POSTERN_VPC_ENDPOINT=t.endpoint, POSTERN_PENDING_ENDPOINT=pending)


def test_hostile_names_are_text(postern):
    account = postern.account()
    name = "<img src=x onerror=alert(1)>\"'&{{7*7}}"
    tags = [{"Key": "Name", "Value": name}]
    vpc = account.ec2.create_vpc(
        CidrBlock="10.0.0.0/16",
        TagSpecifications=[{"ResourceType": "vpc", "Tags": tags}])["Vpc"]["VpcId"]
    account.ec2.create_subnet(VpcId=vpc, CidrBlock="10.0.1.0/24",
                              TagSpecifications=[{"ResourceType": "subnet", "Tags": tags}])
    drive(postern, "hostile", POSTERN_ACCOUNT=account.id, POSTERN_HOSTILE_NAME=name)
