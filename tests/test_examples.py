# SPDX-License-Identifier: Apache-2.0
"""The examples for other people's test suites and CI do what they say."""
import json
import os
import subprocess
import sys
import urllib.request

from support.postern import BIN, ROOT, free_port
from support.tutorial import wait_for

EXAMPLES = ROOT / "examples"


def test_the_pytest_fixture(tmp_path):
    run = subprocess.run(
        [sys.executable, "-m", "pytest", "-p", "no:cacheprovider", "--basetemp", tmp_path / "run",
         EXAMPLES / "pytest"], cwd=tmp_path, capture_output=True, text=True, check=False,
        timeout=300, env=os.environ | {"POSTERN_BIN": str(BIN)})
    assert run.returncode == 0, run.stdout + run.stderr
    assert "2 passed" in run.stdout


def test_the_ci_action_starts_a_daemon_for_the_steps_that_follow(tmp_path):
    listen = f"127.0.0.1:{free_port()}"
    data, env, path = tmp_path / "data", tmp_path / "env", tmp_path / "path"
    subprocess.run([EXAMPLES / "ci" / "start"], check=True, timeout=120, env=os.environ | {
        "POSTERN_DATA": str(data), "LISTEN": listen, "OPTIONS": "--auth lenient --seed 1",
        "GITHUB_ENV": str(env), "GITHUB_PATH": str(path)})
    try:
        assert env.read_text() == f"AWS_ENDPOINT_URL=http://{listen}\nPOSTERN_DATA={data}\n"
        told = dict(line.split("=", 1) for line in env.read_text().splitlines())
        with urllib.request.urlopen(told["AWS_ENDPOINT_URL"] + "/_postern/health", timeout=10) as answer:
            health = json.load(answer)
        assert health
        run = subprocess.run(["postern", "status", "--json"], capture_output=True, text=True,
                             check=True, timeout=60, env=os.environ | told | {
                                 "PATH": f"{path.read_text().strip()}:{os.environ['PATH']}"})
        assert json.loads(run.stdout)
    finally:
        end(data)


def end(data) -> None:
    """The daemon of that data directory, by its pid, and all that it made."""
    for pid in filter(str.isdigit, os.listdir("/proc")):
        try:
            words = open(f"/proc/{pid}/cmdline", "rb").read().split(b"\0")
        except OSError:
            continue
        if words[0].endswith(b"/posternd") and str(data).encode() in words:
            os.kill(int(pid), 15)
            wait_for("posternd ends", lambda p=pid: not os.path.exists(f"/proc/{p}"))
    subprocess.run([BIN / "posternd", "--data-dir", data, "--destroy"], check=True, timeout=120)
