# SPDX-License-Identifier: Apache-2.0
"""A posternd of the tests' own: data directory, port, CLI, and AWS clients for its accounts."""
import itertools
import json
import os
import pathlib
import signal
import socket
import subprocess
import time
import urllib.request

import boto3
from botocore.config import Config

ROOT = pathlib.Path(__file__).resolve().parents[2]
BIN = pathlib.Path(os.environ.get("POSTERN_BIN", ROOT / "build" / "bin"))
REGION = "ap-northeast-1"
# How many times longer than usual to wait for what has to come: for machines that are emulated.
PATIENCE = float(os.environ.get("POSTERN_TEST_PATIENCE", "1"))


def free_port() -> int:
    with socket.socket() as s:
        s.bind(("127.0.0.1", 0))
        return s.getsockname()[1]


class Account:
    """An account of the daemon's and its AWS clients."""

    def __init__(self, postern: "Postern", identity: dict):
        self.postern = postern
        self.id = identity["account_id"]
        self.access_key_id = identity["access_key_id"]
        self.secret_access_key = identity["secret_access_key"]
        self.ec2 = self.client("ec2")
        self.elbv2 = self.client("elbv2")
        self.sts = self.client("sts")

    def client(self, service: str, **more):
        settings = {
            "region_name": REGION,
            "endpoint_url": self.postern.endpoint,
            "aws_access_key_id": self.access_key_id,
            "aws_secret_access_key": self.secret_access_key,
            "config": Config(retries={"max_attempts": 0}, connect_timeout=5, read_timeout=60),
        }
        return boto3.client(service, **(settings | more))

    def environment(self) -> dict:
        """For the aws CLI."""
        return os.environ | {
            "AWS_ACCESS_KEY_ID": self.access_key_id,
            "AWS_SECRET_ACCESS_KEY": self.secret_access_key,
            "AWS_DEFAULT_REGION": REGION,
            "AWS_PAGER": "",
        }


class Postern:
    """Runs posternd on `folder`. After start() it answers; after destroy() nothing of it is left. As a
    context, it runs in it."""

    _names = itertools.count()

    def __init__(self, folder: pathlib.Path, *options: str):
        self.folder = folder
        self.data = folder / "data"
        self.log = folder / "posternd.log"
        self.port = free_port()
        self.endpoint = f"http://127.0.0.1:{self.port}"
        self.options = options
        self.process = None

    def start(self, timeout: float = 60) -> None:
        with self.log.open("ab") as log:
            self.process = subprocess.Popen(
                [BIN / "posternd", "--data-dir", self.data, "--listen", f"127.0.0.1:{self.port}",
                 *(() if "--image-dir" in self.options else ("--image-dir", self.folder / "no-image")),
                 *self.options], stdout=log, stderr=log)
        deadline = time.monotonic() + timeout * PATIENCE
        while not self.healthy():
            assert self.process.poll() is None, f"posternd ended:\n{self.log_tail()}"
            assert time.monotonic() < deadline, f"posternd is not ready:\n{self.log_tail()}"
            time.sleep(0.02)

    def __enter__(self) -> "Postern":
        try:
            self.start()
        except BaseException:
            self.destroy()
            raise
        return self

    def __exit__(self, *_) -> None:
        self.destroy()

    def healthy(self) -> bool:
        try:
            with urllib.request.urlopen(self.endpoint + "/_postern/health", timeout=2) as answer:
                return answer.status == 200
        except OSError:
            return False

    def stop(self, how: signal.Signals = signal.SIGTERM) -> int:
        self.process.send_signal(how)
        status = self.process.wait(timeout=60)
        self.process = None
        return status

    def destroy(self) -> None:
        if self.process is not None:
            self.stop()
        subprocess.run([BIN / "posternd", "--data-dir", self.data, "--destroy"], check=True,
                       timeout=120)

    def log_tail(self, lines: int = 30) -> str:
        return "\n".join(self.log.read_text(errors="replace").splitlines()[-lines:])

    def cli(self, *arguments: str, check: bool = True, timeout: float = 60,
            **more) -> subprocess.CompletedProcess:
        """Runs `postern` on this daemon's data directory."""
        run = subprocess.run(
            [BIN / "postern", *arguments], env=os.environ | {"POSTERN_DATA": str(self.data)},
            capture_output=True, text=True, timeout=timeout, check=False, **more)
        assert not check or run.returncode == 0, f"postern {arguments}: {run.stderr}"
        return run

    def account(self, name: str = "") -> Account:
        """A new account."""
        name = name or f"account-{next(self._names)}"
        return Account(self, json.loads(
            self.cli("account", "create", name, "--format", "json").stdout))

    def status(self) -> dict:
        return json.loads(self.cli("status", "--json").stdout)

    def drops(self) -> dict:
        """Verdict -> packets, of every way in which packets were dropped so far."""
        return {drop["verdict"]: drop["packets"] for drop in self.status()["drops"]}

    def exec(self, instance: str, *command: str, check: bool = True,
             timeout: float = 60) -> subprocess.CompletedProcess:
        """Runs a command on an instance."""
        return self.cli("exec", instance, "--", *command, check=check, timeout=timeout)
