# SPDX-License-Identifier: Apache-2.0
"""Namespaces of the host's are attached to a VPC, with real packets, and are as before when they are
detached.
"""
import json
import os
import signal
import socket
import subprocess
import urllib.request

import pytest

from support.attach import PAGE, ask_resolver, attach, attachments, interface, ip, refusal
from support.postern import BIN, REGION, Postern
from support.tutorial import Tutorial, tcp, wait_for


def make_ip_target_nlb(t: Tutorial, address: str) -> None:
    """As Tutorial.make_nlb(), with a target of type ip."""
    t.nlb_group = t.b.group("nlb")
    t.b.ec2.authorize_security_group_ingress(GroupId=t.nlb_group,
                                             IpPermissions=tcp(80, cidr="10.0.0.0/16"))
    t.target_group = t.b.elbv2.create_target_group(
        Name="tg-attached", Protocol="TCP", Port=80, VpcId=t.b.vpc, TargetType="ip",
        HealthCheckProtocol="TCP", HealthCheckIntervalSeconds=5, HealthCheckTimeoutSeconds=2,
        HealthyThresholdCount=2, UnhealthyThresholdCount=2)["TargetGroups"][0]["TargetGroupArn"]
    t.b.elbv2.register_targets(TargetGroupArn=t.target_group, Targets=[{"Id": address}])
    t.nlb = t.b.elbv2.create_load_balancer(
        Name="nlb-attached", Type="network", Scheme="internal",
        Subnets=[t.b.subnet_a, t.b.subnet_c],
        SecurityGroups=[t.nlb_group])["LoadBalancers"][0]["LoadBalancerArn"]
    t.b.elbv2.create_listener(
        LoadBalancerArn=t.nlb, Protocol="TCP", Port=80,
        DefaultActions=[{"Type": "forward", "TargetGroupArn": t.target_group}])


def test_a_namespace_serves_and_another_is_the_client_while_the_daemon_dies(tmp_path, namespace):
    with Postern(tmp_path) as postern:
        t = Tutorial(postern)
        web, client = namespace("web"), namespace("client")
        web.serve(tmp_path)
        before = web.network(), client.network()

        t.server_group = t.b.group("web")
        target = attach(t.b, "--netns", web.path, "--private-ip", "10.0.1.80",
                        group=t.server_group)
        assert target["private_ip"] == "10.0.1.80" and target["state"] == "attached"
        make_ip_target_nlb(t, target["private_ip"])
        t.admit_nlb_at_server()
        t.make_service()
        t.allow_principal()
        t.make_endpoint()
        t.accept()
        t.wait_for_target("healthy")
        consumer = attach(t.a, "--netns", client.path, "--name", "vpc0", "--dns",
                          group=t.a.group("client"))
        url = f"http://{t.endpoint_address()}/"
        assert client.curl(url) == (0, PAGE)
        # The VPC's resolver answers there, with the endpoint's address in the client's own VPC.
        # A resolv.conf for the namespace alone is where `ip netns exec` looks for one.
        answer = ask_resolver(client, consumer["resolvers"][0], t.endpoint_names()[0])
        assert t.endpoint_address() in answer or t.endpoint_address("c") in answer

        item = interface(t.b, target["network_interface_id"])
        assert item["Status"] == "in-use" and item["MacAddress"] == target["mac"]
        assert item["Attachment"]["InstanceOwnerId"] == t.b.account.id
        assert item["Attachment"]["Status"] == "attached"
        assert "InstanceId" not in item["Attachment"]
        for what, code in (
                (lambda: t.b.ec2.delete_network_interface(
                    NetworkInterfaceId=target["network_interface_id"]), "InvalidParameterValue"),
                (lambda: t.b.ec2.delete_subnet(SubnetId=t.b.subnet_a), "DependencyViolation")):
            with pytest.raises(t.b.ec2.exceptions.ClientError) as refused:
                what()
            assert refused.value.response["Error"]["Code"] == code

        postern.stop(signal.SIGKILL)
        assert client.curl(url) == (0, PAGE)
        during = web.network()
        postern.start()
        assert client.curl(url) == (0, PAGE)
        assert web.network() == during
        assert {row["state"] for row in attachments(postern)} == {"attached"}
        assert target["network_interface_id"] in postern.cli("attachments").stdout

        for made in (target, consumer):
            postern.cli("detach", made["network_interface_id"])
        assert (web.network(), client.network()) == before
        assert attachments(postern) == []
        assert t.a.ec2.describe_network_interfaces(Filters=[
            {"Name": "network-interface-id", "Values": [consumer["network_interface_id"]]}]
        )["NetworkInterfaces"] == []
        t.wait_for_target("unhealthy")


def test_a_default_route_that_is_there_stays(tutorial, namespace, detach_all):
    side = tutorial.a
    multi = namespace("multi")
    ip("tuntap", "add", "other0", "mode", "tap", netns=multi.name)
    ip("addr", "add", "192.0.2.2/24", "dev", "other0", netns=multi.name)
    ip("link", "set", "other0", "up", netns=multi.name)
    ip("route", "add", "default", "via", "192.0.2.1", netns=multi.name)
    before = multi.network()
    assert "add --no-default-route" in refusal(side, "--netns", multi.path)
    assert multi.network() == before
    made = attach(side, "--netns", multi.path, "--no-default-route")
    routes = ip("-4", "route", netns=multi.name)
    assert "default via 192.0.2.1 dev other0" in routes
    assert "10.0.0.0/16 via 10.0.1.1 dev eth0" in routes
    assert routes.count("default") == 1
    # Another subnet of the VPC is reached through the VPC's router; what is there is another
    # attached namespace.
    peer = namespace("peer")
    group = side.group("pings")
    side.ec2.authorize_security_group_ingress(GroupId=group, IpPermissions=[
        {"IpProtocol": "icmp", "FromPort": -1, "ToPort": -1, "IpRanges": [{"CidrIp": "10.0.1.0/24"}]}])
    there = attach(side, "--netns", peer.path, subnet=side.subnet_c, group=group)
    assert multi.run("ping", "-c", "1", "-W", "2", there["private_ip"]).returncode == 0
    for row in (made, there):
        side.account.postern.cli("detach", row["network_interface_id"])
    assert multi.network() == before
    # Where both would lead to the same addresses nothing is attached.
    ip("route", "add", "10.0.7.0/24", "via", "192.0.2.1", netns=multi.name)
    assert "overlaps the VPC's 10.0.0.0/16" in refusal(side, "--netns", multi.path,
                                                       "--no-default-route")


def test_a_process_is_released_with_its_namespace(tutorial, detach_all):
    side, postern = tutorial.a, tutorial.postern
    process = subprocess.Popen(["unshare", "--net", "sleep", "600"])
    try:
        wait_for("the process has its own namespace",
                 lambda: os.readlink(f"/proc/{process.pid}/ns/net") != os.readlink("/proc/self/ns/net"))
        made = attach(side, "--pid", str(process.pid))
        assert made["kind"] == "process" and made["name"] == "eth0"
        inside = subprocess.run(["nsenter", "-t", str(process.pid), "-n", "ip", "-4", "-o", "addr"],
                                capture_output=True, text=True, check=True).stdout
        assert made["private_ip"] + "/24" in inside
        assert "there is a eth0 already" in refusal(side, "--pid", str(process.pid))
    finally:
        process.kill()
        process.wait()
    wait_for("the interface is released", lambda: attachments(postern) == [])
    with pytest.raises(side.ec2.exceptions.ClientError) as gone:
        interface(side, made["network_interface_id"])
    assert gone.value.response["Error"]["Code"] == "InvalidNetworkInterfaceID.NotFound"


def test_a_path_gets_its_interface_again(tutorial, namespace, detach_all):
    """Also one that another namespace took while the daemon was not looking."""
    side, postern = tutorial.a, tutorial.postern
    group = side.group("pings")
    side.ec2.authorize_security_group_ingress(GroupId=group, IpPermissions=[
        {"IpProtocol": "icmp", "FromPort": -1, "ToPort": -1, "IpRanges": [{"CidrIp": "10.0.0.0/16"}]}])
    web, peer = namespace("again"), namespace("pinger")
    made = attach(side, "--netns", web.path, group=group)
    attach(side, "--netns", peer.path)
    def reached() -> bool:
        return peer.run("ping", "-c", "1", "-W", "1", made["private_ip"]).returncode == 0
    assert reached()
    ip("netns", "del", web.name)
    wait_for("it waits", lambda: {"waiting", "attached"} == {
        row["state"] for row in attachments(postern)})
    assert interface(side, made["network_interface_id"])["Attachment"]["Status"] == "attaching"
    assert not reached()
    ip("netns", "add", web.name)
    wait_for("it is attached again", lambda: {"attached"} == {
        row["state"] for row in attachments(postern)})
    wait_for("it answers", reached)
    assert interface(side, made["network_interface_id"])["Attachment"]["Status"] == "attached"


def test_what_cannot_be_attached_is_refused(tutorial, namespace, detach_all):
    side, other = tutorial.a, tutorial.b
    postern = tutorial.postern
    place = namespace("plain")
    before = place.network()
    gone = subprocess.Popen(["true"])
    gone.wait()
    assert f"there is no process {gone.pid}" in refusal(side, "--pid", str(gone.pid))
    assert "there is no network namespace at /run/netns/none" in refusal(
        side, "--netns", "/run/netns/none")
    assert "is no network namespace" in refusal(side, "--netns", "/etc/passwd")
    run = postern.cli("attach", "--account", side.account.id, "--subnet", other.subnet_a, "--netns",
                      place.path, check=False)
    assert run.returncode == 1
    assert f"The subnet ID '{other.subnet_a}' does not exist" in run.stderr
    taken = side.ec2.create_network_interface(
        SubnetId=side.subnet_a)["NetworkInterface"]["PrivateIpAddress"]
    assert f"Address {taken} is in use" in refusal(side, "--netns", place.path, "--private-ip", taken)
    # The host's own namespace: its default route is not ours to take.
    assert "the host's own network namespace" in refusal(side, "--pid", str(os.getpid()))
    instance = side.run(side.group("of an instance"))
    pid = postern_pid(postern, instance)
    assert "one of Postern's own" in refusal(side, "--pid", str(pid), "--name", "eth1")
    assert place.network() == before
    assert attachments(postern) == []
    assert postern.cli("detach", "eni-0123456789abcdef0", check=False).returncode == 1


def postern_pid(postern: Postern, instance: str) -> int:
    """The process of an instance, by the operator's API."""
    with urllib.request.urlopen(postern.endpoint + "/_postern/health", timeout=5) as answer:
        path = json.load(answer)["operator_socket"]
    with socket.socket(socket.AF_UNIX) as s:
        s.connect(path)
        s.sendall(f"GET /instances/{instance} HTTP/1.0\r\nHost: x\r\n\r\n".encode())
        whole = b""
        while data := s.recv(65536):
            whole += data
    return json.loads(whole.split(b"\r\n\r\n", 1)[1])["pid"]


def test_the_host_itself_is_attached_when_its_default_route_stays(tmp_path, namespace):
    """A namespace plays the host: the daemon runs in it."""
    host, peer = namespace("host"), namespace("guest")
    postern = Postern(tmp_path)
    enter = ["nsenter", f"--net={host.path}"]  # unlike `ip netns exec`, with the host's mounts
    daemon = subprocess.Popen([*enter, BIN / "posternd", "--data-dir", postern.data, "--listen",
                               f"127.0.0.1:{postern.port}"], stderr=subprocess.DEVNULL)
    try:
        wait_for("posternd is ready",
                 lambda: host.curl(postern.endpoint + "/_postern/health")[0] == 0)
        account = json.loads(postern.cli("account", "create", "a", "--format", "json").stdout)
        run = subprocess.run(
            [*enter, "aws", "--endpoint-url", postern.endpoint, "ec2", "describe-subnets"],
            capture_output=True, text=True, check=True, timeout=60, env=os.environ | {
                "AWS_ACCESS_KEY_ID": account["access_key_id"],
                "AWS_SECRET_ACCESS_KEY": account["secret_access_key"],
                "AWS_DEFAULT_REGION": REGION})
        subnet = json.loads(run.stdout)["Subnets"][0]["SubnetId"]
        before = host.network()
        to = ["attach", "--account", "a", "--subnet", subnet, "--json"]
        words = [*to, "--pid", str(daemon.pid), "--name", "vpc0"]
        refused = postern.cli(*words, check=False)
        assert refused.returncode == 1
        assert "add --no-default-route, and the host itself is in the VPC" in refused.stderr
        assert host.network() == before
        made = json.loads(postern.cli(*words, "--no-default-route").stdout)
        other = json.loads(postern.cli(*to, "--netns", peer.path).stdout)
        # Both are in the VPC's default group, whose members reach each other.
        assert peer.run("ping", "-c", "1", "-W", "2", made["private_ip"]).returncode == 0
        assert host.run("ping", "-c", "1", "-W", "2", other["private_ip"]).returncode == 0
        assert "default" not in ip("-4", "route", netns=host.name)
        postern.cli("detach", made["network_interface_id"])
        assert host.network() == before
    finally:
        daemon.terminate()
        daemon.wait(timeout=20)
        postern.destroy()
