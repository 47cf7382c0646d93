# SPDX-License-Identifier: Apache-2.0
"""The paths that Postern's is measured beside, each a client and a server in network namespaces.

    direct   one veth pair
    direct_9001  the same with the MTU of an instance's interface
    routed   client - router - server, IP forwarding
    nft      the same router with DNAT, SNAT, connection tracking and a few filter rules
    haproxy  the same router with HAProxy in TCP mode
    nginx    the same router with nginx's stream module

All but direct_9001 have the MTU of what passes an endpoint, and all the same congestion control: a host's
default may pace by timers, and then a ratio is a coin toss.
"""
import contextlib
import os
import pathlib
import subprocess
import time

PORT = 80
MTU = 8500


def run(*command, **more) -> subprocess.CompletedProcess:
    done = subprocess.run([str(word) for word in command], check=False, text=True,
                          capture_output=True, **more)
    if done.returncode != 0:
        raise SystemExit(f"bench: {' '.join(map(str, command))}: {done.stderr.strip()}")
    return done


def settle(inside: list[str]) -> None:
    """The settings that a client's or server's namespace has on every path."""
    run(*inside, "sysctl", "-q", "-w", "net.ipv4.tcp_congestion_control=reno",
        "net.ipv4.ip_local_port_range=1024 60999")


class Path:
    """A client's and a server's namespace. `client` and `server` are the words before a command that
    put it there; `address` is where the client sends to."""

    name = ""
    beside = "direct"  # the path that its ratios are taken to
    carries_udp = True
    packages: list[str] = []

    def __init__(self, folder: pathlib.Path):
        self.folder = folder
        self.processes: list[subprocess.Popen] = []
        self.namespaces: list[str] = []
        self.address = ""
        self.client: list[str] = []
        self.server: list[str] = []

    def start(self) -> None:
        raise NotImplementedError

    def serve(self, server: pathlib.Path) -> None:
        """Once it has started: its ends are made ready, and the server runs."""
        for inside in (self.client, self.server):
            settle(inside)
        self.spawn(*self.server, "taskset", "-c", "1", server, "serve", PORT)

    def during(self) -> contextlib.AbstractContextManager:
        """What is so while a sample is taken."""
        return contextlib.nullcontext()

    def stop(self) -> None:
        for process in self.processes:
            process.terminate()
            process.wait(timeout=10)
        for name in self.namespaces:
            subprocess.run(["ip", "netns", "delete", name], check=False, capture_output=True)

    def namespace(self, part: str) -> str:
        name = f"pnbench-{os.getpid()}-{self.name}-{part}"
        run("ip", "netns", "add", name)
        self.namespaces.append(name)
        run("ip", "-n", name, "link", "set", "lo", "up")
        return name

    def spawn(self, *command) -> subprocess.Popen:
        log = self.folder / f"{self.name}.log"
        with log.open("a") as out:
            process = subprocess.Popen([str(word) for word in command], stdout=out, stderr=out)
        self.processes.append(process)
        time.sleep(0.2)
        if process.poll() is not None:
            raise SystemExit(f"bench: {' '.join(map(str, command))}: {log.read_text().strip()}")
        return process


def connect(left: str, left_address: str, right: str, right_address: str, mtu: int = MTU) -> None:
    """A veth pair between two namespaces; its ends are named after the other's."""
    ends = (f"to-{right.rsplit('-', 1)[1]}", f"to-{left.rsplit('-', 1)[1]}")
    run("ip", "-n", left, "link", "add", ends[0], "mtu", mtu, "type", "veth", "peer", "name",
        ends[1], "mtu", mtu, "netns", right)
    for name, end, address in ((left, ends[0], left_address), (right, ends[1], right_address)):
        run("ip", "-n", name, "address", "add", address, "dev", end)
        run("ip", "-n", name, "link", "set", end, "up")


class Direct(Path):
    name = "direct"
    mtu = MTU

    def start(self) -> None:
        client, server = self.namespace("client"), self.namespace("server")
        connect(client, "10.9.0.1/24", server, "10.9.0.2/24", self.mtu)
        self.client = ["ip", "netns", "exec", client]
        self.server = ["ip", "netns", "exec", server]
        self.address = "10.9.0.2"


class Direct9001(Direct):
    name = "direct_9001"
    mtu = 9001


class Routed(Path):
    name = "routed"

    def start(self) -> None:
        client, server = self.namespace("client"), self.namespace("server")
        self.router = self.namespace("router")
        connect(client, "10.9.1.1/24", self.router, "10.9.1.2/24")
        connect(self.router, "10.9.2.1/24", server, "10.9.2.2/24")
        run("ip", "-n", client, "route", "add", "default", "via", "10.9.1.2")
        run("ip", "-n", server, "route", "add", "default", "via", "10.9.2.1")
        self.client = ["ip", "netns", "exec", client]
        self.server = ["ip", "netns", "exec", server]
        self.middle = ["ip", "netns", "exec", self.router]
        settle(self.middle)
        run(*self.middle, "sysctl", "-q", "-w", "net.ipv4.ip_forward=1")
        self.address = "10.9.2.2"


class Nft(Routed):
    name = "nft"
    packages = ["nftables"]

    RULES = f"""
    table ip bench {{
      chain to_target {{
        type nat hook prerouting priority dstnat;
        ip daddr 10.9.1.2 meta l4proto {{ tcp, udp }} th dport {PORT} dnat to 10.9.2.2
      }}
      chain from_router {{
        type nat hook postrouting priority srcnat;
        oifname "to-server" snat to 10.9.2.1
      }}
      chain forwarded {{
        type filter hook forward priority filter; policy drop;
        ct state established,related accept
        ip saddr 10.9.1.0/24 meta l4proto {{ tcp, udp }} th dport {PORT} ct state new accept
      }}
    }}
    """

    def start(self) -> None:
        super().start()
        # Else the table fills with closed connections, which Postern forgets after seconds.
        run(*self.middle, "nft", "-f", "-", input=self.RULES)
        subprocess.run([*self.middle, "sysctl", "-q", "-w",
                        "net.netfilter.nf_conntrack_tcp_timeout_time_wait=5"], check=True)
        self.address = "10.9.1.2"


class HaProxy(Routed):
    name = "haproxy"
    carries_udp = False
    packages = ["haproxy"]

    def start(self) -> None:
        super().start()
        config = self.folder / "haproxy.cfg"
        config.write_text(f"""
global
  nbthread 2
  maxconn 4000
defaults
  mode tcp
  option splice-auto
  timeout connect 5s
  timeout client 60s
  timeout server 60s
listen bench
  bind 10.9.1.2:{PORT}
  server target 10.9.2.2:{PORT}
""")
        self.spawn(*self.middle, "haproxy", "-db", "-f", config)
        self.address = "10.9.1.2"


class Nginx(Routed):
    name = "nginx"
    packages = ["nginx-light", "libnginx-mod-stream"]

    def start(self) -> None:
        super().start()
        config = self.folder / "nginx.conf"
        config.write_text(f"""
load_module /usr/lib/nginx/modules/ngx_stream_module.so;
daemon off;
user root;
worker_processes 2;
pid {self.folder}/nginx.pid;
error_log {self.folder}/nginx.error.log;
events {{ worker_connections 4096; }}
stream {{
  server {{ listen 10.9.1.2:{PORT} reuseport; proxy_pass 10.9.2.2:{PORT}; }}
  server {{ listen 10.9.1.2:{PORT} udp reuseport; proxy_pass 10.9.2.2:{PORT}; proxy_timeout 10s; }}
}}
""")
        self.spawn(*self.middle, "nginx", "-c", config, "-p", self.folder)
        self.address = "10.9.1.2"


RIVALS = (Direct9001, Routed, Nft, HaProxy, Nginx)
