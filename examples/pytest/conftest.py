# SPDX-License-Identifier: Apache-2.0
"""A fixture to copy: a posternd for the run, and an empty world for each test."""
import os
import pathlib
import socket
import subprocess
import time
import urllib.request

import boto3
import pytest

BIN = pathlib.Path(os.environ.get("POSTERN_BIN")
                   or pathlib.Path(__file__).resolve().parents[2] / "build" / "bin")
REGION = "ap-northeast-1"


class Postern:
    def __init__(self, folder: pathlib.Path):
        self.data = folder / "data"
        with socket.create_server(("127.0.0.1", 0)) as free:
            self.endpoint = f"http://127.0.0.1:{free.getsockname()[1]}"
        self.process = subprocess.Popen(
            [BIN / "posternd", "--data-dir", self.data, "--listen",
             self.endpoint.removeprefix("http://"), "--auth", "lenient", "--allow-reset"])

    def wait(self) -> None:
        deadline = time.monotonic() + 60
        while True:
            try:
                urllib.request.urlopen(self.endpoint + "/_postern/health", timeout=5).close()
                return
            except OSError:
                assert self.process.poll() is None and time.monotonic() < deadline, "no posternd"
                time.sleep(0.05)

    def reset(self) -> None:
        urllib.request.urlopen(self.endpoint + "/_postern/reset", data=b"", timeout=120).close()

    def end(self) -> None:
        self.process.terminate()
        self.process.wait(timeout=60)
        subprocess.run([BIN / "posternd", "--data-dir", self.data, "--destroy"], check=True)

    def client(self, account: str, service: str):
        """A boto3 client of an account: any twelve digits."""
        return boto3.client(service, region_name=REGION, endpoint_url=self.endpoint,
                            aws_access_key_id=account, aws_secret_access_key="any")

    def run(self, instance: str, *command: str) -> subprocess.CompletedProcess:
        """A command on an instance."""
        return subprocess.run([BIN / "postern", "exec", instance, "--", *command],
                              env=os.environ | {"POSTERN_DATA": str(self.data)},
                              capture_output=True, text=True, check=False)

    def explain(self, instance: str, to: str) -> str:
        return subprocess.run([BIN / "postern", "explain", instance, to],
                              env=os.environ | {"POSTERN_DATA": str(self.data)},
                              capture_output=True, text=True, check=False).stdout


@pytest.fixture(scope="session")
def daemon(tmp_path_factory):
    started = Postern(tmp_path_factory.mktemp("postern"))
    try:
        started.wait()
        yield started
    finally:
        started.end()


@pytest.fixture
def postern(daemon):
    """With nothing in any account."""
    daemon.reset()
    return daemon
