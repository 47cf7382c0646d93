# SPDX-License-Identifier: Apache-2.0
"""The aws CLI, as somebody types it."""
import json
import subprocess

from support.postern import Account


def run_aws(account: Account, *arguments: str) -> subprocess.CompletedProcess:
    return subprocess.run(
        ["aws", "--endpoint-url", account.postern.endpoint, "--output", "json", *arguments],
        env=account.environment(), capture_output=True, text=True, timeout=60, check=False)


def aws(account: Account, *arguments: str) -> dict:
    """Its answer; the call has to succeed."""
    run = run_aws(account, *arguments)
    assert run.returncode == 0, f"aws {arguments}: {run.stderr}"
    return json.loads(run.stdout) if run.stdout.strip() else {}
