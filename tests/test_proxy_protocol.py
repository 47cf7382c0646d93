# SPDX-License-Identifier: Apache-2.0
"""PROXY protocol v2 through an endpoint: the target is told who the client is, and by which endpoint
it came, although both VPCs use the same addresses. [NLB guide, "Proxy protocol"]
"""
import json

# An HTTP server that wants a PROXY protocol header first, and answers with what it says. It echoes
# the size of the request's body, to see that nothing of it was lost.
SERVER = """#!/bin/sh
exec setsid python3 -u - <<'END'
import json, socketserver, struct
class Handler(socketserver.StreamRequestHandler):
    def handle(self):
        start = self.rfile.read(16)
        if start[:12] != bytes.fromhex("0d0a0d0a000d0a515549540a"):
            return
        rest = self.rfile.read(struct.unpack(">H", start[14:])[0])
        said = {"command": start[12] & 15, "peer": self.client_address[0]}
        if said["command"] == 1:
            said["source"] = ".".join(map(str, rest[:4]))
            said["destination"] = ".".join(map(str, rest[4:8]))
            said["ports"] = struct.unpack(">HH", rest[8:12])
            at = 12
            while at < len(rest):
                kind, size = rest[at], struct.unpack(">H", rest[at + 1:at + 3])[0]
                if kind == 0xea:
                    said["endpoint"] = rest[at + 4:at + 3 + size].decode()
                at += 3 + size
        length = 0
        while (line := self.rfile.readline()) not in (b"\\r\\n", b""):
            if line.lower().startswith(b"content-length:"):
                length = int(line.split(b":")[1])
            if line.lower().startswith(b"expect:"):
                self.wfile.write(b"HTTP/1.1 100 Continue\\r\\n\\r\\n")
        said["body"] = len(self.rfile.read(length))
        body = json.dumps(said).encode()
        self.wfile.write(b"HTTP/1.1 200 OK\\r\\nContent-Length: %d\\r\\nConnection: close\\r\\n\\r\\n" % len(body) + body)
class Server(socketserver.ThreadingTCPServer):
    allow_reuse_address = True
    daemon_threads = True
Server(("", 80), Handler).serve_forever()
END
"""


def test_the_target_is_told_the_client_and_the_endpoint(tutorial):
    tutorial.start_client()
    tutorial.start_server(SERVER)
    tutorial.make_nlb(**{"load_balancing.cross_zone.enabled": "true"})
    tutorial.b.elbv2.modify_target_group_attributes(
        TargetGroupArn=tutorial.target_group,
        Attributes=[{"Key": "proxy_protocol_v2.enabled", "Value": "true"}])
    # The check's own header lets the server answer it.
    tutorial.b.elbv2.modify_target_group(
        TargetGroupArn=tutorial.target_group, HealthCheckProtocol="HTTP", HealthCheckPath="/")
    tutorial.make_service()
    tutorial.allow_principal()
    tutorial.make_endpoint()
    tutorial.accept()
    tutorial.admit_nlb_at_server()
    tutorial.wait_for_target("healthy")

    interface = tutorial.a.ec2.describe_instances(InstanceIds=[tutorial.client])[
        "Reservations"][0]["Instances"][0]
    status, text = tutorial.curl()
    assert status == 0, text
    said = json.loads(text)
    assert said["command"] == 1
    assert said["source"] == interface["PrivateIpAddress"]
    assert said["ports"][1] == 80
    assert said["endpoint"] == tutorial.endpoint
    nodes = tutorial.b.ec2.describe_network_interfaces(
        Filters=[{"Name": "interface-type", "Values": ["network_load_balancer"]}])
    assert said["peer"] in [node["PrivateIpAddress"] for node in nodes["NetworkInterfaces"]]

    upload = tutorial.postern.exec(
        tutorial.client, "sh", "-c",
        "head -c 20000000 /dev/zero | curl -sS --max-time 20 --data-binary @- "
        f"http://{tutorial.endpoint_names()[0]}/")
    assert json.loads(upload.stdout)["body"] == 20_000_000
