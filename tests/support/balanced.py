# SPDX-License-Identifier: Apache-2.0
"""A VPC with an NLB in two zones, servers behind it, and a client that a test tells what to do."""
import json
import os
import subprocess
import time
import urllib.parse
import urllib.request

from botocore.auth import SigV4Auth
from botocore.awsrequest import AWSRequest
from botocore.credentials import Credentials

from support.postern import BIN, REGION, Postern
from support.tutorial import Side, tcp, wait_for

# Says its name to whoever connects, and sends back what it gets: by TCP at 80 and 81, by UDP at 53.
# 8080 is for health checks by TCP, 8443 for those by HTTPS; /run/sick closes both.
SERVER = """#!/bin/sh
openssl req -x509 -newkey rsa:2048 -nodes -days 1 -subj /CN=nobody \
    -keyout /root/key.pem -out /root/certificate.pem 2>/dev/null
cat > /root/server.py <<'END'
import os, socket, socketserver, ssl, threading, time
NAME = "NAME_OF_SERVER\\n".encode()
class Lines(socketserver.BaseRequestHandler):
    def handle(self):
        self.request.sendall(NAME)
        while data := self.request.recv(4096):
            self.request.sendall(data)
class Datagrams(socketserver.BaseRequestHandler):
    def handle(self):
        self.request[1].sendto(NAME, self.client_address)
class Tcp(socketserver.ThreadingTCPServer):
    allow_reuse_address = True
    daemon_threads = True
    request_queue_size = 100
    def handle_error(self, request, client_address):
        pass
def health(port, wrap):
    while True:
        while os.path.exists("/run/sick"):
            time.sleep(0.02)
        listening = socket.create_server(("", port), backlog=100)
        listening.settimeout(0.02)
        while not os.path.exists("/run/sick"):
            try:
                peer, _ = listening.accept()
                peer.settimeout(1)
                wrap(peer)
            except OSError:
                pass
        listening.close()
def https(peer):
    tls = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    tls.load_cert_chain("/root/certificate.pem", "/root/key.pem")
    with tls.wrap_socket(peer, server_side=True) as stream:
        stream.recv(4096)
        stream.sendall(b"HTTP/1.1 200 OK\\r\\nContent-Length: 0\\r\\n\\r\\n")
open("/run/server.pid", "w").write(str(os.getpid()))
for serve in (Tcp(("", 80), Lines).serve_forever, Tcp(("", 81), Lines).serve_forever,
              socketserver.ThreadingUDPServer(("", 53), Datagrams).serve_forever,
              lambda: health(8080, lambda peer: peer.close())):
    threading.Thread(target=serve, daemon=True).start()
health(8443, https)
END
exec setsid python3 /root/server.py
"""

# Does what it reads, a JSON object a line, and says what came of it.
CLIENT = """
import json, socket, sys, time
open_ones = {}
def tcp_open(name, address, port, source=0):
    s = socket.socket()
    s.settimeout(2)
    if source:
        s.bind(("", source))
    s.connect((address, port))
    server = s.recv(100).decode().strip()
    open_ones[name] = s
    return server
def source_of(name):
    return open_ones[name].getsockname()[1]
def echo(name):
    s = open_ones[name]
    s.sendall(b"ping")
    return s.recv(100).decode()
def close(name):
    open_ones.pop(name).close()
    return "closed"
def close_all():
    while open_ones:
        open_ones.popitem()[1].close()
    return "closed"
def ask(address, port):
    s = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
    s.settimeout(2)
    s.sendto(b"who?", (address, port))
    return s.recv(100).decode().strip()
def hammer(address, port, seconds):
    # Connections one after the other: when each began, and who answered.
    end = time.time() + seconds
    seen = []
    while time.time() < end:
        begun = time.time()
        try:
            with socket.create_connection((address, port), 2) as s:
                seen.append((begun, s.recv(100).decode().strip()))
        except OSError as error:
            seen.append((begun, type(error).__name__))
        time.sleep(0.005)
    return seen
for line in sys.stdin:
    request = json.loads(line)
    try:
        result = globals()[request.pop("do")](**request)
    except OSError as error:
        result = type(error).__name__
    print(json.dumps(result), flush=True)
"""


class Client:
    """The program on the client's instance. Errors come back by their names in Python."""

    def __init__(self, postern: Postern, instance: str):
        self.process = subprocess.Popen(
            [BIN / "postern", "exec", instance, "--", "python3", "-u", "-c", CLIENT],
            env=os.environ | {"POSTERN_DATA": str(postern.data)},
            stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)
        self.names = 0

    def begin(self, do: str, **arguments) -> None:
        self.process.stdin.write(json.dumps({"do": do} | arguments) + "\n")
        self.process.stdin.flush()

    def result(self):
        return json.loads(self.process.stdout.readline())

    def do(self, do: str, **arguments):
        self.begin(do, **arguments)
        return self.result()

    def open(self, address: str, port: int, source: int = 0) -> tuple[str, str]:
        """A new connection, from a source port if one is given: its name, and the server that it
        reached."""
        self.names += 1
        name = f"c{self.names}"
        return name, self.do("tcp_open", name=name, address=address, port=port,
                             source=source)

    def servers(self, address: str, port: int, connections: int = 30) -> set[str]:
        """Who answers new connections, which are closed again."""
        seen = set()
        for _ in range(connections):
            name, server = self.open(address, port)
            seen.add(server)
            if not server.endswith(("Error", "timeout")):
                self.do("close", name=name)
        return seen

    def close(self) -> None:
        self.process.stdin.close()
        self.process.wait(timeout=10)


class Balanced:
    """Servers a1 and a2 in zone a and c1 in zone c, a client in zone a, and an NLB over both."""

    def __init__(self, postern: Postern):
        self.postern = postern
        self.side = Side(postern, f"nlb-{time.monotonic_ns()}")
        self.ec2, self.elbv2 = self.side.ec2, self.side.elbv2
        group = self.side.group("all")
        self.ec2.authorize_security_group_ingress(GroupId=group, IpPermissions=[
            {"IpProtocol": "-1", "IpRanges": [{"CidrIp": "10.0.0.0/16"}]}])
        self.servers = {name: self.side.run(group, subnet, SERVER.replace("NAME_OF_SERVER", name))
                        for name, subnet in (("a1", self.side.subnet_a), ("a2", self.side.subnet_a),
                                             ("c1", self.side.subnet_c))}
        self.client_instance = self.side.run(group, self.side.subnet_a)
        self.client = Client(postern, self.client_instance)
        made = self.elbv2.create_load_balancer(
            Name="balanced", Type="network", Scheme="internal",
            Subnets=[self.side.subnet_a, self.side.subnet_c])["LoadBalancers"][0]
        self.nlb, self.name = made["LoadBalancerArn"], made["DNSName"]
        self.ports = iter(range(1000, 2000))
        self.groups = iter(range(1000))

    def close(self) -> None:
        self.client.close()

    def node(self, zone: str = "a") -> str:
        """The address of the NLB's node in the zone."""
        found = self.ec2.describe_network_interfaces(Filters=[
            {"Name": "description", "Values": ["ELB " + self.nlb.split(":loadbalancer/")[1]]},
            {"Name": "availability-zone", "Values": [REGION + zone]}])
        return found["NetworkInterfaces"][0]["PrivateIpAddress"]

    def group(self, *targets: str, attributes: dict | None = None, **settings) -> str:
        """A target group of servers by name, or of addresses, that is checked every five seconds."""
        arn = self.elbv2.create_target_group(**({
            "Name": f"g{next(self.groups)}", "Protocol": "TCP", "Port": 80,
            "VpcId": self.side.vpc, "HealthCheckPort": "8080", "HealthCheckIntervalSeconds": 5,
            "HealthCheckTimeoutSeconds": 2, "HealthyThresholdCount": 2,
            "UnhealthyThresholdCount": 2} | settings))["TargetGroups"][0]["TargetGroupArn"]
        if attributes:
            self.set_group(arn, **attributes)
        self.register(arn, *targets)
        return arn

    def set_group(self, arn: str, **attributes: str) -> None:
        """Attributes by their keys, with __ for the dots."""
        self.elbv2.modify_target_group_attributes(TargetGroupArn=arn, Attributes=[
            {"Key": key.replace("__", "."), "Value": value} for key, value in attributes.items()])

    def set_nlb(self, **attributes: str) -> None:
        self.elbv2.modify_load_balancer_attributes(LoadBalancerArn=self.nlb, Attributes=[
            {"Key": key.replace("__", "."), "Value": value} for key, value in attributes.items()])

    def targets(self, *names: str) -> list:
        return [{"Id": self.servers.get(name, name)} for name in names]

    def register(self, group: str, *names: str) -> None:
        if names:
            self.elbv2.register_targets(TargetGroupArn=group, Targets=self.targets(*names))

    def deregister(self, group: str, *names: str) -> None:
        self.elbv2.deregister_targets(TargetGroupArn=group, Targets=self.targets(*names))

    def listen(self, group: str, protocol: str = "TCP") -> int:
        """A listener of its own for the group: its port."""
        port = next(self.ports)
        self.listener = self.elbv2.create_listener(
            LoadBalancerArn=self.nlb, Protocol=protocol, Port=port,
            DefaultActions=[{"Type": "forward", "TargetGroupArn": group}],
        )["Listeners"][0]["ListenerArn"]
        return port

    def call(self, action: str, **parameters: str) -> str:
        """An action that older clients do not know, by its form: the answer's XML. Keys with __ for
        the dots."""
        form = {"Action": action, "Version": "2015-12-01"} | {
            key.replace("__", "."): value for key, value in parameters.items()}
        account = self.side.account
        request = AWSRequest("POST", self.postern.endpoint + "/", data=urllib.parse.urlencode(form),
                             headers={"Content-Type": "application/x-www-form-urlencoded"})
        SigV4Auth(Credentials(account.access_key_id, account.secret_access_key),
                  "elasticloadbalancing", REGION).add_auth(request)
        with urllib.request.urlopen(urllib.request.Request(
                request.url, request.data.encode(), dict(request.headers))) as answer:
            return answer.read().decode()

    def health(self, group: str, name: str) -> dict:
        answer = self.elbv2.describe_target_health(TargetGroupArn=group,
                                                   Targets=self.targets(name))
        return answer["TargetHealthDescriptions"][0]["TargetHealth"]

    def wait_for(self, group: str, state: str, *names: str) -> None:
        for name in names:
            wait_for(f"{name} is {state}", lambda n=name: self.health(group, n)["State"] == state,
                     every=0.02)

    def settle(self) -> None:
        """A change that does nothing: when it returns, packets fare by all that was before it."""
        self.elbv2.add_tags(ResourceArns=[self.nlb],
                            Tags=[{"Key": "settled", "Value": str(time.monotonic_ns())}])

    def shell(self, name: str, command: str) -> None:
        self.postern.exec(self.servers[name], "sh", "-c", command)
