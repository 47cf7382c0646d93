# SPDX-License-Identifier: Apache-2.0
"""The machine that a benchmark runs on: what it is, what it has, and whether it is quiet."""
import os
import pathlib
import platform
import subprocess
import time


def describe() -> str:
    """CPU, cores, memory and kernel, in one line."""
    cpu = next((line.partition(":")[2].strip()
                for line in pathlib.Path("/proc/cpuinfo").read_text().splitlines()
                if line.startswith("model name")), platform.machine())
    memory = os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES") / 2**30
    virtual = subprocess.run(["systemd-detect-virt", "--vm"], capture_output=True, text=True, check=False)
    where = virtual.stdout.strip() if virtual.returncode == 0 else ""
    return (f"{cpu}, {os.cpu_count()} CPUs, {memory:.0f} GiB, Linux {platform.release()}"
            + (f", virtual ({where})" if where else ""))


def busy_share(seconds: float) -> float:
    """The share of all CPUs' time that is not idle, over a time."""
    def idle() -> float:
        ticks = [int(word) for word in pathlib.Path("/proc/stat").read_text().split()[1:9]]
        return (ticks[3] + ticks[4] + ticks[7]) / os.sysconf("SC_CLK_TCK")
    before, begin = idle(), time.monotonic()
    time.sleep(seconds)
    took = time.monotonic() - begin
    return max(0.0, 1 - (idle() - before) / (took * os.cpu_count()))


def wait_until_quiet(share: float, patience: float) -> float:
    """Waits until less than `share` of the machine is in use, for at most `patience` seconds. The share
    that was seen last."""
    deadline = time.monotonic() + patience
    while (seen := busy_share(0.25)) > share and time.monotonic() < deadline:
        pass
    return seen


def install(packages: list[str]) -> None:
    """What is missing, without starting a service of it."""
    missing = [p for p in packages if subprocess.run(
        ["dpkg-query", "-W", "-f", "${Status}", p], capture_output=True, text=True,
        check=False).stdout != "install ok installed"]
    if not missing:
        return
    policy = pathlib.Path("/usr/sbin/policy-rc.d")
    ours = not policy.exists()
    if ours:
        policy.write_text("#!/bin/sh\nexit 101\n")
        policy.chmod(0o755)
    try:
        subprocess.run(["apt-get", "install", "-y", "-qq", "--no-install-recommends", *missing],
                       check=True, stdout=subprocess.DEVNULL,
                       env=os.environ | {"DEBIAN_FRONTEND": "noninteractive"})
    finally:
        if ours:
            policy.unlink()
