# SPDX-License-Identifier: Apache-2.0
"""Benchmarks that are one program of ours, which prints its cases, and need no root."""
import argparse
import json
import pathlib
import subprocess

import machine
import report

ROOT = pathlib.Path(__file__).resolve().parent.parent


def main(description: str, program: str, mark: str, title: str) -> None:
    """Builds `program`, runs it, prints its table; it stands between the marks `mark` of the docs."""
    parser = argparse.ArgumentParser(description=description)
    parser.add_argument("--write-docs", action="store_true", help="put the table into docs/benchmarks.md")
    chosen = parser.parse_args()
    subprocess.run([ROOT / "scripts" / "build", "--no-tests"], check=True, stdout=subprocess.DEVNULL)
    subprocess.run(["cmake", "--build", ROOT / "build", "--target", program], check=True,
                   stdout=subprocess.DEVNULL)
    busy = machine.wait_until_quiet(0.1, patience=5)
    figures = json.loads(subprocess.run([ROOT / "build" / "bin" / program], check=True,
                                        capture_output=True, text=True).stdout)
    text = (f"{machine.describe()}; {100 * busy:.0f} % of it in other use.\n\n"
            + report.cases_table(title, figures))
    print(text)
    if chosen.write_docs:
        report.write_docs(ROOT / "docs" / "benchmarks.md", text, mark)
