# SPDX-License-Identifier: Apache-2.0
"""The tutorial's world with more to break: private DNS, UDP, a neighbour, a spare server, a private
hosted zone. Everything in it works."""
import json
import time

from support.postern import PATIENCE, REGION, Postern
from support.shell import type_command
from support.tutorial import WORDS, Tutorial, tcp, wait_for

# HTTP at 80 and 8081, and UDP at 53. "/missing" is.
SERVER = f"""#!/bin/sh
cat > /root/serve.py <<'END'
import http.server, socketserver, sys, threading
class Page(http.server.BaseHTTPRequestHandler):
    def do_GET(self):
        found = self.path != "/missing"
        body = b"{WORDS}\\n" if found else b""
        self.send_response(200 if found else 404)
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)
    def log_message(self, *_):
        pass
class Datagrams(socketserver.BaseRequestHandler):
    def handle(self):
        self.request[1].sendto(b"{WORDS}", self.client_address)
socketserver.ThreadingTCPServer.allow_reuse_address = True
socketserver.ThreadingTCPServer.daemon_threads = True
address = sys.argv[1]
for serve in (socketserver.ThreadingTCPServer((address, 8081), Page),
              socketserver.ThreadingUDPServer((address, 53), Datagrams)):
    threading.Thread(target=serve.serve_forever, daemon=True).start()
socketserver.ThreadingTCPServer((address, 80), Page).serve_forever()
END
exec setsid python3 /root/serve.py 0.0.0.0
"""

UDP = """
import socket, sys
s = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
s.settimeout(1)
s.sendto(b"who?", (sys.argv[1], 53))
print(s.recv(100).decode())
"""


class Working(Tutorial):
    """build_all() makes it; fine() says whether the tutorial's curl works."""

    def __init__(self, postern: Postern):
        super().__init__(postern)
        self.private_name = f"api.w{time.monotonic_ns()}.example"
        self.b_dns = self.b.account.client("route53")
        self.a_dns = self.a.account.client("route53")

    # ---- making it

    def start_server(self, user_data: str = SERVER) -> None:
        self.server_group = self.b.group("web")
        # An address that nothing has in the client's VPC, which is 10.0.0.0/16 too.
        self.server = self.b.run(self.server_group, user_data=user_data, address="10.0.1.200")
        self.spare = self.b.run(self.server_group, self.b.subnet_c, user_data)

    def build_all(self) -> "Working":
        self.neighbour_group = self.a.group("neighbour")
        self.neighbour = self.a.run(self.neighbour_group, self.a.subnet_c, SERVER)
        self.build()
        self.server_address = self.address_of(self.b, self.server)
        self.b.elbv2.modify_load_balancer_attributes(
            LoadBalancerArn=self.nlb,
            Attributes=[{"Key": "load_balancing.cross_zone.enabled", "Value": "true"}])
        self.a.ec2.authorize_security_group_ingress(GroupId=self.neighbour_group,
                                                    IpPermissions=tcp(80, group=self.client_group))
        self.udp_targets = self.b.elbv2.create_target_group(
            Name="udp", Protocol="UDP", Port=53, VpcId=self.b.vpc, TargetType="instance",
            HealthCheckProtocol="TCP", HealthCheckPort="80")["TargetGroups"][0]["TargetGroupArn"]
        self.b.elbv2.register_targets(TargetGroupArn=self.udp_targets, Targets=[{"Id": self.server}])
        self.make_second_nlb()
        self.make_private_dns()
        self.make_zone_of_a()
        self.rules = {group: self.rules_of(side, group) for side, group in self.groups()}
        return self

    def make_second_nlb(self) -> None:
        """Which no service has yet."""
        targets = self.b.elbv2.create_target_group(
            Name="second", Protocol="TCP", Port=80, VpcId=self.b.vpc,
            TargetType="instance")["TargetGroups"][0]["TargetGroupArn"]
        self.b.elbv2.register_targets(TargetGroupArn=targets, Targets=[{"Id": self.server}])
        self.second_nlb = self.b.elbv2.create_load_balancer(
            Name="second", Type="network", Scheme="internal",
            Subnets=[self.b.subnet_a, self.b.subnet_c],
            SecurityGroups=[self.nlb_group])["LoadBalancers"][0]["LoadBalancerArn"]
        self.b.elbv2.modify_load_balancer_attributes(
            LoadBalancerArn=self.second_nlb,
            Attributes=[{"Key": "load_balancing.cross_zone.enabled", "Value": "true"}])
        self.b.elbv2.create_listener(
            LoadBalancerArn=self.second_nlb, Protocol="TCP", Port=80,
            DefaultActions=[{"Type": "forward", "TargetGroupArn": targets}])
        wait_for("the NLB is active", lambda: self.b.elbv2.describe_load_balancers(
            LoadBalancerArns=[self.second_nlb])["LoadBalancers"][0]["State"]["Code"] == "active")

    def make_private_dns(self) -> None:
        self.a.ec2.modify_vpc_attribute(VpcId=self.a.vpc, EnableDnsHostnames={"Value": True})
        self.public_zone = self.b_dns.create_hosted_zone(
            Name=self.private_name.split(".", 1)[1],
            CallerReference=self.private_name)["HostedZone"]["Id"]
        self.b.ec2.modify_vpc_endpoint_service_configuration(ServiceId=self.service,
                                                             PrivateDnsName=self.private_name)
        self.prove_domain("UPSERT")
        self.b.ec2.start_vpc_endpoint_service_private_dns_verification(ServiceId=self.service)
        self.set_private_dns(True)

    def prove_domain(self, action: str) -> None:
        told = self.b.ec2.describe_vpc_endpoint_service_configurations(ServiceIds=[self.service])[
            "ServiceConfigurations"][0]["PrivateDnsNameConfiguration"]
        self.b_dns.change_resource_record_sets(
            HostedZoneId=self.public_zone, ChangeBatch={"Changes": [{
                "Action": action, "ResourceRecordSet": {
                    "Name": f"{told['Name']}.{self.private_name}", "Type": "TXT", "TTL": 60,
                    "ResourceRecords": [{"Value": f'"{told["Value"]}"'}]}}]})

    def set_private_dns(self, on: bool) -> None:
        self.a.ec2.modify_vpc_endpoint(VpcEndpointId=self.endpoint, PrivateDnsEnabled=on)
        wait_for("the endpoint is available", lambda: self.endpoint_state() == "available")

    def make_zone_of_a(self) -> None:
        """app.corp.internal is the endpoint."""
        self.other_vpc = self.a.ec2.create_vpc(CidrBlock="10.7.0.0/16")["Vpc"]["VpcId"]
        vpc = {"VPCRegion": REGION, "VPCId": self.other_vpc}
        self.zone = self.a_dns.create_hosted_zone(
            Name="corp.internal", CallerReference=f"corp {self.private_name}",
            VPC=vpc)["HostedZone"]["Id"]
        self.a_dns.associate_vpc_with_hosted_zone(
            HostedZoneId=self.zone, VPC={"VPCRegion": REGION, "VPCId": self.a.vpc})
        self.point_app_at(self.endpoint_names()[0])

    def point_app_at(self, name: str) -> None:
        self.a_dns.change_resource_record_sets(HostedZoneId=self.zone, ChangeBatch={"Changes": [{
            "Action": "UPSERT", "ResourceRecordSet": {
                "Name": "app.corp.internal", "Type": "CNAME", "TTL": 1,
                "ResourceRecords": [{"Value": name}]}}]})

    # ---- looking

    def address_of(self, side, instance: str) -> str:
        answer = side.ec2.describe_instances(InstanceIds=[instance])
        return answer["Reservations"][0]["Instances"][0]["PrivateIpAddress"]

    def zone_id(self, side, subnet: str) -> str:
        answer = side.ec2.describe_subnets(SubnetIds=[subnet])
        return answer["Subnets"][0]["AvailabilityZoneId"]

    def endpoint_address_in(self, zone_id: str) -> str:
        """Of the endpoint's interface in the place of that id."""
        zone = "a" if self.zone_id(self.a, self.a.subnet_a) == zone_id else "c"
        return self.endpoint_address(zone)

    def says_words(self, url: str, seconds: float = 1) -> bool:
        run = self.postern.exec(self.client, "curl", "-sS", "--max-time", str(seconds * PATIENCE),
                                url, check=False)
        return run.returncode == 0 and run.stdout.strip() == WORDS

    def says_words_by_udp(self, address: str) -> bool:
        run = self.postern.exec(self.client, "python3", "-c", UDP, address, check=False)
        return run.returncode == 0 and run.stdout.strip() == WORDS

    def fine(self) -> bool:
        return self.says_words(f"http://{self.endpoint_names()[0]}/")

    # ---- explaining

    def explain(self, to: str, *options: str) -> tuple[int, dict]:
        run = self.postern.cli("explain", self.client, to, "--json", *options, check=False)
        assert run.stdout, run.stderr
        return run.returncode, json.loads(run.stdout)

    def type(self, fix: dict) -> None:
        """The command as it is, with the credentials of the account that it says."""
        side = next((s for s in (self.a, self.b) if s.account.id == fix["account"]), None)
        run = type_command(self.postern, side and side.account, fix["command"])
        assert run.returncode == 0, f"{fix['command']}\n{run.stderr}"

    # ---- changing

    def groups(self) -> list:
        return [(self.a, self.client_group), (self.a, self.endpoint_group),
                (self.a, self.neighbour_group), (self.b, self.nlb_group), (self.b, self.server_group)]

    def rules_of(self, side, group: str) -> dict:
        found = side.ec2.describe_security_groups(GroupIds=[group])["SecurityGroups"][0]
        return {egress: found["IpPermissionsEgress" if egress else "IpPermissions"]
                for egress in (False, True)}

    def rules_as_before(self) -> None:
        """explain's commands admit as little as they can: the next case starts from the same rules."""
        for side, group in self.groups():
            now = self.rules_of(side, group)
            for egress, rules in self.rules[group].items():
                if rules == now[egress]:
                    continue
                self.revoke(side, group, egress)
                change = (side.ec2.authorize_security_group_egress if egress
                          else side.ec2.authorize_security_group_ingress)
                if rules:
                    change(GroupId=group, IpPermissions=rules)

    def revoke(self, side, group: str, egress: bool = False) -> None:
        """All rules of a group in one direction."""
        found = side.ec2.describe_security_groups(GroupIds=[group])["SecurityGroups"][0]
        rules = found["IpPermissionsEgress" if egress else "IpPermissions"]
        if rules:
            change = (side.ec2.revoke_security_group_egress if egress
                      else side.ec2.revoke_security_group_ingress)
            change(GroupId=group, IpPermissions=rules)

    def serve(self, address: str = "0.0.0.0", instance: str = "") -> None:
        """Starts the server's program anew; "" as address: only ends it."""
        on = instance or self.server
        self.postern.exec(on, "pkill", "-f", "/root/serve.py", check=False)
        if address:
            self.postern.exec(on, "sh", "-c",
                              f"setsid python3 /root/serve.py {address} > /dev/null 2>&1 &")
            wait_for("it listens", lambda: self.postern.exec(
                on, "curl", "-s", "-o", "/dev/null", "http://127.0.0.1/", check=False).returncode == 0)

    def register(self, *targets: dict) -> None:
        self.b.elbv2.register_targets(TargetGroupArn=self.target_group, Targets=list(targets))

    def deregister(self, *targets: dict) -> None:
        self.b.elbv2.deregister_targets(TargetGroupArn=self.target_group, Targets=list(targets))

    def wait_available(self, endpoint: str) -> None:
        wait_for("the endpoint is available", lambda: self.a.ec2.describe_vpc_endpoints(
            VpcEndpointIds=[endpoint])["VpcEndpoints"][0]["State"] == "available")
