# SPDX-License-Identifier: Apache-2.0
"""What is missing or taken is said in one clear sentence, and the daemon does not start."""
import os
import subprocess

import pytest

from support.postern import BIN, free_port


def refusal(*options: str, **more) -> tuple[int, str]:
    """Exit status and what a posternd that cannot start says; it must be one line."""
    run = subprocess.run([BIN / "posternd", *options], capture_output=True, text=True, timeout=30,
                         check=False, **more)
    assert run.stdout == ""
    assert run.stderr.count("\n") == 1 and run.stderr.startswith("posternd: "), run.stderr
    return run.returncode, run.stderr


def test_a_data_directory_in_use(postern):
    status, words = refusal("--data-dir", str(postern.data), "--listen", f"127.0.0.1:{free_port()}")
    assert status == 1
    assert str(postern.data) in words and "in use" in words


def test_a_port_that_is_taken(postern, tmp_path):
    try:
        status, words = refusal("--data-dir", str(tmp_path / "other"), "--log-level", "error",
                                "--listen", f"127.0.0.1:{postern.port}")
        assert status == 1
        assert str(postern.port) in words
    finally:
        subprocess.run([BIN / "posternd", "--data-dir", tmp_path / "other", "--destroy"], check=True,
                       timeout=60)


def test_without_the_rights(tmp_path):
    def become_nobody():
        os.setgid(65534)
        os.setuid(65534)

    program = tmp_path / "posternd"
    program.write_bytes((BIN / "posternd").read_bytes())
    program.chmod(0o755)
    for folder in (tmp_path, *tmp_path.parents):
        if folder.stat().st_mode & 0o005 != 0o005 and str(folder).startswith("/tmp/"):
            folder.chmod(0o755)
    run = subprocess.run([program, "--data-dir", "/nowhere"], capture_output=True, text=True,
                         timeout=30, check=False, preexec_fn=become_nobody)
    assert run.returncode == 1
    assert run.stderr.count("\n") == 1 and "root" in run.stderr, run.stderr


@pytest.mark.parametrize("options, words", [
    (["--listen", "banana"], "--listen banana"),
    (["--region", "Tokyo"], "--region Tokyo"),
    (["--auth", "maybe"], "--auth"),
    (["--dns-upstream", "10.0.0"], "--dns-upstream 10.0.0"),
    (["--colour", "red"], "--colour"),
])
def test_a_bad_option(options, words):
    status, said = refusal(*options)
    assert status == 2
    assert words in said


def test_the_configuration_file_is_read(tmp_path):
    file = tmp_path / "posternd.conf"
    file.write_text("region = Tokyo\n", encoding="utf-8")
    status, said = refusal("--config", str(file))
    assert status == 2
    assert "--region Tokyo" in said


def test_the_cli_says_that_there_is_no_daemon(tmp_path):
    run = subprocess.run([BIN / "postern", "--data-dir", str(tmp_path), "status"],
                         capture_output=True, text=True, timeout=30, check=False)
    assert run.returncode == 1
    assert "no posternd" in run.stderr and run.stderr.count("\n") == 1
