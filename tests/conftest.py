# SPDX-License-Identifier: Apache-2.0
"""What the end-to-end tests share: a posternd of their own, accounts, and the tutorial's world."""
import pytest

from support.postern import Postern
from support.tutorial import Tutorial


@pytest.fixture(scope="session")
def postern(tmp_path_factory):
    """A running posternd that all tests of the session share. Nothing of it is left afterwards."""
    daemon = Postern(tmp_path_factory.mktemp("postern"))
    try:
        daemon.start()
        yield daemon
    finally:
        daemon.destroy()


@pytest.fixture
def tutorial(postern):
    """The tutorial's two accounts, with nothing in them yet."""
    return Tutorial(postern)
