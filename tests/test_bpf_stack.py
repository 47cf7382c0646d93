# SPDX-License-Identifier: Apache-2.0
"""The packet programs fit the stack that Linux 6.1 gives them, whatever kernel the tests run on."""
import pathlib

import pytest

from support.bpf_stack import LIMIT, deepest

BUILD = pathlib.Path(__file__).resolve().parent.parent / "build" / "src"
PROGRAMS = [BUILD / "dataplane" / "bpf" / "pn_fabric.bpf.o",
            # They are loaded by tests, which run on Linux 6.1 too.
            *sorted((BUILD / "reference" / "planted").glob("*.bpf.o"))]


@pytest.mark.parametrize("program", PROGRAMS, ids=lambda program: program.name)
def test_the_deepest_chain_of_calls_fits(program):
    bytes_, chain = deepest(program)
    assert len(chain) > 2, "no calls were found in it"
    assert bytes_ <= LIMIT, " -> ".join(chain)
