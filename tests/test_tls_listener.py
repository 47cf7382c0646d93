# SPDX-License-Identifier: Apache-2.0
"""TLS listeners with real handshakes, from the NLB's own VPC and through another account's endpoint.
[NLB guide, "TLS listeners for your Network Load Balancer"]
"""
import json
import os
import pathlib
import signal
import subprocess
import time

import pytest

from support.aws import run_aws
from support.certificates import Certificate
from support.listening import Reading
from support.postern import PATIENCE, Postern
from support.tutorial import WORDS, Tutorial, tcp, wait_for

NAME, OTHER_NAME = "one.example.com", "two.example.com"

# Says what it was told of the client and sends back what it gets, after the PROXY protocol's header.
PROXIED = """
import json, socketserver, struct
class Handler(socketserver.StreamRequestHandler):
    def handle(self):
        start = self.rfile.read(16)
        if start[:12] != bytes.fromhex("0d0a0d0a000d0a515549540a"):
            return
        rest = self.rfile.read(struct.unpack(">H", start[14:])[0])
        said = {"source": ".".join(map(str, rest[:4])), "destination": ".".join(map(str, rest[4:8])),
                "ports": struct.unpack(">HH", rest[8:12]), "peer": self.client_address[0]}
        self.wfile.write(json.dumps(said).encode() + b"\\n")
class Server(socketserver.ThreadingTCPServer):
    allow_reuse_address = True
    daemon_threads = True
Server(("", 81), Handler).serve_forever()
"""

# A line each tenth of a second, over TLS; ends when the connection does.
READER = """
import socket, ssl, sys
context = ssl.create_default_context(cadata=open("/root/ca.pem").read())
context.check_hostname = False
s = context.wrap_socket(socket.create_connection((sys.argv[1], int(sys.argv[2])), 10))
s.settimeout(60)
while data := s.recv(4096):
    sys.stdout.write(data.decode())
    sys.stdout.flush()
"""

TICKER = """
import socketserver, time
class Tick(socketserver.BaseRequestHandler):
    def handle(self):
        while True:
            self.request.sendall(b"tick\\n")
            time.sleep(0.1)
class Server(socketserver.ThreadingTCPServer):
    allow_reuse_address = True
    daemon_threads = True
Server(("", 82), Tick).serve_forever()
"""

SERVER = f"""#!/bin/sh
mkdir -p /var/www/html
echo '{WORDS}' > /var/www/html/index.html
cat > /root/proxied.py <<'END'
{PROXIED}
END
cat > /root/ticker.py <<'END'
{TICKER}
END
setsid python3 /root/proxied.py &
setsid python3 /root/ticker.py &
cd /var/www/html && exec setsid python3 -m http.server 80
"""


class World(Tutorial):
    """The tutorial's, with a client of B's own and a TLS listener at 443."""

    def __init__(self, postern: Postern, folder: pathlib.Path):
        super().__init__(postern)
        self.one = Certificate(folder, NAME)
        self.two = Certificate(folder, OTHER_NAME)
        self.acm = self.b.account.client("acm")
        self.ports = iter(range(444, 1000))

    def build_tls(self) -> "World":
        self.start_client()
        self.start_server(SERVER)
        self.wait_for_server()
        self.local_group = self.b.group("local")
        self.local = self.b.run(self.local_group, self.b.subnet_c)
        self.make_nlb(**{"load_balancing.cross_zone.enabled": "true"})
        self.b.ec2.authorize_security_group_ingress(
            GroupId=self.nlb_group, IpPermissions=[{
                "IpProtocol": "tcp", "FromPort": 443, "ToPort": 1000,
                "IpRanges": [{"CidrIp": "10.0.0.0/16"}]}])
        self.b.ec2.authorize_security_group_ingress(
            GroupId=self.server_group, IpPermissions=[{
                "IpProtocol": "tcp", "FromPort": 80, "ToPort": 82,
                "UserIdGroupPairs": [{"GroupId": self.nlb_group}]}])
        self.arn = self.one.import_into(self.acm)
        self.arn_of_two = self.two.import_into(self.acm)
        self.tls = self.listen(self.target_group, 443)[0]
        self.make_service()
        self.allow_principal()
        self.make_endpoint()
        self.a.ec2.authorize_security_group_ingress(
            GroupId=self.endpoint_group, IpPermissions=[{
                "IpProtocol": "tcp", "FromPort": 443, "ToPort": 1000,
                "IpRanges": [{"CidrIp": "10.0.0.0/16"}]}])
        self.accept()
        self.wait_for_target("healthy")
        for instance in (self.client, self.local):
            self.postern.exec(instance, "sh", "-c",
                              f"cat > /root/ca.pem <<'END'\n{self.one.pem}{self.two.pem}\nEND")
        return self

    def listen(self, group: str, port: int = 0, **more) -> tuple[str, int]:
        """A TLS listener with the first certificate: its ARN and port."""
        port = port or next(self.ports)
        made = self.b.elbv2.create_listener(
            LoadBalancerArn=self.nlb, Protocol="TLS", Port=port,
            **{"Certificates": [{"CertificateArn": self.arn}]} | more,
            DefaultActions=[{"Type": "forward", "TargetGroupArn": group}])
        return made["Listeners"][0]["ListenerArn"], port

    def group_at(self, port: int, protocol: str = "TCP", **attributes: str) -> str:
        """Another target group with the server at a port of its own."""
        arn = self.b.elbv2.create_target_group(
            Name=f"{protocol.lower()}-{port}-{time.monotonic_ns() % 10**8}", Protocol=protocol,
            Port=port, VpcId=self.b.vpc, TargetType="instance",
            HealthCheckPort="80")["TargetGroups"][0]["TargetGroupArn"]
        self.b.elbv2.register_targets(TargetGroupArn=arn, Targets=[{"Id": self.server}])
        if attributes:
            self.b.elbv2.modify_target_group_attributes(
                TargetGroupArn=arn,
                Attributes=[{"Key": key, "Value": value} for key, value in attributes.items()])
        return arn

    def node_address(self, zone: str = "a") -> str:
        found = self.b.ec2.describe_network_interfaces(Filters=[
            {"Name": "interface-type", "Values": ["network_load_balancer"]}])["NetworkInterfaces"]
        return next(each["PrivateIpAddress"] for each in found
                    if each["AvailabilityZone"].endswith(zone))

    def fetch(self, where: str, address: str, port: int = 443, name: str = NAME, *options: str):
        """curl of https://name/ on an instance: (exit status, what it printed)."""
        run = self.postern.exec(
            where, "curl", "-sS", "--max-time", str(4 * PATIENCE), "--cacert", "/root/ca.pem",
            "--resolve", f"{name}:{port}:{address}", *options, f"https://{name}:{port}/",
            check=False)
        return run.returncode, (run.stdout + run.stderr).strip()

    def s_client(self, where: str, address: str, port: int, *options: str) -> str:
        run = self.postern.exec(
            where, "sh", "-c",
            f"echo | timeout {5 * PATIENCE} openssl s_client -connect {address}:{port} "
            + " ".join(options) + " 2>&1", check=False)
        return run.stdout


@pytest.fixture(scope="module")
def world(postern, tmp_path_factory):
    return World(postern, tmp_path_factory.mktemp("certificates")).build_tls()


def test_a_client_of_the_load_balancers_own_vpc(world):
    assert world.fetch(world.local, world.node_address("a")) == (0, WORDS)
    assert world.fetch(world.local, world.node_address("c")) == (0, WORDS)


def test_a_client_behind_another_accounts_endpoint(world):
    assert world.fetch(world.client, world.endpoint_address("a")) == (0, WORDS)
    assert world.fetch(world.client, world.endpoint_address("c")) == (0, WORDS)


def test_clients_of_ipv6(world):
    """The relay is at the node's IPv4 address: their connections come there from the other family."""
    a, b = world.a, world.b
    a.give_ipv6()
    b.give_ipv6()
    for side, group in ((a, world.endpoint_group), (b, world.nlb_group)):
        side.ec2.authorize_security_group_ingress(GroupId=group, IpPermissions=[{
            "IpProtocol": "tcp", "FromPort": 443, "ToPort": 443, "Ipv6Ranges": [{"CidrIpv6": "::/0"}]}])
    b.elbv2.set_ip_address_type(LoadBalancerArn=world.nlb, IpAddressType="dualstack")
    b.ec2.modify_vpc_endpoint_service_configuration(ServiceId=world.service,
                                                    AddSupportedIpAddressTypes=["ipv6"])
    a.ec2.modify_vpc_endpoint(VpcEndpointId=world.endpoint, IpAddressType="dualstack")
    for side, instance in ((a, world.client), (b, world.local)):
        found = side.ec2.describe_instances(InstanceIds=[instance])["Reservations"][0]["Instances"][0]
        side.ec2.assign_ipv6_addresses(
            NetworkInterfaceId=found["NetworkInterfaces"][0]["NetworkInterfaceId"],
            Ipv6AddressCount=1)

    def there(side, kind: str) -> str:
        found = side.ec2.describe_network_interfaces(
            Filters=[{"Name": "interface-type", "Values": [kind]}])["NetworkInterfaces"]
        return f"[{found[0]['Ipv6Addresses'][0]['Ipv6Address']}]"
    wait_for("its own VPC", lambda: world.fetch(
        world.local, there(b, "network_load_balancer")) == (0, WORDS))
    wait_for("through the endpoint", lambda: world.fetch(
        world.client, there(a, "vpc_endpoint")) == (0, WORDS))


def test_who_asks_for_another_name_is_shown_the_default_certificate(world):
    status, words = world.fetch(world.client, world.endpoint_address(), name="three.example.com")
    assert status == 60, words  # its name is not in it


def test_the_aws_cli_imports_and_describes(world):
    run = run_aws(world.b.account, "acm", "import-certificate", "--certificate",
                  f"fileb://{world.two.file}", "--private-key", f"fileb://{world.two.key}")
    assert run.returncode == 0, run.stderr
    arn = world.acm.list_certificates()["CertificateSummaryList"]
    assert {each["DomainName"] for each in arn} >= {NAME, OTHER_NAME}
    described = world.acm.describe_certificate(CertificateArn=world.arn)["Certificate"]
    assert described["InUseBy"] == [world.nlb]
    assert described["NotAfter"].timestamp() > time.time()
    with pytest.raises(world.acm.exceptions.ResourceInUseException):
        world.acm.delete_certificate(CertificateArn=world.arn)


def test_clients_get_the_certificate_of_the_name_that_they_ask_for(world):
    listener, port = world.listen(world.target_group)
    there = world.endpoint_address()
    assert world.fetch(world.client, there, port, OTHER_NAME)[0] == 60
    world.b.elbv2.add_listener_certificates(
        ListenerArn=listener, Certificates=[{"CertificateArn": world.arn_of_two}])
    assert world.fetch(world.client, there, port, OTHER_NAME) == (0, WORDS)
    assert world.fetch(world.client, there, port, NAME) == (0, WORDS)
    world.b.elbv2.remove_listener_certificates(
        ListenerArn=listener, Certificates=[{"CertificateArn": world.arn_of_two}])
    assert world.fetch(world.client, there, port, OTHER_NAME)[0] == 60
    world.b.elbv2.delete_listener(ListenerArn=listener)


def test_a_security_policy_refuses_older_protocols(world):
    listener, port = world.listen(world.target_group,
                                  SslPolicy="ELBSecurityPolicy-TLS13-1-2-2021-06")
    node = world.node_address()
    old = ["--tls-max", "1.1", "--ciphers", "DEFAULT:@SECLEVEL=0"]
    assert world.fetch(world.local, node, port, NAME, *old)[0] == 35
    assert world.fetch(world.local, node, 443, NAME, *old) == (0, WORDS)  # 2016-08 takes it
    assert world.fetch(world.local, node, port, NAME, "--tlsv1.3") == (0, WORDS)
    assert world.fetch(world.local, node, 443, NAME, "--tlsv1.3")[0] == 35
    cipher = ["--tls-max", "1.2", "--ciphers", "AES256-SHA"]
    assert world.fetch(world.local, node, port, NAME, *cipher)[0] == 35
    assert world.fetch(world.local, node, 443, NAME, *cipher) == (0, WORDS)
    world.b.elbv2.delete_listener(ListenerArn=listener)


@pytest.mark.parametrize("policy,offered,agreed", [
    ("HTTP2Preferred", "http/1.1,h2", "h2"), ("HTTP2Optional", "h2,http/1.1", "http/1.1"),
    ("HTTP1Only", "h2,http/1.1", "http/1.1"), ("HTTP2Only", "http/1.1,h2", "h2"),
    ("HTTP2Only", "http/1.1", None), ("None", "h2,http/1.1", None)])
def test_alpn(world, policy, offered, agreed):
    listener, port = world.listen(world.target_group, AlpnPolicy=[policy])
    said = world.s_client(world.local, world.node_address(), port, "-alpn", offered)
    assert (f"ALPN protocol: {agreed}" if agreed else "No ALPN negotiated") in said, said
    world.b.elbv2.delete_listener(ListenerArn=listener)


def test_targets_may_want_tls_too(world):
    """Their certificate is not looked at. [NLB guide, "Target groups for your Network Load Balancers"]"""
    world.postern.exec(world.server, "sh", "-c", """
cd /root && openssl req -x509 -newkey rsa:2048 -nodes -days 1 -subj /CN=nobody -keyout k.pem \
    -out c.pem 2>/dev/null
cat > tls.py <<'END'
import http.server, ssl
class Page(http.server.BaseHTTPRequestHandler):
    def do_GET(self):
        self.send_response(200)
        self.send_header("Content-Length", "6")
        self.end_headers()
        self.wfile.write(b"inner\\n")
server = http.server.ThreadingHTTPServer(("", 83), Page)
tls = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
tls.load_cert_chain("c.pem", "k.pem")
server.socket = tls.wrap_socket(server.socket, server_side=True)
server.serve_forever()
END
setsid python3 tls.py > /dev/null 2>&1 &""")
    world.b.ec2.authorize_security_group_ingress(
        GroupId=world.server_group, IpPermissions=tcp(83, group=world.nlb_group))
    listener, port = world.listen(world.group_at(83, "TLS"))
    wait_for("the inner TLS answers", lambda: world.fetch(
        world.client, world.endpoint_address(), port) == (0, "inner"))
    world.b.elbv2.delete_listener(ListenerArn=listener)


def test_targets_are_told_the_client_by_the_proxy_protocol(world):
    group = world.group_at(81, **{"proxy_protocol_v2.enabled": "true"})
    listener, port = world.listen(group)
    address = world.a.ec2.describe_instances(InstanceIds=[world.client])[
        "Reservations"][0]["Instances"][0]["PrivateIpAddress"]
    said = wait_for("the target answers", lambda: next(
        (json.loads(line) for line in world.s_client(
            world.client, world.endpoint_address(), port, "-quiet", "-no_ign_eof").splitlines()
         if line.startswith("{")), None))
    assert said["source"] == address
    assert said["destination"] == world.endpoint_address()
    assert said["ports"][1] == port
    assert said["peer"] in [world.node_address("a"), world.node_address("c")]
    world.b.elbv2.delete_listener(ListenerArn=listener)


def test_security_groups_hold_on_both_sides_of_the_relay(world):
    def drops(act):
        return world.drops_during(act)

    node = world.node_address()
    rule = [{"IpProtocol": "tcp", "FromPort": 443, "ToPort": 1000,
             "IpRanges": [{"CidrIp": "10.0.0.0/16"}]}]
    world.b.ec2.revoke_security_group_ingress(GroupId=world.nlb_group, IpPermissions=rule)
    assert drops(lambda: world.fetch(world.local, node)).get("BalancerIngressDenied", 0) >= 1
    world.b.ec2.authorize_security_group_ingress(GroupId=world.nlb_group, IpPermissions=rule)

    egress = [{"IpProtocol": "-1", "IpRanges": [{"CidrIp": "0.0.0.0/0"}]}]
    world.b.ec2.revoke_security_group_egress(GroupId=world.nlb_group, IpPermissions=egress)
    assert drops(lambda: world.fetch(world.local, node)).get("BalancerEgressDenied", 0) >= 1
    world.b.ec2.authorize_security_group_egress(GroupId=world.nlb_group, IpPermissions=egress)
    wait_for("it works again", lambda: world.fetch(world.local, node) == (0, WORDS))


def test_a_rejected_endpoint_cuts_what_is_open(world):
    reader = Reader(world, world.client, world.endpoint_address())
    try:
        assert reader.flows()
        world.reject()
        assert reader.falls_silent()
    finally:
        reader.close()
        world.accept()
    wait_for("it works again", lambda: world.fetch(world.client, world.endpoint_address()) == (0, WORDS))


class Reader(Reading):
    """One that reads over TLS from the ticker, by a listener of its own."""

    def __init__(self, world: World, instance: str, address: str):
        if not hasattr(world, "ticking"):
            world.ticking = world.listen(world.group_at(82))[1]
        super().__init__(world.postern, instance, READER, address, str(world.ticking))
        wait_for("the first line", lambda: self.lines() >= 1)


def test_a_new_certificate_and_a_killed_daemon_keep_connections_alive(tmp_path):
    with Postern(tmp_path) as postern:
        world = World(postern, tmp_path).build_tls()
        node = world.node_address()
        readers = [Reader(world, world.client, world.endpoint_address()),
                   Reader(world, world.local, node)]
        assert all(reader.flows() for reader in readers)

        newer = Certificate(tmp_path, NAME)
        newer.import_into(world.acm, CertificateArn=world.arn)
        assert world.fetch(world.local, node)[0] == 60  # signed by itself, anew
        world.postern.exec(world.local, "sh", "-c",
                           f"cat > /root/ca.pem <<'END'\n{newer.pem}\nEND")
        assert world.fetch(world.local, node) == (0, WORDS)
        assert all(reader.flows() for reader in readers)

        postern.stop(signal.SIGKILL)
        assert all(reader.flows() for reader in readers)
        postern.start()
        assert all(reader.flows() for reader in readers)
        world.b.elbv2.modify_listener(ListenerArn=world.tls,
                                      SslPolicy="ELBSecurityPolicy-TLS13-1-3-2021-06")
        assert world.fetch(world.local, node, 443, NAME, "--tls-max", "1.2")[0] == 35
        assert all(reader.flows() for reader in readers)
        for reader in readers:
            reader.close()

        relay = relays_of(postern)
        assert len(relay) == 1
        os.kill(relay[0], signal.SIGKILL)
        wait_for("the relay is back", lambda: relays_of(postern) not in ([], relay))
        wait_for("it serves", lambda: world.fetch(world.local, node) == (0, WORDS))
    wait_for("no relay is left", lambda: relays_of(postern) == [])


def relays_of(postern: Postern) -> list[int]:
    """The master processes."""
    run = subprocess.run(["pgrep", "-f", f"haproxy.*-W -D -S {postern.data}/run/tls/"],
                         capture_output=True, text=True)
    found = [int(pid) for pid in run.stdout.split()]
    return [pid for pid in found if parent_of(pid) not in found]


def parent_of(pid: int) -> int:
    try:
        return int(pathlib.Path(f"/proc/{pid}/stat").read_text().rsplit(")", 1)[1].split()[1])
    except OSError:
        return 0
