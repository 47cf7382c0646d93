# SPDX-License-Identifier: Apache-2.0
"""Virtual machines behind taps of the host's. What plays the machine opens the tap as a hypervisor
does, and speaks in frames.
"""
import contextlib
import fcntl
import os
import socket
import struct
import time

import pytest

from support.attach import attach, attachments, ip, refusal
from support.postern import Postern
from support.tutorial import Side

TUNSETIFF = 0x400454CA
IFF_TAP, IFF_NO_PI = 0x0002, 0x1000
ROUTER_MAC = bytes.fromhex("02504e000001")


class Guest:
    """What a hypervisor does: opens the tap by its name and speaks in frames."""

    def __init__(self, tap: str, made: dict):
        self.fd = os.open("/dev/net/tun", os.O_RDWR)
        fcntl.ioctl(self.fd, TUNSETIFF, struct.pack("16sH22x", tap.encode(), IFF_TAP | IFF_NO_PI))
        os.set_blocking(self.fd, False)
        self.mac = bytes.fromhex(made["mac"].replace(":", ""))
        self.address = socket.inet_aton(made["private_ip"])

    def close(self) -> None:
        os.close(self.fd)

    def exchange(self, frame: bytes, wanted, timeout: float = 60) -> bytes:
        """Sends the frame each half second until a frame comes that `wanted` takes."""
        deadline = time.monotonic() + timeout
        sent = 0.0
        while time.monotonic() < deadline:
            if time.monotonic() - sent > 0.5:
                with contextlib.suppress(OSError):  # the link is not up yet
                    os.write(self.fd, frame)
                sent = time.monotonic()
            try:
                answer = os.read(self.fd, 65536)
            except BlockingIOError:
                time.sleep(0.005)
                continue
            if wanted(answer):
                return answer
        raise AssertionError("no answer")

    def arp(self, address: str) -> bytes:
        """The MAC address that has an address."""
        wanted = socket.inet_aton(address)
        question = (b"\xff" * 6 + self.mac + b"\x08\x06" + struct.pack("!HHBBH", 1, 0x800, 6, 4, 1)
                    + self.mac + self.address + bytes(6) + wanted)
        answer = self.exchange(question, lambda f: f[12:14] == b"\x08\x06" and f[20:22] == b"\x00\x02"
                               and f[28:32] == wanted)
        return answer[22:28]

    def ask(self, gateway: bytes, server: str, name: str) -> bytes:
        """A DNS answer's bytes."""
        labels = b"".join(bytes([len(part)]) + part.encode() for part in name.split(".")) + b"\0"
        question = struct.pack("!6H", 0x1234, 0x0100, 1, 0, 0, 0) + labels + struct.pack("!2H", 1, 1)
        udp = struct.pack("!4H", 40000, 53, 8 + len(question), 0) + question
        head = struct.pack("!BBHHHBBH4s4s", 0x45, 0, 20 + len(udp), 1, 0, 64, 17, 0, self.address,
                           socket.inet_aton(server))
        head = head[:10] + struct.pack("!H", checksum(head)) + head[12:]
        answer = self.exchange(
            gateway + self.mac + b"\x08\x00" + head + udp,
            lambda f: f[12:14] == b"\x08\x00" and f[23] == 17 and f[36:38] == struct.pack("!H", 40000))
        assert answer[0:6] == self.mac and answer[30:34] == self.address
        assert checksum(answer[14:34]) == 0
        return answer[42:]


def checksum(data: bytes) -> int:
    total = sum(struct.unpack(f"!{len(data) // 2}H", data))
    total = (total & 0xFFFF) + (total >> 16)
    return ~(total + (total >> 16)) & 0xFFFF


def host_network() -> list:
    """The names of the host's links that may be ours, and which are up."""
    links = [line.split(":", 2) for line in ip("-o", "link").splitlines()]
    return sorted((name.strip(), "UP" in rest.split(">")[0]) for _, name, rest in links
                  if name.strip().startswith("pnt"))


@pytest.mark.parametrize("was_there", [False, True], ids=["made", "taken"])
def test_a_vm_behind_a_tap_speaks_in_the_vpc(tutorial, detach_all, was_there):
    side, postern = tutorial.a, tutorial.postern
    tap = f"pnt{os.getpid() % 100000}{'t' if was_there else 'm'}"
    try:
        if was_there:
            ip("tuntap", "add", tap, "mode", "tap")
        before = host_network()
        made = attach(side, "--tap", tap)
        assert made["kind"] == "tap" and made["place"] == tap
        assert f"{tap} has {made['network_interface_id']} already" in refusal(side, "--tap", tap)
        side.ec2.modify_vpc_attribute(VpcId=side.vpc, EnableDnsHostnames={"Value": True})
        name = "ip-" + made["private_ip"].replace(".", "-") + ".ap-northeast-1.compute.internal"
        # A hypervisor may come and go.
        for _ in range(2):
            guest = Guest(tap, made)
            try:
                gateway = guest.arp(made["gateway"])
                assert gateway == ROUTER_MAC
                answer = guest.ask(gateway, made["resolvers"][0], name)
                assert answer[:2] == b"\x12\x34" and answer[-4:] == guest.address
            finally:
                guest.close()
        # Another's address is not let out.
        spoofer = Guest(tap, made | {"private_ip": "10.0.1.99"})
        try:
            drops = tutorial.drops_during(lambda: silent(spoofer, gateway, made["resolvers"][0], name))
            assert drops.get("AddressSpoofed", 0) >= 1, drops
        finally:
            spoofer.close()
        postern.cli("detach", made["network_interface_id"])
        assert host_network() == before
        assert attachments(postern) == []
    finally:
        if was_there:
            ip("tuntap", "del", tap, "mode", "tap")


def silent(guest: Guest, *question) -> None:
    with pytest.raises(AssertionError, match="no answer"):
        guest.ask(*question)


def test_destroying_gives_taps_back(tmp_path):
    tap = f"pnt{os.getpid() % 100000}d"
    postern = Postern(tmp_path)
    ip("tuntap", "add", tap, "mode", "tap")
    try:
        before = host_network()
        postern.start()
        side = Side(postern, "a")
        attach(side, "--tap", tap)
        attach(side, "--tap", tap + "2")
        assert host_network() != before
        postern.destroy()
        assert host_network() == before
    finally:
        if postern.process is not None:
            postern.destroy()
        ip("tuntap", "del", tap, "mode", "tap")
