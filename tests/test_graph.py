# SPDX-License-Identifier: Apache-2.0
"""postern graph: what an endpoint leads to, and the order in which AWS's own commands take it down."""
import json

from support.shell import type_command
from support.tutorial import wait_for


def test_what_graph_says_is_typed_and_everything_goes(tutorial):
    """Of the endpoint, and then of what is left of both VPCs."""
    t = tutorial.build()

    def graph(about: str) -> dict:
        return json.loads(t.postern.cli("graph", about, "--json").stdout)

    def take_down(about: str) -> None:
        for step in graph(about)["tear_down"]:
            side = next(s for s in (t.a, t.b) if s.account.id == step["account"])
            for command in step["commands"]:
                # An instance that ends and an endpoint that is deleted keep theirs for a moment.
                wait_for(command, lambda c=command: type_command(
                    t.postern, side.account, c).returncode == 0, every=0.5)

    of_endpoint = graph(t.endpoint)
    kinds = {row["kind"] for row in of_endpoint["resources"]}
    assert {"endpoint", "endpoint service", "load balancer", "listener", "target group", "instance",
            "security group", "subnet", "VPC"} <= kinds
    stays = {row["id"]: [user["id"] for user in row["used_by"]] for row in of_endpoint["staying"]}
    assert t.client in stays[t.a.subnet_a]
    text = t.postern.cli("graph", t.endpoint).stdout
    assert f"by instance {t.client} of account {t.a.account.id}" in text

    # Against the order each command is refused, and says so as AWS does.
    refused = type_command(t.postern, t.b.account,
                           f"aws elbv2 delete-load-balancer --load-balancer-arn {t.nlb}")
    assert refused.returncode != 0
    assert "ResourceInUse" in refused.stderr

    take_down(t.endpoint)
    assert t.b.vpc not in [vpc["VpcId"] for vpc in t.b.ec2.describe_vpcs()["Vpcs"]]
    take_down(t.a.vpc)
    assert t.a.vpc not in [vpc["VpcId"] for vpc in t.a.ec2.describe_vpcs()["Vpcs"]]


def test_what_is_not_there_is_said(postern):
    run = postern.cli("graph", "vpce-0123456789abcdef0", check=False)
    assert run.returncode == 1
    assert "there is no vpce-0123456789abcdef0" in run.stderr
