# SPDX-License-Identifier: Apache-2.0
"""A TCP connection that an instance holds open and says nothing on, until it is asked to."""
import os
import subprocess

from support.postern import BIN, Postern

HOLD = """
import socket, sys
s = socket.create_connection((sys.argv[1], 80), 5)
s.settimeout(4)
print("open", flush=True)
for line in sys.stdin:
    try:
        s.sendall(b"GET / HTTP/1.1\\r\\nHost: x\\r\\n\\r\\n")
        print("answered" if s.recv(100) else "ended", flush=True)
    except OSError as error:
        print(type(error).__name__, flush=True)
"""


class Holding:
    def __init__(self, postern: Postern, instance: str, address: str):
        self.process = subprocess.Popen(
            [BIN / "postern", "exec", instance, "--", "python3", "-u", "-c", HOLD, address],
            stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True,
            env=os.environ | {"POSTERN_DATA": str(postern.data)})
        assert self.process.stdout.readline() == "open\n"

    def ask(self) -> str:
        """What a request on it comes to: answered, ended, or the name of the error."""
        self.process.stdin.write("\n")
        self.process.stdin.flush()
        return self.process.stdout.readline().strip()

    def close(self) -> None:
        self.process.stdin.close()
        self.process.wait(timeout=10)
