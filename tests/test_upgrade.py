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
        s.settimeout(1)
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


def test_new_programs_under_load_lose_nothing(path):
    t = path
    load = subprocess.Popen(
        [BIN / "postern", "exec", t.client, "--", "python3", "-u", "-c", LOAD, t.endpoint_address()],
        env=os.environ | {"POSTERN_DATA": str(t.postern.data)}, stdin=subprocess.PIPE,
        stdout=subprocess.PIPE, text=True)
    try:
        assert load.stdout.readline() == "begun\n"
        seen = programs(t.postern)
        for turn in range(6):
            t.postern.stop(signal.SIGKILL if turn % 2 else signal.SIGTERM)
            t.postern.start()
            def are_new():
                return len(programs(t.postern)) == 1 and not programs(t.postern) & seen
            wait_for("all links run the new program", are_new)
            seen |= programs(t.postern)
        assert len(seen) == 7
        found = json.loads(load.communicate(input="", timeout=30)[0])
    finally:
        load.kill()
        load.wait()
    print(found)
    assert found["datagrams"] > 1000 and found["exchanges"] > 100, found
    assert found["lost"] == 0 and found["reset"] == 0, found
