# SPDX-License-Identifier: Apache-2.0
"""Typing commands into a shell, as a person would: `aws` there is the real one."""
import os
import pathlib
import shutil
import subprocess
import tempfile

from support.postern import BIN, Account, Postern


def type_command(postern: Postern, account: Account | None,
                 command: str) -> subprocess.CompletedProcess:
    """With the account's credentials, `aws` asking this daemon: Debian's takes no endpoint from the
    environment. `postern` is there too."""
    real = "/usr/bin/aws" if os.path.exists("/usr/bin/aws") else shutil.which("aws")
    with tempfile.TemporaryDirectory() as folder:
        wrapper = pathlib.Path(folder) / "aws"
        wrapper.write_text(f"#!/bin/sh\nexec {real} --endpoint-url {postern.endpoint} \"$@\"\n")
        wrapper.chmod(0o755)
        environment = account.environment() if account else dict(os.environ)
        environment |= {"POSTERN_DATA": str(postern.data),
                        "PATH": f"{folder}:{BIN}:{environment['PATH']}"}
        return subprocess.run(command, shell=True, env=environment, capture_output=True, text=True,
                              timeout=60, check=False)
