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
PROJECTS = ROOT / "tests" / "terraform"
PROVIDER = "registry.terraform.io/hashicorp/aws"
# POSTERN_TERRAFORM_PLUGINS, where Terraform itself looks for mirrors, and what is installed beside the
# system's own. [Terraform docs, "CLI configuration: implied local mirror directories"; FHS, /opt]
MIRRORS = [os.environ.get("POSTERN_TERRAFORM_PLUGINS", ""), "~/.terraform.d/plugins",
           "~/.local/share/terraform/plugins", "/usr/local/share/terraform/plugins",
           "/usr/share/terraform/plugins", *sorted(map(str, pathlib.Path("/opt").glob("*")))]
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
    """An account as the projects' variables take it."""
    return {"id": account.id, "access_key": account.access_key_id,
            "secret_key": account.secret_access_key}


class Project:
    """A root module in `folder`, applied to `postern` as the accounts."""

    def __init__(self, postern: Postern, folder: pathlib.Path, **variables):
        self.postern = postern
        self.folder = folder
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
        log = os.environ.get("POSTERN_TERRAFORM_LOG")
        logging = {"TF_LOG": log, "TF_LOG_PATH": str(self.folder / "terraform.log")} if log else {}
        return plain | logging | {
            "AWS_ENDPOINT_URL": self.postern.endpoint,
            "AWS_EC2_METADATA_DISABLED": "true",
            "AWS_CONFIG_FILE": "/dev/null", "AWS_SHARED_CREDENTIALS_FILE": "/dev/null",
            "CHECKPOINT_DISABLE": "1", "TF_IN_AUTOMATION": "1", "TF_INPUT": "0",
            "TF_CLI_CONFIG_FILE": str(self.configuration),
        }

    def run(self, *words: str, statuses=(0,), timeout: float = 500) -> subprocess.CompletedProcess:
        run = subprocess.run([TERRAFORM, *words], cwd=self.folder, env=self.environment(),
                             capture_output=True, text=True, timeout=timeout, check=False)
        assert run.returncode in statuses, (
            f"terraform {' '.join(words)}: {run.returncode}\n{run.stdout[-4000:]}\n{run.stderr}")
        return run

    def init(self) -> None:
        self.run("init", "-no-color")

    def apply(self, *words: str) -> str:
        return self.run("apply", "-no-color", "-auto-approve", "-parallelism=60", *words).stdout

    def plan(self, *words: str) -> str:
        """What a plan would change; nothing when it is empty."""
        run = self.run("plan", "-no-color", "-detailed-exitcode", *words, statuses=(0, 2))
        return run.stdout if run.returncode == 2 else ""

    def destroy(self) -> None:
        self.run("destroy", "-no-color", "-auto-approve", "-parallelism=60")

    def outputs(self) -> dict:
        shown = json.loads(self.run("output", "-json").stdout)
        return {name: output["value"] for name, output in shown.items()}

    def state(self) -> list[str]:
        return self.run("state", "list").stdout.split()


def copied(source: pathlib.Path, folder: pathlib.Path) -> pathlib.Path:
    """A copy of a project, in a folder of its own."""
    target = folder / source.name
    shutil.copytree(source, target)
    return target


ROOT_PROVIDERS = """
provider "aws" {
  alias      = "SIDE"
  region     = "ap-northeast-1"
  access_key = var.account_SIDE.access_key
  secret_key = var.account_SIDE.secret_key
}

variable "account_SIDE" {
  type = object({ id = string, access_key = string, secret_key = string })
}
"""
MODULE_PROVIDERS = """
terraform {
  required_providers {
    aws = {
      source                = "hashicorp/aws"
      configuration_aliases = [aws.a, aws.b]
    }
  }
}
"""
CALL = """
module "NAME" {
  source    = "./NAME"
  providers = { aws.a = aws.a, aws.b = aws.b }
VARIABLES}

output "NAME" {
  value = module.NAME
}
"""
PASSED_ON = """
variable "NAME_VARIABLE" {
  type    = TYPE
  default = VALUE
}
"""


def composed(layouts: dict, folder: pathlib.Path) -> pathlib.Path:
    """A root module that has the examples of those names as modules, so that one apply plays them
    all: each would take minutes, of waits that the provider has built in. The examples stay as they
    are but for their providers, which they get from the root. `layouts` has for each example the
    variables that tests change: name -> (type, value)."""
    shutil.copytree(EXAMPLES / "modules", folder / "modules")
    text = "".join(ROOT_PROVIDERS.replace("SIDE", side) for side in "ab")
    for name, variables in layouts.items():
        shutil.copytree(EXAMPLES / name, folder / name)
        (folder / name / "providers.tf").write_text(MODULE_PROVIDERS)
        passed = "".join(f"  {variable} = var.{name}_{variable}\n" for variable in variables)
        text += CALL.replace("NAME", name).replace("VARIABLES", passed)
        for variable, (kind, value) in variables.items():
            text += (PASSED_ON.replace("NAME", name).replace("VARIABLE", variable)
                     .replace("TYPE", kind).replace("VALUE", json.dumps(value)))
    (folder / "main.tf").write_text(text)
    return folder
