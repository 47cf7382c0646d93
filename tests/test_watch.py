# SPDX-License-Identifier: Apache-2.0
"""postern watch: drops as they happen, with names for who sent what, and why it went nowhere."""
import pytest

from support.tutorial import WORDS, Tutorial
from support.watching import Watching


@pytest.fixture(scope="module")
def tutorial(postern):
    return Tutorial(postern).build()


def drop_one(tutorial: Tutorial) -> None:
    assert tutorial.curl(f"http://{tutorial.endpoint_address()}:8080/", seconds=1)[0] == 28


def test_a_drop_is_told_with_its_reason_and_its_sender(tutorial):
    watching = Watching(tutorial, "--from", tutorial.client)
    drop_one(tutorial)
    drop_one(tutorial)
    events = watching.events()
    assert events
    for event in events:
        assert event["verdict"] == "EndpointIngressDenied"
        assert event["action"] == "Drop"
        assert event["destination"] == tutorial.endpoint_address()
        assert event["destination_port"] == 8080
        assert event["protocol"] == "tcp"
        assert event["instance"] == tutorial.client
        assert event["account"] == tutorial.a.account.id
        assert event["to"] == tutorial.endpoint


def test_one_endpoints_drops_alone_are_shown_when_asked_for(tutorial):
    watching = Watching(tutorial, "--to", tutorial.endpoint)
    drop_one(tutorial)
    assert tutorial.curl("http://10.0.1.77/", seconds=1)[0] in (7, 28)  # nobody has that address
    events = watching.events()
    assert events
    assert {event["to"] for event in events} == {tutorial.endpoint}


def test_connections_that_pass_are_told_when_asked_for(tutorial):
    watching = Watching(tutorial, "--all", "--account", tutorial.a.account.id)
    for _ in range(3):
        assert tutorial.curl(f"http://{tutorial.endpoint_address()}/") == (0, WORDS)
    verdicts = [event["verdict"] for event in watching.events()]
    assert "EndpointAdmitted" in verdicts
    assert "FlowForwarded" not in verdicts


def test_others_drops_are_not_shown_to_who_asks_for_one_sender(tutorial):
    watching = Watching(tutorial, "--from", tutorial.server)
    drop_one(tutorial)
    assert watching.events() == []


def test_a_watcher_that_is_killed_holds_up_nobody(tutorial):
    watching = Watching(tutorial)
    watching.process.kill()
    watching.process.communicate(timeout=20)
    assert tutorial.curl(f"http://{tutorial.endpoint_address()}/") == (0, WORDS)
    watching = Watching(tutorial)
    drop_one(tutorial)
    assert "EndpointIngressDenied" in [event["verdict"] for event in watching.events()]
