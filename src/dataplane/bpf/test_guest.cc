// SPDX-License-Identifier: Apache-2.0
#include "dataplane/bpf/test_guest.h"

#include <fcntl.h>
#include <linux/ethtool.h>
#include <linux/sockios.h>
#include <net/if.h>
#include <netlink/netlink.h>
#include <netlink/route/addr.h>
#include <netlink/route/link.h>
#include <sched.h>
#include <sys/ioctl.h>
#include <sys/socket.h>

#include <algorithm>
#include <memory>
#include <thread>

#include "base/check.h"
#include "dataplane/bpf/test_world.h"

namespace postern::dataplane::testing {
namespace {

constexpr const char* kName = "eth0";

struct Free {
  void operator()(nl_sock* socket) const { nl_socket_free(socket); }
  void operator()(rtnl_link* link) const { rtnl_link_put(link); }
  void operator()(rtnl_addr* address) const { rtnl_addr_put(address); }
  void operator()(nl_addr* address) const { nl_addr_put(address); }
};
template <class T>
using Owned = std::unique_ptr<T, Free>;

Owned<nl_sock> route_socket() {
  Owned<nl_sock> socket(nl_socket_alloc());
  POSTERN_CHECK(nl_connect(socket.get(), NETLINK_ROUTE) == 0, "netlink");
  return socket;
}

// Changes the link `index` of the caller's namespace by what `change` sets.
void change_link(std::uint32_t index, const std::function<void(rtnl_link*)>& change) {
  const Owned<nl_sock> socket = route_socket();
  const Owned<rtnl_link> link(rtnl_link_alloc());
  const Owned<rtnl_link> changes(rtnl_link_alloc());
  rtnl_link_set_ifindex(link.get(), static_cast<int>(index));
  change(changes.get());
  const int error = rtnl_link_change(socket.get(), link.get(), changes.get(), 0);
  POSTERN_CHECK(error == 0, nl_geterror(error));
}

void add_address(std::uint32_t index, const std::string& text) {
  const Owned<nl_sock> socket = route_socket();
  const Owned<rtnl_addr> address(rtnl_addr_alloc());
  nl_addr* parsed = nullptr;
  POSTERN_CHECK(nl_addr_parse((text + "/16").c_str(), AF_INET, &parsed) == 0, "an address");
  const Owned<nl_addr> local(parsed);
  rtnl_addr_set_ifindex(address.get(), static_cast<int>(index));
  rtnl_addr_set_local(address.get(), local.get());
  const int error = rtnl_addr_add(socket.get(), address.get(), 0);
  POSTERN_CHECK(error == 0, nl_geterror(error));
}

void set_offload(std::uint32_t command, bool on) {
  const Fd socket(::socket(AF_INET, SOCK_DGRAM, 0));
  ethtool_value value{.cmd = command, .data = on};
  ifreq request{};
  std::copy_n(kName, 5, request.ifr_name);
  request.ifr_data = reinterpret_cast<char*>(&value);
  POSTERN_CHECK(ioctl(socket.get(), SIOCETHTOOL, &request) == 0, "an offload of a veth");
}

}  // namespace

void attach(Fabric& fabric, std::uint32_t port) {
  bpf_tc_hook hook{};
  hook.sz = sizeof(hook);
  hook.ifindex = static_cast<int>(port);
  hook.attach_point = BPF_TC_INGRESS;
  POSTERN_CHECK(bpf_tc_hook_create(&hook) == 0, "clsact on a new link");
  bpf_tc_opts options{};
  options.sz = sizeof(options);
  options.prog_fd = bpf_program__fd(fabric.programs().progs.pn_from_eni);
  POSTERN_CHECK(bpf_tc_attach(&hook, &options) == 0, "the program on a link");
}

Guest::Guest(std::uint32_t port, const std::string& address) {
  const std::uint32_t end = port + Fabric::kPeerOffset;
  std::thread([this] {
    POSTERN_CHECK(unshare(CLONE_NEWNET) == 0, "a network namespace");
    namespace_ = Fd(open("/proc/thread-self/ns/net", O_RDONLY | O_CLOEXEC));
  }).join();
  change_link(end, [this](rtnl_link* link) { rtnl_link_set_ns_fd(link, namespace_.get()); });
  const auto bring_up = [](rtnl_link* link) {
    rtnl_link_set_mtu(link, kPnMtu);
    rtnl_link_set_flags(link, IFF_UP);
  };
  change_link(port, bring_up);
  run([&] {
    change_link(end, [&](rtnl_link* link) {
      rtnl_link_set_name(link, kName);
      nl_addr* parsed = nullptr;
      POSTERN_CHECK(nl_addr_parse(mac_of(port).text().c_str(), AF_LLC, &parsed) == 0, "a MAC");
      const Owned<nl_addr> mac(parsed);
      rtnl_link_set_addr(link, mac.get());
    });
    change_link(end, bring_up);
    add_address(end, address);
  });
}

void Guest::run(const std::function<void()>& work) const {
  std::thread([&] {
    POSTERN_CHECK(setns(namespace_.get(), CLONE_NEWNET) == 0, "the guest's namespace");
    work();
  }).join();
}

void Guest::set_offloads(bool on) const {
  run([on] {
    set_offload(ETHTOOL_STXCSUM, on);
    set_offload(ETHTOOL_STSO, on);
    set_offload(ETHTOOL_SGSO, on);
  });
}

}  // namespace postern::dataplane::testing
