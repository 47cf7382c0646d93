# SPDX-License-Identifier: Apache-2.0
"""What Prometheus reads is what `postern status` prints."""
import re
import urllib.error
import urllib.request

import pytest

from support.postern import Postern, free_port
from support.tutorial import Tutorial


@pytest.fixture
def daemon(tmp_path):
    port = free_port()
    with Postern(tmp_path, "--metrics", f"127.0.0.1:{port}") as made:
        made.metrics = f"http://127.0.0.1:{port}"
        yield made


def read(daemon: Postern) -> dict:
    """Name with labels -> value."""
    with urllib.request.urlopen(daemon.metrics + "/metrics", timeout=5) as answer:
        assert answer.headers["Content-Type"] == "text/plain; version=0.0.4"
        lines = answer.read().decode().splitlines()
    found = {}
    for line in lines:
        if not line.startswith("#"):
            name, value = re.fullmatch(r"(\S+(?:\{.*\})?) (\S+)", line).groups()
            found[name] = float(value)
    return found


def test_drops_requests_and_resources_are_counted(daemon):
    t = Tutorial(daemon)
    t.start_client()
    for _ in range(3):
        t.curl("http://192.0.2.1/", seconds=1)
    drops = daemon.drops()
    metrics = read(daemon)
    assert drops["NoRoute"] >= 3
    assert metrics['postern_packets_total{verdict="NoRoute",action="Drop"}'] == drops["NoRoute"]
    assert metrics['postern_bytes_total{verdict="NoRoute",action="Drop"}'] > 60 * drops["NoRoute"]
    assert metrics['postern_api_requests_total{action="ec2:RunInstances",served="true"}'] == 1
    running = f'postern_instances{{account="{t.a.account.id}",state="running"}}'
    assert metrics[running] == 1
    assert metrics["postern_programmed_revision"] == daemon.status()["programmed_revision"]


def test_there_is_nothing_else_at_that_port_and_no_metrics_at_the_apis(daemon):
    for url in (daemon.metrics + "/", daemon.endpoint + "/metrics"):
        with pytest.raises(urllib.error.HTTPError) as refused:
            urllib.request.urlopen(url, timeout=5)
        assert refused.value.code in (400, 403, 404)
