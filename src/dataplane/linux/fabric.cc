// SPDX-License-Identifier: Apache-2.0
#include "dataplane/linux/fabric.h"

#include <fcntl.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <charconv>

namespace postern::dataplane {
namespace {

constexpr const char* kGuestName = "eth0";
constexpr char kInstancePrefix = 'e';
constexpr char kServicesPrefix = 's';

// The services namespace sends everything to this neighbour, which exists for that only: which
// frames go where is decided by the program, by their IP addresses.
const IpAddress kServicesGateway = IpAddress::v4(0xa9fe0001);  // 169.254.0.1
const MacAddress kRouterMac{std::array<std::uint8_t, 6> PN_ROUTER_MAC};

// A sysctl of the calling thread's network namespace. One that the kernel does not have is not
// needed: it was built or booted without IPv6.
Result<> set_sysctl(const std::string& name, const std::string& value) {
  const std::string path = "/proc/sys/net/" + name;
  const Fd fd(open(path.c_str(), O_WRONLY | O_CLOEXEC));
  if (!fd) {
    return errno == ENOENT ? Result<>() : unavailable_errno("opening " + path);
  }
  if (write(fd.get(), value.data(), value.size()) != static_cast<ssize_t>(value.size())) {
    return unavailable_errno("writing " + path);
  }
  return {};
}

// These run inside the namespace that they are about.
Result<> set_up_fabric() {
  TRY(set_sysctl("ipv4/ip_forward", "0"));
  return set_sysctl("ipv6/conf/default/disable_ipv6", "1");
}

Result<> set_up_services() {
  // The ports below are the programs' for translated connections: see kPnServicesPortFirst.
  TRY(set_sysctl("ipv4/ip_local_port_range", fmt::format("{} 65535", +kPnServicesPortFirst)));
  return set_sysctl("ipv4/ip_forward", "0");
}

Result<> switch_ipv6_off() {
  return set_sysctl(std::string("ipv6/conf/") + kGuestName + "/disable_ipv6", "1");
}

Result<unsigned> find_eth0(Netlink& netlink) {
  TRY_ASSIGN(const auto found, netlink.find_link(kGuestName));
  if (!found) {
    return unavailable("{} went away while it was being set up", kGuestName);
  }
  return found->ifindex;
}

std::optional<Link> link_of(const LinkInfo& info) {
  const bool instance = info.name.starts_with(kInstancePrefix);
  if (!instance && !info.name.starts_with(kServicesPrefix)) {
    return std::nullopt;
  }
  std::uint32_t owner = 0;
  const char* end = info.name.data() + info.name.size();
  const auto parsed = std::from_chars(info.name.data() + 1, end, owner);
  if (parsed.ec != std::errc() || parsed.ptr != end) {
    return std::nullopt;
  }
  return Link{instance ? kPnPortInstance : kPnPortServices, owner, info.ifindex};
}

}  // namespace

std::string name_of(const Link& link) {
  return (link.kind == kPnPortInstance ? kInstancePrefix : kServicesPrefix) +
         std::to_string(link.owner);
}

Result<Fabric> Fabric::open(const RunDir& dir) {
  TRY(make_namespace(dir.fabric()));
  TRY_ASSIGN(Fd netns, open_namespace(dir.fabric()));
  TRY(in_namespace(netns.get(), set_up_fabric));
  return Fabric(std::move(netns));
}

Result<std::vector<Link>> Fabric::links() const {
  TRY_ASSIGN(Netlink netlink, Netlink::open(netns_.get()));
  TRY_ASSIGN(const std::vector<LinkInfo> all, netlink.links());
  std::vector<Link> found;
  for (const LinkInfo& info : all) {
    if (const auto link = link_of(info)) {
      found.push_back(*link);
    }
  }
  std::ranges::sort(found);
  return found;
}

Result<> Fabric::remove(const Link& link) const {
  TRY_ASSIGN(Netlink netlink, Netlink::open(netns_.get()));
  TRY_ASSIGN(const auto found, netlink.find_link(name_of(link)));
  return found ? netlink.delete_link(found->ifindex) : Result<>();
}

Result<> Fabric::connect(const Link& link, const MacAddress& mac, int other_netns_fd) const {
  TRY_ASSIGN(Netlink netlink, Netlink::open(netns_.get()));
  TRY_ASSIGN(Netlink other, Netlink::open(other_netns_fd));
  TRY_ASSIGN(const auto there, other.find_link(kGuestName));
  TRY_ASSIGN(const auto all, netlink.links());
  bool right = false;
  for (const LinkInfo& here : all) {
    if (here.name != name_of(link) && here.ifindex != link.port) {
      continue;
    }
    right = here.name == name_of(link) && here.ifindex == link.port && there && there->mac == mac &&
            there->peer == here.ifindex && here.peer == there->ifindex;
    if (!right) {
      TRY(netlink.delete_link(here.ifindex));
    }
  }
  if (!right) {
    TRY(netlink.add_veth({.ifindex = link.port,
                          .name = name_of(link),
                          .peer_netns_fd = other_netns_fd,
                          .peer_name = kGuestName,
                          .peer_mac = mac,
                          .mtu = kPnMtu}));
  }
  return netlink.set_up(link.port);
}

Result<> Fabric::configure(const Guest& guest, int guest_netns_fd) const {
  TRY_ASSIGN(Netlink netlink, Netlink::open(guest_netns_fd));
  TRY(in_namespace(guest_netns_fd, switch_ipv6_off));
  TRY_ASSIGN(const unsigned eth0, find_eth0(netlink));
  TRY(netlink.set_addresses(eth0, {guest.address}, guest.prefix));
  TRY(netlink.set_up(eth0));
  return netlink.set_default_route(eth0, {.gateway = guest.gateway});
}

Result<> Fabric::configure(const Services& services, int services_netns_fd) const {
  TRY(in_namespace(services_netns_fd, set_up_services));
  TRY(in_namespace(services_netns_fd, switch_ipv6_off));
  TRY_ASSIGN(Netlink netlink, Netlink::open(services_netns_fd));
  TRY(netlink.set_up(1));  // lo
  TRY_ASSIGN(const unsigned eth0, find_eth0(netlink));
  TRY(netlink.set_addresses(eth0, services.addresses, 32));
  TRY(netlink.set_up(eth0));
  TRY(netlink.set_neighbour(eth0, kServicesGateway, kRouterMac));
  return netlink.set_default_route(
      eth0,
      {.gateway = kServicesGateway, .gateway_on_link = true, .source = services.addresses.front()});
}

}  // namespace postern::dataplane
