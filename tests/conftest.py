# SPDX-License-Identifier: Apache-2.0
"""What the end-to-end tests share: a posternd of their own, accounts, and the tutorial's world."""
import contextlib
import signal

import pytest

from support.attach import Namespace, attachments
from support.postern import Postern
from support.tutorial import Tutorial


def pytest_configure():
    # Whoever ends a run gets everything cleaned up.
    signal.signal(signal.SIGTERM, signal.default_int_handler)


@pytest.fixture(scope="session")
def postern(tmp_path_factory):
    """A running posternd that all tests of the session share. Nothing of it is left afterwards."""
    with Postern(tmp_path_factory.mktemp("postern"), "--subscriber-network", "127.0.0.1/32") as daemon:
        yield daemon


@pytest.fixture
def tutorial(postern):
    """The tutorial's two accounts, with nothing in them yet."""
    return Tutorial(postern)


@pytest.fixture
def namespace():
    """Makes namespaces by name."""
    with contextlib.ExitStack() as stack:
        def make(name: str) -> Namespace:
            made = Namespace(name)
            stack.callback(made.close)
            return made
        yield make


@pytest.fixture
def detach_all(postern):
    """Whatever a test leaves attached is detached: the next one shares the daemon."""
    yield
    for row in attachments(postern):
        postern.cli("detach", row["network_interface_id"])
