# SPDX-License-Identifier: Apache-2.0
"""docs/parity.md says what the daemon answers. POSTERN_WRITE_PARITY=1 writes it anew."""
import os

import botocore
import pytest

from support import parity
from support.postern import ROOT, Postern

PAGE = ROOT / "docs" / "parity.md"


def test_the_page_says_what_is_served(tmp_path):
    # A daemon of its own: some of what is asked for is done.
    with Postern(tmp_path) as daemon:
        found = parity.page(daemon.account())
    if os.environ.get("POSTERN_WRITE_PARITY"):
        PAGE.write_text(found)
    said = PAGE.read_text()
    if f"botocore {botocore.__version__}'s" not in said:
        pytest.skip("the page was made with another version of botocore")
    assert found == said
