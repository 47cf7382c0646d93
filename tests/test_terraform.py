# SPDX-License-Identifier: Apache-2.0
"""Unmodified Terraform against Postern: apply, real packets, an empty second plan, changes in place,
destroy. Needs Terraform and the AWS provider. Nearly all of the minutes that these tests take are
waits that the provider has built in (a load balancer alone is 60 s), so everything is applied at once.
"""
import concurrent.futures
import json
import re

import pytest

from support import terraform
from support.certificates import Certificate
from support.terraform import PROJECTS, Project, key_of
from support.tutorial import WORDS, wait_for

pytestmark = pytest.mark.skipif(bool(terraform.missing()), reason=terraform.missing())

# The examples, and the variables of theirs that change below.
LAYOUTS = {
    "tutorial": {"admitted": ("string", "10.0.0.0/16")},
    "many_consumers": {"accepted": ("set(string)", ["shop", "own"])},
    "private_dns": {},
    "udp": {},
    "proxy_protocol": {},
    "endpoint_policy": {"allowed_actions": ("list(string)", ["*"])},
    "overlapping_cidrs": {},
    "blue_green": {"live": ("string", "blue")},
    "three_zones": {},
    "auto_scaling": {"servers": ("number", 2)},
    "application": {"live": ("string", "v1")},
}


class Played:
    """A project that is applied, and what its tests ask of it."""

    def __init__(self, postern, project: Project, accounts: list):
        self.postern = postern
        self.project = project
        self.accounts = accounts
        self.outputs = {}
        self.ends = False

    def begin(self) -> "Played":
        self.project.init()
        self.project.apply()
        self.outputs = self.project.outputs()
        return self

    def curl(self, client: str, url: str, seconds: float = 10):
        run = self.postern.exec(client, "curl", "-sS", "--max-time", str(seconds), url, check=False)
        return run.returncode, run.stdout.strip()

    def wait_for_page(self, client: str, url: str, page: str) -> None:
        wait_for(f"{url} says {page}", lambda: self.curl(client, url) == (0, page), every=0.5)

    def destroy(self) -> None:
        self.ends = True
        self.project.destroy()


def left(account) -> dict:
    """What an account has that it did not have when it was made, by kind."""
    ec2, elbv2, iam = account.ec2, account.elbv2, account.client("iam")
    route53 = account.client("route53")
    default = ec2.describe_vpcs(Filters=[{"Name": "is-default", "Values": ["true"]}])
    default_vpcs = {vpc["VpcId"] for vpc in default["Vpcs"]}
    instances = [instance for reservation in ec2.describe_instances()["Reservations"]
                 for instance in reservation["Instances"]
                 if instance["State"]["Name"] != "terminated"]
    found = {
        "vpcs": [v for v in ec2.describe_vpcs()["Vpcs"] if v["VpcId"] not in default_vpcs],
        "groups": [g for g in ec2.describe_security_groups()["SecurityGroups"]
                   if g["VpcId"] not in default_vpcs],
        "interfaces": ec2.describe_network_interfaces()["NetworkInterfaces"],
        "instances": instances,
        "launch templates": ec2.describe_launch_templates()["LaunchTemplates"],
        "scaling groups":
            account.client("autoscaling").describe_auto_scaling_groups()["AutoScalingGroups"],
        "keys": ec2.describe_key_pairs()["KeyPairs"],
        "volumes": ec2.describe_volumes()["Volumes"],
        "addresses": ec2.describe_addresses()["Addresses"],
        "endpoints": ec2.describe_vpc_endpoints()["VpcEndpoints"],
        "services": ec2.describe_vpc_endpoint_service_configurations()["ServiceConfigurations"],
        "load balancers": elbv2.describe_load_balancers()["LoadBalancers"],
        "target groups": elbv2.describe_target_groups()["TargetGroups"],
        "roles": iam.list_roles()["Roles"],
        "users": iam.list_users()["Users"],
        "groups of users": iam.list_groups()["Groups"],
        "policies": iam.list_policies(Scope="Local")["Policies"],
        "profiles": iam.list_instance_profiles()["InstanceProfiles"],
        "parameters": account.client("ssm").describe_parameters()["Parameters"],
        "log groups": account.client("logs").describe_log_groups()["logGroups"],
        "certificates": account.client("acm").list_certificates()["CertificateSummaryList"],
        "buckets": account.client("s3").list_buckets()["Buckets"],
        "zones": route53.list_hosted_zones()["HostedZones"],
    }
    return {kind: things for kind, things in found.items() if things}


@pytest.fixture(scope="module")
def played(postern, tmp_path_factory):
    """Both projects, applied: the examples, and one of each resource."""
    a, b, c = postern.account(), postern.account(), postern.account()
    examples = Project(postern, terraform.composed(LAYOUTS, tmp_path_factory.mktemp("examples")),
                       account_a=key_of(a), account_b=key_of(b))
    folder = terraform.copied(PROJECTS / "surface", tmp_path_factory.mktemp("surface"))
    for number in range(2):
        Certificate(folder, f"{number}.example.com")
    surface = Project(postern, folder, account_a=key_of(c))
    projects = {"examples": Played(postern, examples, [a, b]),
                "surface": Played(postern, surface, [c])}
    with concurrent.futures.ThreadPoolExecutor() as pool:
        try:
            for begun in [pool.submit(project.begin) for project in projects.values()]:
                begun.result()
            yield projects
        finally:
            for project in projects.values():
                if not project.ends:
                    pool.submit(project.destroy)


def both(played, act) -> list:
    """act() of both projects at once."""
    with concurrent.futures.ThreadPoolExecutor() as pool:
        return list(pool.map(act, played.values()))


@pytest.fixture
def examples(played):
    return played["examples"]


def test_the_tutorials_page_comes(examples):
    out = examples.outputs["tutorial"]
    examples.wait_for_page(out["client"], out["url"], WORDS)


def test_consumers_of_one_service_are_accepted_one_by_one(examples):
    consumers = examples.outputs["many_consumers"]["consumers"]
    for name in ("shop", "own"):
        examples.wait_for_page(consumers[name]["client"], consumers[name]["url"], "for many")
    # Not accepted: its endpoint's name is not known yet.
    assert examples.curl(consumers["audit"]["client"], consumers["audit"]["url"])[0] == 6


def test_a_service_is_called_by_its_own_name(examples):
    out = examples.outputs["private_dns"]
    for url in out["urls"]:
        examples.wait_for_page(out["client"], url, "by its name")


def test_datagrams_go_and_come(examples):
    out = examples.outputs["udp"]
    program = ("import socket; s = socket.socket(socket.AF_INET, socket.SOCK_DGRAM); "
               f"s.settimeout(2); s.sendto(b'hello', ('{out['server']}', 5353)); "
               "print(s.recv(100).decode())")
    wait_for("a datagram comes back", lambda: examples.postern.exec(
        out["client"], "python3", "-c", program, check=False).stdout.strip()
        == "a datagram back: hello")


def test_the_server_is_told_the_client_and_the_endpoint(examples):
    out = examples.outputs["proxy_protocol"]
    examples.wait_for_page(out["client"], out["url"],
                           f"{out['client_address']} by {out['endpoint']}")


def policy_of(examples, endpoint: str) -> dict:
    answer = examples.accounts[0].ec2.describe_vpc_endpoints(VpcEndpointIds=[endpoint])
    return json.loads(answer["VpcEndpoints"][0]["PolicyDocument"])


def test_an_endpoint_policy_is_kept_and_lets_through(examples):
    out = examples.outputs["endpoint_policy"]
    assert policy_of(examples, out["endpoint"])["Statement"][0]["Sid"] == "OnlyOurs"
    examples.wait_for_page(out["client"], out["url"], "policy or not")


def test_one_consumer_of_two_services_with_its_own_addresses(examples):
    out = examples.outputs["overlapping_cidrs"]
    for name, url in out["urls"].items():
        examples.wait_for_page(out["client"], url, name)


def test_blue_serves(examples):
    out = examples.outputs["blue_green"]
    examples.wait_for_page(out["client"], out["url"], "blue")


def test_an_application_load_balancer_answers_behind_the_service(examples):
    out = examples.outputs["application"]
    for path, page in (("/", "site"), ("/api/", "v1"), ("/admin/x", "closed")):
        examples.wait_for_page(out["client"], out["url"] + path, page)


def test_what_enters_in_a_zone_is_served_in_it(examples):
    out = examples.outputs["three_zones"]
    for zone, name in zip("acd", sorted(out["names"][1:])):
        assert f"-ap-northeast-1{zone}." in name
        for _ in range(3):
            examples.wait_for_page(out["client"], f"http://{name}/", f"zone {zone}")
    seen = set()
    wait_for("all zones are met by the name of the region", lambda: seen.add(
        examples.curl(out["client"], f"http://{out['names'][0]}/")[1]) or len(seen) == 3)


def test_a_server_that_ends_is_replaced(examples):
    out, account = examples.outputs["auto_scaling"], examples.accounts[1]
    autoscaling = account.client("autoscaling")

    def servers() -> dict:
        """The pages of those in service, by id."""
        group = autoscaling.describe_auto_scaling_groups(
            AutoScalingGroupNames=["scaled"])["AutoScalingGroups"][0]
        ids = [i["InstanceId"] for i in group["Instances"] if i["LifecycleState"] == "InService"]
        if not ids:
            return {}
        found = account.ec2.describe_instances(InstanceIds=ids)["Reservations"]
        return {i["InstanceId"]: i["PrivateDnsName"].split(".")[0]
                for reservation in found for i in reservation["Instances"]}

    def seen() -> set:
        answers = [examples.curl(out["client"], out["url"]) for _ in range(20)]
        return {page for status, page in answers if status == 0}

    before = servers()
    assert len(before) == 2
    wait_for("both servers answer", lambda: seen() == set(before.values()), every=1)
    ended = next(iter(before))
    account.ec2.terminate_instances(InstanceIds=[ended])
    wait_for("another is there", lambda: len(servers()) == 2 and ended not in servers(), every=1)
    wait_for("the new one answers", lambda: seen() == set(servers().values()), every=1)


def test_the_second_plan_is_empty(played):
    assert both(played, lambda project: project.project.plan()) == ["", ""]


def test_changes_are_made_in_place(played):
    """And packets see them."""
    examples, surface = played["examples"], played["surface"]
    examples.project.set(tutorial_admitted="10.1.0.0/16", blue_green_live="green",
                         many_consumers_accepted=["shop", "own", "audit"],
                         endpoint_policy_allowed_actions=["execute-api:*"],
                         auto_scaling_servers=3, application_live="v2")
    surface.project.set(step=2)
    replaced = re.compile(r"must be replaced|will be destroyed")

    def change(project):
        plan = project.project.plan()
        project.project.apply()
        return plan, project.project.plan()
    (first, first_again), (second, second_again) = both(played, change)
    # A rule of a group has its source in its identity; all else changes in place.
    assert set(re.findall(r"# (\S+) must be replaced", first)) == set(), first
    assert re.findall(r"# (\S+) must be replaced", second) == ["aws_route.out"], second
    assert not replaced.search(first)
    assert first_again == "" and second_again == ""

    tutorial = examples.outputs["tutorial"]
    assert examples.curl(tutorial["client"], tutorial["url"], 2)[0] == 28
    blue_green = examples.outputs["blue_green"]
    examples.wait_for_page(blue_green["client"], blue_green["url"], "green")
    application = examples.outputs["application"]
    examples.wait_for_page(application["client"], application["url"] + "/api/", "v2")
    audit = examples.outputs["many_consumers"]["consumers"]["audit"]
    examples.wait_for_page(audit["client"], audit["url"], "for many")
    endpoint = examples.outputs["endpoint_policy"]["endpoint"]
    assert policy_of(examples, endpoint)["Statement"][0]["Action"] == ["execute-api:*"]
    group = examples.accounts[1].client("autoscaling").describe_auto_scaling_groups(
        AutoScalingGroupNames=["scaled"])["AutoScalingGroups"][0]
    assert [i["LifecycleState"] for i in group["Instances"]] == ["InService"] * 3

    account = surface.accounts[0]
    secret = account.client("ssm").get_parameter(Name="/surface/app/secret", WithDecryption=True)
    assert (secret["Parameter"]["Value"], secret["Parameter"]["Version"]) == ("secret-2", 2)
    log_group = account.client("logs").describe_log_groups(
        logGroupNamePrefix="/surface/flow")["logGroups"][0]
    assert log_group["retentionInDays"] == 14


def test_destroy_leaves_nothing(played):
    both(played, Played.destroy)
    for project in played.values():
        assert project.project.state() == []
        for account in project.accounts:
            assert left(account) == {}


@pytest.mark.parametrize("name", LAYOUTS)
def test_each_example_stands_alone(postern, tmp_path, name):
    """As the others, but by itself: its own providers, and nothing wrong with it."""
    folder = terraform.copied(terraform.EXAMPLES / name, tmp_path)
    terraform.copied(terraform.EXAMPLES / "modules", tmp_path)
    project = Project(postern, folder)
    project.init()
    project.run("validate", "-no-color")
