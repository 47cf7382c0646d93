# SPDX-License-Identifier: Apache-2.0
"""`postern watch` while something happens."""
import json
import os
import subprocess

from support.postern import BIN
from support.tutorial import Tutorial


class Watching:
    """A `postern watch` in the background; events() ends it and gives what it printed."""

    def __init__(self, tutorial: Tutorial, *options: str):
        self.process = subprocess.Popen(
            [BIN / "postern", "watch", "--json", "--seconds", "3", *options],
            env=os.environ | {"POSTERN_DATA": str(tutorial.postern.data)},
            stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)

    def events(self) -> list[dict]:
        out, error = self.process.communicate(timeout=20)
        assert self.process.returncode == 0, error
        return [json.loads(line) for line in out.splitlines()]
