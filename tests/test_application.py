# SPDX-License-Identifier: Apache-2.0
"""Application Load Balancers with real requests, from their own VPC and, behind a Network Load
Balancer, from another account's. [ALB guide, "Listener rules"; NLB guide, "Application Load
Balancers as targets"]
"""
import json
import signal

import pytest

from support.listening import Reading
from support.postern import PATIENCE, Postern
from support.tutorial import Tutorial, tcp, wait_for

# Says by whom and how it was asked; one page does not come, one ends badly, one takes its time.
SERVER = """#!/bin/sh
cat > /root/server.py <<'END'
import http.server, json, sys, time
class Page(http.server.BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    def do_GET(self):
        if self.path == "/api/never":
            time.sleep(600)
        if self.path == "/api/ends":
            self.close_connection = True
            return
        if self.path == "/api/slow":
            self.send_response(200)
            self.send_header("Connection", "close")
            self.end_headers()
            for at in range(2000):
                self.wfile.write(b"tick\\n")
                self.wfile.flush()
                time.sleep(0.1)
            return
        body = json.dumps({"who": NAME, "path": self.path, "peer": self.client_address[0],
                           "headers": {key.lower(): value for key, value in self.headers.items()}})
        self.send_response(200)
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body.encode())
    do_POST = do_GET
    def log_message(self, *words):
        pass
http.server.ThreadingHTTPServer.daemon_threads = True
http.server.ThreadingHTTPServer(("", 8080), Page).serve_forever()
END
sed -i 's/NAME,/"WHO",/' /root/server.py
exec setsid python3 /root/server.py
"""

# A line each tenth of a second, of an answer that does not end.
READER = """
import socket, sys
s = socket.create_connection((sys.argv[1], 80), 10)
s.sendall(b"GET /api/slow HTTP/1.1\\r\\nHost: x\\r\\n\\r\\n")
s.settimeout(60)
while data := s.recv(4096):
    sys.stdout.write(data.decode())
    sys.stdout.flush()
"""

# A line for each answer, every one by a connection of its own.
ASKER = """
import sys, time, urllib.request
while True:
    with urllib.request.urlopen(f"http://{sys.argv[1]}/", timeout=60) as answer:
        print(answer.status)
    time.sleep(0.1)
"""


def forward(*groups: str) -> list:
    return [{"Type": "forward", "TargetGroupArn": groups[0]}]


def fixed(code: str, body: str = "") -> list:
    return [{"Type": "fixed-response", "FixedResponseConfig": {
        "StatusCode": code, "ContentType": "text/plain", "MessageBody": body}}]


class World(Tutorial):
    """B has two servers behind an ALB, each in a group of its own, and a client in its VPC."""

    def build_alb(self) -> "World":
        b = self.b
        self.web_group = b.group("web")
        self.alb_group = b.group("alb")
        self.local_group = b.group("local")
        b.ec2.authorize_security_group_ingress(GroupId=self.web_group,
                                               IpPermissions=tcp(8080, group=self.alb_group))
        b.ec2.authorize_security_group_ingress(GroupId=self.alb_group,
                                               IpPermissions=tcp(80, group=self.local_group))
        self.local = b.run(self.local_group, b.subnet_c)
        self.one = b.run(self.web_group, b.subnet_a, SERVER.replace("WHO", "one"))
        self.two = b.run(self.web_group, b.subnet_c, SERVER.replace("WHO", "two"))
        self.alb = b.elbv2.create_load_balancer(
            Name="front", Type="application", Scheme="internal",
            Subnets=[b.subnet_a, b.subnet_c],
            SecurityGroups=[self.alb_group])["LoadBalancers"][0]["LoadBalancerArn"]
        self.group_one = self.make_group("one", self.one)
        self.group_two = self.make_group("two", self.two)
        self.listener = b.elbv2.create_listener(
            LoadBalancerArn=self.alb, Protocol="HTTP", Port=80,
            DefaultActions=forward(self.group_one))["Listeners"][0]["ListenerArn"]
        self.rule(90, [{"Field": "path-pattern", "Values": ["/two/*"]}], forward(self.group_two))
        b.elbv2.get_waiter("load_balancer_available").wait(LoadBalancerArns=[self.alb])
        self.dns_name = b.elbv2.describe_load_balancers(
            LoadBalancerArns=[self.alb])["LoadBalancers"][0]["DNSName"]
        for group in (self.group_one, self.group_two):
            wait_for("the target is healthy", lambda: self.health(group) == ["healthy"],
                     seen=lambda: self.health(group))
        return self

    def make_group(self, name: str, *instances: str, **more) -> str:
        arn = self.b.elbv2.create_target_group(**{
            "Name": name, "Protocol": "HTTP", "Port": 8080, "VpcId": self.b.vpc,
            "HealthCheckPath": "/health", "HealthCheckIntervalSeconds": 5,
            "HealthCheckTimeoutSeconds": 2, "HealthyThresholdCount": 2,
            "UnhealthyThresholdCount": 2} | more)["TargetGroups"][0]["TargetGroupArn"]
        if instances:
            self.b.elbv2.register_targets(TargetGroupArn=arn,
                                          Targets=[{"Id": instance} for instance in instances])
        return arn

    def health(self, group: str) -> list[str]:
        found = self.b.elbv2.describe_target_health(TargetGroupArn=group)
        return [each["TargetHealth"]["State"] for each in found["TargetHealthDescriptions"]]

    def rule(self, priority: int, conditions: list, actions: list) -> str:
        return self.b.elbv2.create_rule(
            ListenerArn=self.listener, Priority=priority, Conditions=conditions,
            Actions=actions)["Rules"][0]["RuleArn"]

    def ask(self, path: str = "/", *options: str, where: str = "", to: str = "") -> tuple[int, str]:
        """What an instance is answered: the status, and the body."""
        run = self.postern.exec(
            where or self.local, "curl", "-sS", "--globoff", "--max-time", str(20 * PATIENCE), "-w",
            "\n%{http_code}", *options, f"http://{to or self.dns_name}{path}", check=False)
        body, _, status = run.stdout.rpartition("\n")
        return int(status or 0), body or run.stderr

    def who(self, path: str = "/", *options: str, **more) -> str:
        status, body = self.ask(path, *options, **more)
        return json.loads(body)["who"] if status == 200 else f"{status} {body}"

    def addresses(self) -> list[str]:
        found = self.b.ec2.describe_network_interfaces(
            Filters=[{"Name": "description", "Values": ["ELB app/front/*"]}])["NetworkInterfaces"]
        assert {each["InterfaceType"] for each in found} == {"interface"}
        return [each["PrivateIpAddress"] for each in found]


@pytest.fixture(scope="module")
def world(postern):
    return World(postern).build_alb()


def test_its_name_has_both_addresses_and_both_answer(world):
    said = world.postern.exec(world.local, "getent", "ahostsv4", world.dns_name).stdout
    assert {line.split()[0] for line in said.splitlines()} == set(world.addresses())
    assert world.dns_name.startswith("internal-front-")
    for address in world.addresses():
        wait_for("it answers", lambda: world.who(to=address) == "one",
                 seen=lambda: world.ask(to=address))


def test_targets_are_told_of_the_client_and_see_the_load_balancer(world):
    status, body = world.ask("/x?y=1", "-H", "X-Forwarded-For: 192.0.2.1")
    assert status == 200, body
    said = json.loads(body)
    local = world.b.ec2.describe_instances(InstanceIds=[world.local])[
        "Reservations"][0]["Instances"][0]["PrivateIpAddress"]
    assert said["peer"] in world.addresses()
    assert said["path"] == "/x?y=1"
    assert said["headers"]["x-forwarded-for"] == f"192.0.2.1, {local}"
    assert said["headers"]["x-forwarded-proto"] == "http"
    assert said["headers"]["x-forwarded-port"] == "80"
    assert said["headers"]["host"] == world.dns_name


@pytest.mark.parametrize("condition,fits,fits_not", [
    ({"Field": "path-pattern", "Values": ["/img/*.jp?g"]}, ["/img/a/b.jpeg"],
     [["/img/a.jpg"], ["/IMG/a.jpeg"], ["/x/img/a.jpeg"]]),
    ({"Field": "host-header", "Values": ["*.example.com"]}, ["/", "-H", "Host: API.example.com"],
     [["/", "-H", "Host: example.com"]]),
    ({"Field": "http-request-method", "HttpRequestMethodConfig": {"Values": ["POST"]}},
     ["/", "-X", "POST"], [["/"]]),
    ({"Field": "http-header", "HttpHeaderConfig": {
        "HttpHeaderName": "X-Kind", "Values": ["it's *", "b\"c"]}}, ["/", "-H", "x-kind: IT'S so"],
     [["/", "-H", "x-kind: it so"], ["/"]]),
    ({"Field": "http-header", "HttpHeaderConfig": {"HttpHeaderName": "It's-#1", "Values": ["yes"]}},
     ["/", "-H", "it's-#1: yes"], [["/", "-H", "it's-#1: no"]]),
    ({"Field": "query-string", "QueryStringConfig": {"Values": [
        {"Key": "v", "Value": "1.*"}, {"Value": "any"}]}}, ["/?a=b&V=1.x"],
     [["/?v=12"], ["/?xv=1.2"], ["/v=1.2"]]),
    ({"Field": "source-ip", "SourceIpConfig": {"Values": ["10.0.2.0/24"]}}, ["/"], []),
])
def test_conditions(world, condition, fits, fits_not):
    arn = world.rule(10, [condition], forward(world.group_two))
    assert world.who(*fits) == "two"
    for other in fits_not:
        assert world.who(*other) == "one", other
    world.b.elbv2.delete_rule(RuleArn=arn)
    assert world.who(*fits) == "one"


def test_all_conditions_of_a_rule_are_to_be_met_and_the_first_rule_that_fits_decides(world):
    elbv2 = world.b.elbv2
    both = world.rule(20, [{"Field": "path-pattern", "Values": ["/both/*"]},
                           {"Field": "http-request-method",
                            "HttpRequestMethodConfig": {"Values": ["GET"]}}],
                      fixed("403", "by 20"))
    wider = world.rule(30, [{"Field": "path-pattern", "Values": ["/both/*"]}],
                       forward(world.group_two))
    assert world.ask("/both/x") == (403, "by 20")
    assert world.who("/both/x", "-X", "POST") == "two"
    elbv2.set_rule_priorities(RulePriorities=[{"RuleArn": both, "Priority": 30},
                                              {"RuleArn": wider, "Priority": 20}])
    assert world.who("/both/x") == "two"
    elbv2.modify_rule(RuleArn=wider, Actions=fixed("200", "say 'what'\n\"100%\""))
    assert world.ask("/both/x") == (200, "say 'what'\n\"100%\"")
    with pytest.raises(elbv2.exceptions.PriorityInUseException):
        world.rule(30, [{"Field": "path-pattern", "Values": ["/"]}], fixed("200"))
    for arn in (both, wider):
        elbv2.delete_rule(RuleArn=arn)


def test_redirects(world):
    arn = world.rule(10, [{"Field": "path-pattern", "Values": ["/old/*"]}], [{
        "Type": "redirect", "RedirectConfig": {
            "Protocol": "HTTPS", "Port": "443", "Path": "/new/#{path}", "StatusCode": "HTTP_301"}}])

    def location(path: str) -> str:
        return world.ask(path, "-o", "/dev/null", "-D", "/dev/stdout", "-H", "Host: a.example.com")[1]
    said = location("/old/x?y=100%25")
    assert "301" in said.splitlines()[0]
    assert "location: https://a.example.com:443/new/old/x?y=100%25" in said.splitlines(), said
    assert "location: https://a.example.com:443/new/old/x" in location("/old/x").splitlines()
    world.b.elbv2.delete_rule(RuleArn=arn)


def test_groups_get_requests_by_their_weights(world):
    arn = world.rule(10, [{"Field": "path-pattern", "Values": ["/both"]}], [{
        "Type": "forward", "ForwardConfig": {"TargetGroups": [
            {"TargetGroupArn": world.group_one, "Weight": 1},
            {"TargetGroupArn": world.group_two, "Weight": 3}]}}])
    seen = [world.who("/both") for _ in range(30)]
    assert set(seen) == {"one", "two"}
    assert seen.count("two") > seen.count("one")
    world.b.elbv2.modify_rule(RuleArn=arn, Actions=[{
        "Type": "forward", "ForwardConfig": {"TargetGroups": [
            {"TargetGroupArn": world.group_one, "Weight": 1},
            {"TargetGroupArn": world.group_two, "Weight": 0}]}}])
    assert {world.who("/both") for _ in range(10)} == {"one"}
    world.b.elbv2.delete_rule(RuleArn=arn)


def test_what_it_answers_where_no_target_does(world):
    """[ALB guide, "Troubleshoot your Application Load Balancers": HTTP 502, 503, 504]"""
    elbv2 = world.b.elbv2
    empty = world.make_group("empty")
    refuses = world.make_group("refuses", world.one, Port=81)
    world.b.ec2.authorize_security_group_ingress(GroupId=world.web_group,
                                                 IpPermissions=tcp(81, group=world.alb_group))
    rules = [world.rule(10, [{"Field": "path-pattern", "Values": ["/empty"]}], forward(empty)),
             world.rule(11, [{"Field": "path-pattern", "Values": ["/refuses"]}], forward(refuses))]
    assert world.ask("/empty")[0] == 503
    # No target is healthy: it is asked all the same.
    assert world.ask("/refuses")[0] == 502
    assert world.ask("/api/ends")[0] == 502
    elbv2.modify_load_balancer_attributes(LoadBalancerArn=world.alb, Attributes=[
        {"Key": "idle_timeout.timeout_seconds", "Value": "2"}])
    assert world.ask("/api/never")[0] == 504
    elbv2.modify_load_balancer_attributes(LoadBalancerArn=world.alb, Attributes=[
        {"Key": "idle_timeout.timeout_seconds", "Value": "60"}])
    for arn in rules:
        elbv2.delete_rule(RuleArn=arn)
    for group in (empty, refuses):
        elbv2.delete_target_group(TargetGroupArn=group)


def test_an_unhealthy_target_is_asked_no_more(world):
    elbv2 = world.b.elbv2
    both = world.make_group("both", world.one, world.two)
    arn = world.rule(10, [{"Field": "path-pattern", "Values": ["/both"]}], forward(both))
    wait_for("both are healthy", lambda: world.health(both) == ["healthy"] * 2,
             seen=lambda: world.health(both))
    assert {world.who("/both") for _ in range(6)} == {"one", "two"}
    world.postern.exec(world.two, "pkill", "-STOP", "-f", "server.py")
    wait_for("one is not", lambda: "unhealthy" in world.health(both))
    # The load balancer follows a moment after the state can be read.
    wait_for("only the other is asked",
             lambda: {world.who("/both") for _ in range(6)} == {"one"})
    world.postern.exec(world.two, "pkill", "-CONT", "-f", "server.py")
    wait_for("it is back", lambda: {world.who("/both") for _ in range(6)} == {"one", "two"})
    elbv2.modify_target_group_attributes(TargetGroupArn=both, Attributes=[
        {"Key": "stickiness.enabled", "Value": "true"}])
    jar = ["-c", "/root/jar", "-b", "/root/jar"]
    assert len({world.who("/both", *jar) for _ in range(6)}) == 1
    elbv2.delete_rule(RuleArn=arn)
    elbv2.delete_target_group(TargetGroupArn=both)


def test_security_groups_hold_on_both_sides(world):
    ec2 = world.b.ec2
    inbound = dict(GroupId=world.alb_group, IpPermissions=tcp(80, group=world.local_group))
    ec2.revoke_security_group_ingress(**inbound)
    assert world.drops_during(
        lambda: world.ask("/", "--connect-timeout", "2")).get("BalancerIngressDenied", 0) >= 1
    ec2.authorize_security_group_ingress(**inbound)
    outbound = dict(GroupId=world.alb_group, IpPermissions=[
        {"IpProtocol": "-1", "IpRanges": [{"CidrIp": "0.0.0.0/0"}]}])
    ec2.revoke_security_group_egress(**outbound)
    assert world.drops_during(
        lambda: world.ask("/", "--max-time", "4")).get("BalancerEgressDenied", 0) >= 1
    ec2.authorize_security_group_egress(**outbound)
    wait_for("it works again", lambda: world.who() == "one", seen=lambda: world.ask())


def test_behind_a_network_load_balancer_and_another_accounts_endpoint(world):
    b, elbv2 = world.b, world.b.elbv2
    world.start_client()
    world.nlb_group = b.group("nlb")
    b.ec2.authorize_security_group_ingress(GroupId=world.nlb_group,
                                           IpPermissions=tcp(80, cidr="10.0.0.0/16"))
    group = elbv2.create_target_group(
        Name="to-alb", Protocol="TCP", Port=80, VpcId=b.vpc, TargetType="alb",
        HealthCheckPath="/health", HealthCheckIntervalSeconds=5, HealthCheckTimeoutSeconds=2,
        HealthyThresholdCount=2, UnhealthyThresholdCount=2)["TargetGroups"][0]
    assert group["HealthCheckProtocol"] == "HTTP"
    group = group["TargetGroupArn"]
    elbv2.register_targets(TargetGroupArn=group, Targets=[{"Id": world.alb}])
    world.nlb = elbv2.create_load_balancer(
        Name="nlb", Type="network", Scheme="internal", Subnets=[b.subnet_a, b.subnet_c],
        SecurityGroups=[world.nlb_group])["LoadBalancers"][0]["LoadBalancerArn"]
    elbv2.create_listener(LoadBalancerArn=world.nlb, Protocol="TCP", Port=80,
                          DefaultActions=forward(group))
    world.make_service()
    world.allow_principal()
    world.make_endpoint()
    world.accept()

    # The ALB's group does not admit the Network Load Balancer, nor its health checks.
    wait_for("the checks fail", lambda: world.health(group) == ["unhealthy"],
             seen=lambda: world.health(group))
    b.ec2.authorize_security_group_ingress(GroupId=world.alb_group,
                                           IpPermissions=tcp(80, group=world.nlb_group))
    wait_for("the ALB is healthy", lambda: world.health(group) == ["healthy"],
             seen=lambda: world.health(group))
    for zone in ("a", "c"):
        there = world.endpoint_address(zone)
        wait_for("it answers", lambda: world.who(where=world.client, to=there) == "one",
                 seen=lambda: world.ask(where=world.client, to=there))
        assert world.who("/two/x", where=world.client, to=there) == "two"
    # Of a client behind an endpoint the ALB sees the Network Load Balancer. [NLB guide]
    said = json.loads(world.ask(where=world.client, to=world.endpoint_address())[1])
    nodes = [each["PrivateIpAddress"] for each in b.ec2.describe_network_interfaces(
        Filters=[{"Name": "interface-type", "Values": ["network_load_balancer"]}])[
            "NetworkInterfaces"]]
    assert said["headers"]["x-forwarded-for"] in nodes
    # A client of the VPC's keeps its address.
    local = b.ec2.describe_instances(InstanceIds=[world.local])[
        "Reservations"][0]["Instances"][0]["PrivateIpAddress"]
    b.ec2.authorize_security_group_ingress(GroupId=world.alb_group,
                                           IpPermissions=tcp(80, cidr=f"{local}/32"))
    said = json.loads(world.ask(to=nodes[0])[1])
    assert said["headers"]["x-forwarded-for"] == local
    explained = world.postern.cli("explain", world.client, f"{world.endpoint}:80")
    assert "application load balancer" in explained.stdout, explained.stdout
    # What is behind the ALB is told too: the targets of its own rules.
    assert world.one in explained.stdout and world.two in explained.stdout, explained.stdout
    assert "reachable" in explained.stdout and "unreachable" not in explained.stdout
    b.ec2.revoke_security_group_ingress(GroupId=world.web_group,
                                        IpPermissions=tcp(8080, group=world.alb_group))
    there = world.endpoint_address()
    wait_for("a gateway error", lambda: world.ask(where=world.client, to=there)[0] >= 502)
    refused = world.postern.cli("explain", world.client, f"{world.endpoint}:80", check=False)
    assert "TargetIngressDenied" in refused.stdout, refused.stdout
    b.ec2.authorize_security_group_ingress(GroupId=world.web_group,
                                           IpPermissions=tcp(8080, group=world.alb_group))

    # [NLB guide: what a Network Load Balancer sends to stays]
    for act in (lambda: elbv2.delete_load_balancer(LoadBalancerArn=world.alb),
                lambda: elbv2.delete_listener(ListenerArn=world.listener)):
        with pytest.raises(elbv2.exceptions.ResourceInUseException):
            act()


def test_it_serves_without_the_daemon_and_keeps_what_is_open(world):
    address = world.addresses()[0]
    readers = [Reading(world.postern, world.local, program, address)
               for program in (READER, ASKER)]
    assert all(reader.flows() for reader in readers)
    world.postern.stop(signal.SIGKILL)
    assert all(reader.flows() for reader in readers)
    world.postern.start()
    assert all(reader.flows() for reader in readers)
    # Another rule is another configuration: the process changes over.
    arn = world.rule(10, [{"Field": "path-pattern", "Values": ["/new"]}], fixed("200", "new"))
    assert world.ask("/new", to=address) == (200, "new")
    assert all(reader.flows() for reader in readers)
    world.b.elbv2.delete_rule(RuleArn=arn)
    for reader in readers:
        reader.close()
