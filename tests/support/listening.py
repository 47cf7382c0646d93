# SPDX-License-Identifier: Apache-2.0
"""A connection that is always in use: a server that ticks, and somebody who listens to it."""
import os
import subprocess
import time

from support.postern import BIN, Postern
from support.tutorial import wait_for

# User data of a server that sends a line each tenth of a second to whoever connects.
TICKER = """#!/bin/sh
exec setsid python3 -u - <<'END'
import socketserver, time
class Tick(socketserver.BaseRequestHandler):
    def handle(self):
        try:
            while True:
                self.request.sendall(b"tick\\n")
                time.sleep(0.1)
        except OSError:
            pass
class Server(socketserver.ThreadingTCPServer):
    allow_reuse_address = True
    daemon_threads = True
Server(("", 80), Tick).serve_forever()
END
"""


class Reading:
    """A program on an instance that writes lines; lines() counts what has arrived."""

    def __init__(self, postern: Postern, instance: str, program: str, *words: str):
        self.process = subprocess.Popen(
            [BIN / "postern", "exec", instance, "--", "python3", "-u", "-c", program, *words],
            env=os.environ | {"POSTERN_DATA": str(postern.data)},
            stdout=subprocess.PIPE, stderr=subprocess.PIPE)
        os.set_blocking(self.process.stdout.fileno(), False)
        self.seen = 0

    def lines(self) -> int:
        self.seen += (self.process.stdout.read() or b"").count(b"\n")
        return self.seen

    def flows(self) -> bool:
        """Waits for two more lines, for as long as TCP may take to try again."""
        before = self.lines()
        return wait_for("more lines", lambda: self.lines() >= before + 2)

    def falls_silent(self) -> bool:
        """Waits until nothing arrives in the time of fifteen lines: what was under way may come."""
        def nothing_came():
            before = self.lines()
            time.sleep(1.5)
            return self.lines() == before
        return wait_for("no more lines", nothing_came)

    def close(self) -> None:
        self.process.kill()
        self.process.communicate()


class Listening(Reading):
    """One that reads a ticker."""

    def __init__(self, postern: Postern, instance: str, address: str):
        super().__init__(postern, instance,
                         "import socket, sys\n"
                         "s = socket.create_connection((sys.argv[1], 80), 10)\n"
                         "s.settimeout(60)\n"
                         "while data := s.recv(4096):\n"
                         "    sys.stdout.write(data.decode())\n", address)
