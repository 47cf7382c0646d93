# SPDX-License-Identifier: Apache-2.0
"""Terraform and the AWS provider, as they are installed, against a posternd of the tests' own."""
import functools
import json
import os
import pathlib
import shutil
import subprocess

from support.postern import ROOT, Account, Postern

EXAMPLES = ROOT / "examples" / "terraform"
PROVIDER = "registry.terraform.io/hashicorp/aws"
# POSTERN_TERRAFORM_PLUGINS, and where Terraform itself looks for mirrors.
# [Terraform docs, "CLI configuration: implied local mirror directories"]
MIRRORS = [os.environ.get("POSTERN_TERRAFORM_PLUGINS", ""), "~/.terraform.d/plugins",
           "~/.local/share/terraform/plugins", "/usr/local/share/terraform/plugins",
           "/usr/share/terraform/plugins", "/opt/tf-plugins"]
TERRAFORM = os.environ.get("POSTERN_TERRAFORM") or shutil.which("terraform")


@functools.cache
def mirror() -> pathlib.Path | None:
    """The folder that has the AWS provider in it."""
    for place in filter(None, MIRRORS):
        folder = pathlib.Path(place).expanduser()
        if (folder / PROVIDER).is_dir():
            return folder
    return None


def missing() -> str:
    """What is not installed that these tests need; nothing if all is there."""
    if TERRAFORM is None:
        return "terraform is not installed (PATH, POSTERN_TERRAFORM)"
    if mirror() is None:
        return ("the AWS provider is not installed: no folder of POSTERN_TERRAFORM_PLUGINS or of "
                f"Terraform's own mirrors has {PROVIDER}")
    return ""


def key_of(account: Account) -> dict:
    """An account as the examples' variables take it."""
    return {"id": account.id, "access_key": account.access_key_id,
            "secret_key": account.secret_access_key}


class Project:
    """A copy of an example in `folder`, applied to `postern`."""

    def __init__(self, postern: Postern, example: str, folder: pathlib.Path, **variables):
        self.postern = postern
        self.folder = folder / example
        shutil.copytree(EXAMPLES / example, self.folder)
        self.set(**variables)
        self.configuration = folder / "terraform.rc"
        self.configuration.write_text(
            'provider_installation {\n  filesystem_mirror {\n'
            f'    path = "{mirror()}"\n  }}\n}}\n')

    def set(self, **variables) -> None:
        """Changes variables, as one who edits the project."""
        path = self.folder / "test.auto.tfvars.json"
        known = json.loads(path.read_text()) if path.exists() else {}
        path.write_text(json.dumps(known | variables))

    def environment(self) -> dict:
        plain = {name: value for name, value in os.environ.items()
                 if not name.startswith(("AWS_", "TF_"))}
        return plain | {
            "AWS_ENDPOINT_URL": self.postern.endpoint,
            "AWS_EC2_METADATA_DISABLED": "true",
            "AWS_CONFIG_FILE": "/dev/null", "AWS_SHARED_CREDENTIALS_FILE": "/dev/null",
            "CHECKPOINT_DISABLE": "1", "TF_IN_AUTOMATION": "1", "TF_INPUT": "0",
            "TF_CLI_CONFIG_FILE": str(self.configuration),
        } | ({"TF_LOG": os.environ["POSTERN_TERRAFORM_LOG"],
              "TF_LOG_PATH": str(self.folder / "terraform.log")}
             if "POSTERN_TERRAFORM_LOG" in os.environ else {})

    def run(self, *words: str, statuses=(0,), timeout: float = 400) -> subprocess.CompletedProcess:
        run = subprocess.run([TERRAFORM, *words], cwd=self.folder, env=self.environment(),
                             capture_output=True, text=True, timeout=timeout, check=False)
        assert run.returncode in statuses, (
            f"terraform {' '.join(words)}: {run.returncode}\n{run.stdout[-4000:]}\n{run.stderr}")
        return run

    def init(self) -> None:
        self.run("init", "-no-color")

    def apply(self, *words: str) -> str:
        return self.run("apply", "-no-color", "-auto-approve", "-parallelism=30", *words).stdout

    def plan(self, *words: str) -> str:
        """What a plan would change; nothing when it is empty."""
        run = self.run("plan", "-no-color", "-detailed-exitcode", *words, statuses=(0, 2))
        return run.stdout if run.returncode == 2 else ""

    def destroy(self) -> None:
        self.run("destroy", "-no-color", "-auto-approve", "-parallelism=30")

    def outputs(self) -> dict:
        shown = json.loads(self.run("output", "-json").stdout)
        return {name: output["value"] for name, output in shown.items()}

    def state(self) -> list[str]:
        return self.run("state", "list").stdout.split()
