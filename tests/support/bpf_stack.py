# SPDX-License-Identifier: Apache-2.0
"""The stack that the functions of a BPF object take together, as Linux 6.1 counts it."""
import pathlib
import re
import subprocess
from dataclasses import dataclass, field

LIMIT = 512
# Linux 6.1 counts each function's stack in steps of 32 bytes; newer ones in steps of 16.
STEP = 32

TEXT = ".text"
CALL, MOVE, ADD = 0x85, 0xBF, 0x07
FRAME = 10  # r10


@dataclass
class Function:
    section: str
    depth: int = 0  # bytes
    calls: set = field(default_factory=set)  # names, or places (section, offset) until they are known


def functions(program: pathlib.Path) -> dict[str, Function]:
    """Name -> function, of all that are in the object."""
    listing = subprocess.run(["llvm-objdump-19", "-d", "-r", str(program)], capture_output=True, text=True,
                             check=True).stdout
    found, places, section, function, call = {}, {}, "", None, None
    frames = set()  # registers that point to the top of the frame just now
    for line in listing.splitlines():
        if begin := re.match(r"Disassembly of section (\S+):", line):
            section = begin[1]
        elif begin := re.match(r"([0-9a-f]+) <(?!LBB|\.L)(.+)>:", line):
            function, frames = found.setdefault(begin[2], Function(section)), set()
            places[section, int(begin[1], 16)] = begin[2]
        elif code := re.match(r"\s+(\d+):\s+((?:[0-9a-f]{2} ){7}[0-9a-f]{2})\s", line):
            raw = bytes.fromhex(code[2])
            to, source = raw[1] & 15, raw[1] >> 4
            offset = int.from_bytes(raw[2:4], "little", signed=True)
            value = int.from_bytes(raw[4:8], "little", signed=True)
            kind = raw[0] & 7
            if (kind == 1 and source == FRAME) or (kind in (2, 3) and to == FRAME):
                function.depth = max(function.depth, -offset)
            if raw[0] == CALL and source == 1:
                call = (section, (int(code[1]) + value + 1) * 8)
                function.calls.add(call)
                in_text = (TEXT, (value + 1) * 8)
            elif raw[0] == ADD and to in frames:
                function.depth = max(function.depth, -value)
            frames = frames | {to} if raw[0] == MOVE and source == FRAME else frames - {to}
        elif named := re.search(r"R_BPF_64_32\s+(\S+)", line):
            # The linker says where the call goes: by name, or by its place in .text.
            function.calls.discard(call)
            function.calls.add(in_text if named[1] == TEXT else named[1])
    for function in found.values():
        function.calls = {places[to] if isinstance(to, tuple) else to for to in function.calls}
    return found


def deepest(program: pathlib.Path) -> tuple[int, list[str]]:
    """The bytes of the deepest chain of calls, and who is in it."""
    found = functions(program)

    def below(name: str) -> tuple[int, list[str]]:
        function = found[name]
        own = max(STEP, -(-function.depth // STEP) * STEP)
        bytes_, chain = max((below(callee) for callee in function.calls), default=(0, []))
        return own + bytes_, [f"{name} {function.depth}", *chain]

    return max(below(name) for name, function in found.items() if function.section != TEXT)
