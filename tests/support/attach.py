# SPDX-License-Identifier: Apache-2.0
"""Namespaces of the test's own, and `postern attach` as the tests say it."""
import json
import os
import subprocess

from support.postern import Postern
from support.tutorial import Side, wait_for

PAGE = "from a namespace of the host's"


def ip(*words: str, netns: str = "") -> str:
    where = ["-n", netns] if netns else []
    return subprocess.run(["ip", *where, *words], check=True, capture_output=True, text=True).stdout


class Namespace:
    """A network namespace as anybody makes one. Gone, with what runs in it, when closed."""

    def __init__(self, name: str):
        self.name = f"pnt-{os.getpid()}-{name}"
        self.path = f"/run/netns/{self.name}"
        self.processes = []
        ip("netns", "add", self.name)
        ip("link", "set", "lo", "up", netns=self.name)

    def popen(self, *words: str, **more) -> subprocess.Popen:
        process = subprocess.Popen(["ip", "netns", "exec", self.name, *words], **more)
        self.processes.append(process)
        return process

    def run(self, *words: str) -> subprocess.CompletedProcess:
        return subprocess.run(["ip", "netns", "exec", self.name, *words], capture_output=True,
                              text=True, timeout=60, check=False)

    def curl(self, url: str, seconds: float = 5):
        run = self.run("curl", "-sS", "--max-time", str(seconds), url)
        return run.returncode, run.stdout.strip()

    def network(self) -> tuple:
        """Its links, addresses and routes. Not the loopback's counters, nor what IPv6 does alone."""
        return (ip("-o", "link", netns=self.name), ip("-o", "-4", "addr", netns=self.name),
                ip("-4", "route", netns=self.name))

    def serve(self, folder) -> None:
        (folder / "index.html").write_text(PAGE)
        self.popen("python3", "-m", "http.server", "80", "--directory", str(folder),
                   stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
        wait_for("the server listens", lambda: self.curl("http://127.0.0.1/")[0] == 0)

    def end_processes(self) -> None:
        for process in self.processes:
            process.kill()
            process.wait()
        self.processes = []

    def close(self) -> None:
        self.end_processes()
        if os.path.exists(self.path):
            ip("netns", "del", self.name)


def attachments(postern: Postern) -> list:
    return json.loads(postern.cli("attachments", "--json").stdout)["attachments"]


def attach(side: Side, *words: str, subnet: str = "", group: str = "") -> dict:
    groups = ["--security-group", group] if group else []
    return json.loads(side.account.postern.cli(
        "attach", "--account", side.account.id, "--subnet", subnet or side.subnet_a, *groups,
        *words, "--json").stdout)


def refusal(side: Side, *words: str) -> str:
    run = side.account.postern.cli("attach", "--account", side.account.id, "--subnet",
                                   side.subnet_a, *words, check=False)
    assert run.returncode == 1, run.stdout
    return run.stderr


def interface(side: Side, eni: str) -> dict:
    return side.ec2.describe_network_interfaces(
        NetworkInterfaceIds=[eni])["NetworkInterfaces"][0]


ASK = """
import socket, struct, sys
server, name = sys.argv[1:]
labels = b"".join(bytes([len(l)]) + l.encode() for l in name.split(".")) + bytes(1)
s = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
s.settimeout(5)
s.sendto(struct.pack("!6H", 7, 0x100, 1, 0, 0, 0) + labels + struct.pack("!2H", 1, 1), (server, 53))
answer = s.recv(4096)
at = 12 + len(labels) + 4
for _ in range(struct.unpack("!H", answer[6:8])[0]):
    size = struct.unpack("!H", answer[at + 10:at + 12])[0]
    print(socket.inet_ntoa(answer[at + 12:at + 12 + size]))
    at += 12 + size
"""


def ask_resolver(where: Namespace, server: str, name: str) -> list:
    """The addresses that the resolver gives for a name."""
    run = where.run("python3", "-c", ASK, server, name)
    assert run.returncode == 0, run.stderr
    return run.stdout.split()
