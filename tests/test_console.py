# SPDX-License-Identifier: Apache-2.0
"""The web console in a real browser (console/e2e), against the session's posternd."""
import os
import subprocess

import pytest

from support.postern import BIN, ROOT

CONSOLE = ROOT / "console"


def drive(postern, file: str) -> None:
    """Runs one file of browser tests; what they say is shown when they fail."""
    node = (BIN.parent / "console" / "node.txt").read_text(encoding="utf-8")
    run = subprocess.run(
        [node, "node_modules/vitest/vitest.mjs", "run", "--config", "e2e/vitest.config.ts",
         f"e2e/{file}"],
        cwd=CONSOLE, capture_output=True, text=True, timeout=280, check=False,
        env=os.environ | {"POSTERN_ENDPOINT": postern.endpoint, "POSTERN_DATA": str(postern.data),
                          "POSTERN_CLI": str(BIN / "postern"), "NO_COLOR": "1"})
    assert run.returncode == 0, run.stdout + run.stderr


@pytest.mark.parametrize("file", sorted(path.name for path in (CONSOLE / "e2e").glob("*.test.ts")))
def test_in_the_browser(postern, file):
    drive(postern, file)
