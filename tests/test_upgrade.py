# SPDX-License-Identifier: Apache-2.0
"""Replacing the daemon and its packet programs under load: no packet is lost, no connection reset."""
import json
import os
import signal
import subprocess

import pytest

from support.postern import BIN
from support.tutorial import wait_for

# Sends back what it gets: by TCP at 80, by UDP at 80.
ECHO = """#!/bin/sh
exec setsid python3 -u - <<'END'
import socketserver, threading
class Stream(socketserver.BaseRequestHandler):
    def handle(self):
        while data := self.request.recv(65536):
            self.request.sendall(data)
class Datagram(socketserver.BaseRequestHandler):
    def handle(self):
        self.request[1].sendto(self.request[0], self.client_address)
class Server(socketserver.ThreadingTCPServer):
    allow_reuse_address = True
    daemon_threads = True
threading.Thread(target=socketserver.UDPServer(("", 80), Datagram).serve_forever, daemon=True).start()
Server(("", 80), Stream).serve_forever()
END
"""

# One datagram after the other, and bytes on one connection, each answered before the next: a packet
# that is lost is seen as one, and no full buffer can be mistaken for it. Ends with its input.
LOAD = """
import json, socket, sys, threading, time
address = sys.argv[1]
done = threading.Event()
found = {"datagrams": 0, "lost": 0, "exchanges": 0, "reset": 0, "longest_ms": 0.0}
def datagrams():
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as s:
        s.connect((address, 80))
        s.settimeout(10)
        while not done.is_set():
            number = str(found["datagrams"]).encode()
            begun = time.monotonic()
            s.send(number)
            found["datagrams"] += 1
            try:
                while s.recv(100) != number:
                    pass
                found["longest_ms"] = max(found["longest_ms"], 1000 * (time.monotonic() - begun))
            except TimeoutError:
                found["lost"] += 1
def exchanges():
    with socket.create_connection((address, 80), 5) as s:
        s.settimeout(10)
        data = b"x" * 30000
        while not done.is_set():
            try:
                s.sendall(data)
                left = len(data)
                while left:
                    left -= len(s.recv(65536))
                found["exchanges"] += 1
            except OSError:
                found["reset"] += 1
                return
threads = [threading.Thread(target=each) for each in (datagrams, exchanges)]
for each in threads:
    each.start()
print("begun", flush=True)
sys.stdin.read()
done.set()
for each in threads:
    each.join()
print(json.dumps(found))
"""


@pytest.fixture
def path(tutorial):
    """The tutorial's path, with both protocols through it."""
    t = tutorial
    t.start_client()
    t.start_server(ECHO)
    t.make_nlb(protocol="TCP_UDP")
    t.make_service()
    t.allow_principal()
    t.make_endpoint()
    everything = [{"IpProtocol": "-1", "IpRanges": [{"CidrIp": "0.0.0.0/0"}]}]
    for side, group in ((t.a, t.endpoint_group), (t.b, t.nlb_group), (t.b, t.server_group)):
        side.ec2.authorize_security_group_ingress(GroupId=group, IpPermissions=everything)
    t.accept()
    t.wait_for_target("healthy")
    return t


def programs(postern) -> set:
    """Ids of the programs that the links run."""
    found = set()
    for link in (postern.data / "run" / "bpf" / "links").iterdir():
        shown = subprocess.run(["bpftool", "-j", "link", "show", "pinned", link],
                               capture_output=True, text=True, check=True)
        found.add(json.loads(shown.stdout)["prog_id"])
    return found


def map_id(postern, name: str) -> int:
    pin = postern.data / "run" / "bpf" / name
    shown = subprocess.run(["bpftool", "-j", "map", "show", "pinned", pin], capture_output=True,
                           text=True, check=True)
    return json.loads(shown.stdout)["id"]


def make_older(postern) -> None:
    """The maps are of the layout before, as they say themselves: what its flow entries had is what
    ours begin with."""
    pin = postern.data / "run" / "bpf" / "pn_meta"
    value = ["3", "0", "0", "0"] + ["0"] * 12
    subprocess.run(["bpftool", "map", "update", "pinned", pin, "key", *"0000", "value", *value],
                   check=True)


class Load:
    """LOAD on the tutorial's client, until it is asked what it found."""

    def __init__(self, t):
        self.process = subprocess.Popen(
            [BIN / "postern", "exec", t.client, "--", "python3", "-u", "-c", LOAD,
             t.endpoint_address()],
            env=os.environ | {"POSTERN_DATA": str(t.postern.data)}, stdin=subprocess.PIPE,
            stdout=subprocess.PIPE, text=True)
        assert self.process.stdout.readline() == "begun\n"

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.process.kill()
        self.process.wait()

    def found(self) -> dict:
        return json.loads(self.process.communicate(input="", timeout=60)[0])


def replace(postern, seen: set, how: signal.Signals, meanwhile=lambda: None) -> set:
    """Another daemon, and at all links another program: all that were seen so far."""
    postern.stop(how)
    meanwhile()
    postern.start()
    wait_for("all links run the new program",
             lambda: len(programs(postern)) == 1 and not programs(postern) & seen)
    return seen | programs(postern)


def test_new_programs_under_load_lose_nothing(path):
    with Load(path) as load:
        seen = programs(path.postern)
        for turn in range(6):
            seen = replace(path.postern, seen, signal.SIGKILL if turn % 2 else signal.SIGTERM)
        assert len(seen) == 7
        found = load.found()
    print(found)
    assert found["datagrams"] > 1000 and found["exchanges"] > 100, found
    assert found["lost"] == 0 and found["reset"] == 0, found


def test_maps_of_an_older_layout_under_load_lose_no_connection(path):
    with Load(path) as load:
        seen = programs(path.postern)
        for turn in range(4):
            flows = map_id(path.postern, "pn_flows")
            seen = replace(path.postern, seen, signal.SIGKILL if turn % 2 else signal.SIGTERM,
                           lambda: make_older(path.postern))
            assert map_id(path.postern, "pn_flows") != flows
        found = load.found()
    print(found)
    assert found["datagrams"] > 1000 and found["exchanges"] > 100, found
    assert found["lost"] == 0 and found["reset"] == 0, found
