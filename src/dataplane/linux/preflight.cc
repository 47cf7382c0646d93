// SPDX-License-Identifier: Apache-2.0
#include "dataplane/linux/preflight.h"

#include <bpf/bpf.h>
#include <fcntl.h>
#include <linux/capability.h>
#include <sched.h>
#include <sys/syscall.h>
#include <unistd.h>

#include <array>
#include <cerrno>
#include <cstring>
#include <fstream>
#include <string>
#include <thread>

#include "base/fd.h"
#include "dataplane/linux/netlink.h"

namespace postern::dataplane {
namespace {

struct Needed {
  unsigned capability;
  const char* name;
};
constexpr std::array kNeeded = {Needed{CAP_NET_ADMIN, "CAP_NET_ADMIN"},
                                Needed{CAP_SYS_ADMIN, "CAP_SYS_ADMIN"}};

Result<> check_rights() {
  __user_cap_header_struct header{_LINUX_CAPABILITY_VERSION_3, 0};
  std::array<__user_cap_data_struct, 2> data{};
  if (syscall(SYS_capget, &header, data.data()) != 0) {
    return unavailable_errno("reading this process's capabilities");
  }
  for (const Needed& each : kNeeded) {
    if ((data[each.capability / 32].effective & (1U << each.capability % 32)) == 0) {
      return unavailable("Postern must run as root: this process lacks {}.", each.name);
    }
  }
  return {};
}

Result<> check_bpf() {
  const Fd map(
      bpf_map_create(BPF_MAP_TYPE_ARRAY, "pn_check", sizeof(__u32), sizeof(__u32), 1, nullptr));
  if (!map) {
    return unavailable("This kernel does not let Postern use eBPF (bpf: {}).",
                       std::strerror(errno));
  }
  std::ifstream filesystems("/proc/filesystems");
  for (std::string line; std::getline(filesystems, line);) {
    if (line.ends_with("\tbpf")) {
      return {};
    }
  }
  return unavailable("This kernel has no bpf file system (CONFIG_BPF_SYSCALL).");
}

// On a thread of its own, in a namespace that goes with it.
Result<> make_veth() {
  if (unshare(CLONE_NEWNET) != 0) {
    return unavailable("This kernel does not let Postern make network namespaces (unshare: {}).",
                       std::strerror(errno));
  }
  const Fd netns(::open("/proc/thread-self/ns/net", O_RDONLY | O_CLOEXEC));
  if (!netns) {
    return unavailable_errno("opening /proc/thread-self/ns/net");
  }
  TRY_ASSIGN(Netlink netlink, Netlink::open(netns.get()));
  const auto made = netlink.add_veth({.ifindex = 1000,
                                      .name = "e1",
                                      .peer_netns_fd = netns.get(),
                                      .peer_name = "eth0",
                                      .peer_mac = MacAddress::local(1),
                                      .mtu = 9001});
  if (!made) {
    return unavailable("This kernel does not let Postern make veth pairs ({}).",
                       made.error().message());
  }
  return {};
}

}  // namespace

Result<> check_machine() {
  TRY(check_rights());
  TRY(check_bpf());
  Result<> veth;
  std::thread([&] { veth = make_veth(); }).join();
  return veth;
}

}  // namespace postern::dataplane
