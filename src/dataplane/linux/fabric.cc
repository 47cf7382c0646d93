// SPDX-License-Identifier: Apache-2.0
#include "dataplane/linux/fabric.h"

#include <fcntl.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <charconv>

namespace postern::dataplane {
namespace {

constexpr const char* kServicesName = "eth0";
constexpr char kInstancePrefix = 'e';
constexpr char kServicesPrefix = 's';

// The services namespace sends everything to this neighbour, which exists for that only: which
// frames go where is decided by the program, by their IP addresses. So is what one load balancer
// sends to another, though both are here.
const IpAddress kServicesGateway = IpAddress::v4(0xa9fe0001);  // 169.254.0.1
const MacAddress kRouterMac{std::array<std::uint8_t, 6> PN_ROUTER_MAC};
const IpAddress kRouterLinkLocal{std::array<std::uint8_t, 16> PN_ROUTER_LINK_LOCAL};

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
  // A relay's connections all go to one address: their ports are soon needed again. (RFC 6191)
  TRY(set_sysctl("ipv4/tcp_tw_reuse", "1"));
  return set_sysctl("ipv4/ip_forward", "0");
}

// Whether a device takes IPv6. What it takes is told, never asked for: neither routers nor others
// with the same address.
Result<> switch_ipv6(const std::string& name, bool on) {
  const std::string of_device = "ipv6/conf/" + name + "/";
  if (on) {
    TRY(set_sysctl(of_device + "accept_ra", "0"));
    TRY(set_sysctl(of_device + "accept_dad", "0"));
    TRY(set_sysctl(of_device + "dad_transmits", "0"));
  }
  return set_sysctl(of_device + "disable_ipv6", on ? "0" : "1");
}

bool has_ipv6(const std::vector<Local>& addresses) {
  return std::ranges::any_of(addresses, [](const Local& each) { return !each.address.is_v4(); });
}

Result<LinkInfo> must_find(Netlink& netlink, const std::string& name) {
  TRY_ASSIGN(const auto found, netlink.find_link(name));
  if (!found) {
    return unavailable("{} went away while it was being set up", name);
  }
  return *found;
}

// The other end of `here`, in the namespace that was listed.
const LinkInfo* other_end(const LinkInfo& here, const std::vector<LinkInfo>& there) {
  const auto found = std::ranges::find_if(there, [&](const LinkInfo& link) {
    return link.kind == "veth" && link.ifindex == here.peer && link.peer == here.ifindex;
  });
  return found == there.end() ? nullptr : &*found;
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
  TRY_ASSIGN(Fd host, open_namespace("/proc/thread-self/ns/net"));
  return Fabric(std::move(netns), std::move(host));
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
  return found ? remove(netlink, *found) : Result<>();
}

Result<> Fabric::remove_all() const {
  TRY_ASSIGN(Netlink netlink, Netlink::open(netns_.get()));
  TRY_ASSIGN(const auto links, netlink.links());
  for (const LinkInfo& link : links) {
    if (link.peer != 0) {
      TRY(remove(netlink, link));
    }
  }
  return {};
}

Result<> Fabric::remove(Netlink& netlink, const LinkInfo& link) const {
  if (const auto note = TapNote::parse(link.alias)) {
    TRY_ASSIGN(Netlink host, Netlink::open(host_netns_.get()));
    TRY(in_namespace(host_netns_.get(), [&] { return give_back(host, *note); }));
  }
  return netlink.delete_link(link.ifindex);
}

Result<std::vector<std::uint32_t>> Fabric::connected() const {
  TRY_ASSIGN(Netlink netlink, Netlink::open(netns_.get()));
  TRY_ASSIGN(Netlink host, Netlink::open(host_netns_.get()));
  TRY_ASSIGN(const std::vector<LinkInfo> all, netlink.links());
  std::vector<std::uint32_t> owners;
  for (const LinkInfo& info : all) {
    const auto link = link_of(info);
    if (!link || link->kind != kPnPortInstance) {
      continue;
    }
    const auto note = TapNote::parse(info.alias);
    if (note) {
      TRY_ASSIGN(const auto tap, host.find_link(note->tap));
      if (!tap || tap->ifindex != note->ifindex) {
        continue;
      }
    }
    owners.push_back(link->owner);
  }
  return owners;
}

Result<> Fabric::connect(const Link& link, const MacAddress& mac, int other_netns_fd,
                         const std::string& name) const {
  TRY_ASSIGN(Netlink netlink, Netlink::open(netns_.get()));
  TRY_ASSIGN(Netlink other, Netlink::open(other_netns_fd));
  TRY_ASSIGN(const auto there, other.find_link(name));
  TRY_ASSIGN(const auto all, netlink.links());
  bool right = false;
  for (const LinkInfo& here : all) {
    if (here.name != name_of(link) && here.ifindex != link.port) {
      continue;
    }
    right = here.name == name_of(link) && here.ifindex == link.port && there && there->mac == mac &&
            there->peer == here.ifindex && here.peer == there->ifindex;
    if (!right) {
      TRY(remove(netlink, here));
    }
  }
  if (!right) {
    TRY(netlink.add_veth({.ifindex = link.port,
                          .name = name_of(link),
                          .peer_netns_fd = other_netns_fd,
                          .peer_name = name,
                          .peer_mac = mac,
                          .mtu = kPnMtu}));
  }
  return netlink.set_up(link.port);
}

Result<> Fabric::connect_tap(const Link& link, const std::string& tap) const {
  TRY_ASSIGN(Netlink netlink, Netlink::open(netns_.get()));
  TRY_ASSIGN(const auto all, netlink.links());
  for (const LinkInfo& here : all) {
    if (here.name == name_of(link) || here.ifindex == link.port) {
      TRY(remove(netlink, here));
    }
  }
  TRY_ASSIGN(Netlink host, Netlink::open(host_netns_.get()));
  TRY_ASSIGN(const auto found, host.find_link(tap));
  TapNote note{.tap = tap, .made = !found};
  if (found) {
    note.ifindex = found->ifindex;
    note.was_up = found->up;
  }
  TRY(netlink.add_veth({.ifindex = link.port,
                        .name = name_of(link),
                        .peer_netns_fd = host_netns_.get(),
                        .peer_name = kOuterName,
                        .peer_mac = std::nullopt,
                        .mtu = kPnMtu}));
  return plug_in(netlink, link, std::move(note));
}

// Notes first what will have to be undone.
Result<> Fabric::plug_in(Netlink& netlink, const Link& link, TapNote note) const {
  TRY(netlink.set_alias(link.port, note.text()));
  return in_namespace(host_netns_.get(), [&]() -> Result<> {
    TRY_ASSIGN(Netlink host, Netlink::open(host_netns_.get()));
    if (note.made) {
      TRY(make_tap(note.tap));
      TRY(switch_ipv6(note.tap, false));
      TRY_ASSIGN(const LinkInfo tap, must_find(host, note.tap));
      note.ifindex = tap.ifindex;
      TRY(host.set_mtu(tap.ifindex, kPnMtu));
      TRY(netlink.set_alias(link.port, note.text()));
    }
    TRY_ASSIGN(const LinkInfo here, must_find(netlink, name_of(link)));
    TRY_ASSIGN(const auto links, host.links());
    const LinkInfo* outer = other_end(here, links);
    if (outer == nullptr) {
      return unavailable("the outer end of {} went away while it was being set up", here.name);
    }
    TRY(switch_ipv6(outer->name, false));
    TRY(wire(note.ifindex, outer->ifindex));
    TRY(wire(outer->ifindex, note.ifindex));
    TRY(host.set_up(outer->ifindex));
    TRY(host.set_up(note.ifindex));
    return netlink.set_up(link.port);
  });
}

Result<> Fabric::configure(const Guest& guest, int guest_netns_fd) const {
  constexpr unsigned kIpv6Prefix = 64;  // of a subnet: its addresses are on link
  std::vector<Local> addresses = {{guest.address, guest.prefix}};
  for (const IpAddress& address : guest.ipv6_addresses) {
    addresses.push_back({address, kIpv6Prefix});
  }
  TRY_ASSIGN(Netlink netlink, Netlink::open(guest_netns_fd));
  TRY(in_namespace(guest_netns_fd, [&] { return switch_ipv6(guest.name, has_ipv6(addresses)); }));
  TRY_ASSIGN(const LinkInfo link, must_find(netlink, guest.name));
  TRY(netlink.set_addresses(link.ifindex, addresses));
  TRY(netlink.set_up(link.ifindex));
  if (guest.default_route) {
    if (has_ipv6(addresses)) {
      TRY(netlink.set_default_route(link.ifindex, {.gateway = kRouterLinkLocal}));
    }
    return netlink.set_default_route(link.ifindex, {.gateway = guest.gateway});
  }
  for (const Cidr& destination : guest.routes) {
    const IpAddress gateway = destination.is_v4() ? guest.gateway : kRouterLinkLocal;
    if (destination.is_v4() || has_ipv6(addresses)) {
      TRY(netlink.add_route(link.ifindex, destination, gateway));
    }
  }
  return {};
}

Result<> Fabric::configure(const Services& services, int services_netns_fd) const {
  std::vector<Local> addresses;
  for (const IpAddress& address : services.addresses) {
    addresses.push_back({address, address.is_v4() ? 32U : 128U});
  }
  TRY(in_namespace(services_netns_fd, set_up_services));
  TRY(in_namespace(services_netns_fd,
                   [&] { return switch_ipv6(kServicesName, has_ipv6(addresses)); }));
  TRY_ASSIGN(Netlink netlink, Netlink::open(services_netns_fd));
  TRY(netlink.set_up(1));  // lo
  TRY(netlink.send_own_out());
  TRY_ASSIGN(const LinkInfo eth0, must_find(netlink, kServicesName));
  TRY(netlink.set_addresses(eth0.ifindex, addresses));
  TRY(netlink.set_up(eth0.ifindex));
  if (has_ipv6(addresses)) {
    TRY(netlink.set_neighbour(eth0.ifindex, kRouterLinkLocal, kRouterMac));
    TRY(netlink.set_default_route(eth0.ifindex, {.gateway = kRouterLinkLocal}));
  }
  TRY(netlink.set_neighbour(eth0.ifindex, kServicesGateway, kRouterMac));
  return netlink.set_default_route(
      eth0.ifindex,
      {.gateway = kServicesGateway, .gateway_on_link = true, .source = services.addresses.front()});
}

}  // namespace postern::dataplane
