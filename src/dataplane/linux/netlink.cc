// SPDX-License-Identifier: Apache-2.0
#include "dataplane/linux/netlink.h"

#include <linux/fib_rules.h>
#include <linux/if.h>
#include <linux/if_arp.h>
#include <linux/neighbour.h>
#include <linux/rtnetlink.h>
#include <netlink/errno.h>
#include <netlink/route/addr.h>
#include <netlink/route/link.h>
#include <netlink/route/link/veth.h>
#include <netlink/route/neighbour.h>
#include <netlink/route/qdisc.h>
#include <netlink/route/qdisc/netem.h>
#include <netlink/route/route.h>
#include <netlink/route/rule.h>
#include <netlink/route/tc.h>

#include <algorithm>
#include <array>
#include <set>

#include "dataplane/linux/net_namespace.h"

namespace postern::dataplane {
namespace {

// libnl's objects and the calls that let go of them.
template <auto kRelease>
struct Release {
  template <class T>
  void operator()(T* object) const {
    kRelease(object);
  }
};
using LinkPtr = std::unique_ptr<rtnl_link, Release<rtnl_link_put>>;
using AddrPtr = std::unique_ptr<nl_addr, Release<nl_addr_put>>;
using LocalPtr = std::unique_ptr<rtnl_addr, Release<rtnl_addr_put>>;
using RoutePtr = std::unique_ptr<rtnl_route, Release<rtnl_route_put>>;
using NeighbourPtr = std::unique_ptr<rtnl_neigh, Release<rtnl_neigh_put>>;
using RulePtr = std::unique_ptr<rtnl_rule, Release<rtnl_rule_put>>;
using QdiscPtr = std::unique_ptr<rtnl_qdisc, Release<rtnl_qdisc_put>>;
using CachePtr = std::unique_ptr<nl_cache, Release<nl_cache_free>>;

constexpr const char* kNetem = "netem";
// How many packets it holds back before it drops some.
constexpr int kNetemPackets = 100000;

// A netem to be the link's root qdisc; null: there is no room, or libnl does not know it.
QdiscPtr root_netem(unsigned ifindex) {
  QdiscPtr made(rtnl_qdisc_alloc());
  auto* tc = reinterpret_cast<rtnl_tc*>(made.get());
  if (tc == nullptr || rtnl_tc_set_kind(tc, kNetem) != 0) {
    return nullptr;
  }
  rtnl_tc_set_ifindex(tc, static_cast<int>(ifindex));
  rtnl_tc_set_parent(tc, TC_H_ROOT);
  rtnl_tc_set_handle(tc, TC_HANDLE(1, 0));
  return made;
}

std::unexpected<Error> refused(int code, std::string_view what) {
  return unavailable("{}: {}", what, nl_geterror(code));
}

Result<> check(int code, std::string_view what) {
  if (code < 0) {
    return refused(code, what);
  }
  return {};
}

std::uint8_t family_of(const IpAddress& address) {
  return address.is_v4() ? AF_INET : AF_INET6;
}

// Without a prefix length: the address alone.
AddrPtr address_of(const IpAddress& address, std::optional<unsigned> prefix = {}) {
  // IPv4 stands in the last four of the mapped form's bytes.
  AddrPtr made(address.is_v4() ? nl_addr_build(AF_INET, address.bytes().data() + 12, 4)
                               : nl_addr_build(AF_INET6, address.bytes().data(), 16));
  nl_addr_set_prefixlen(made.get(), static_cast<int>(prefix.value_or(address.is_v4() ? 32 : 128)));
  return made;
}

IpAddress address_from(const nl_addr* address) {
  if (nl_addr_get_family(address) == AF_INET6) {
    std::array<std::uint8_t, 16> all{};
    std::memcpy(all.data(), nl_addr_get_binary_addr(address), all.size());
    return IpAddress(all);
  }
  std::array<std::uint8_t, 4> bytes{};
  std::memcpy(bytes.data(), nl_addr_get_binary_addr(address), bytes.size());
  return IpAddress::v4(std::uint32_t{bytes[0]} << 24 | std::uint32_t{bytes[1]} << 16 |
                       std::uint32_t{bytes[2]} << 8 | std::uint32_t{bytes[3]});
}

AddrPtr address_of(const MacAddress& mac) {
  return AddrPtr(nl_addr_build(AF_LLC, mac.bytes().data(), mac.bytes().size()));
}

LinkInfo info_of(rtnl_link* link) {
  LinkInfo info;
  info.ifindex = static_cast<unsigned>(rtnl_link_get_ifindex(link));
  info.peer = static_cast<unsigned>(std::max(0, rtnl_link_get_link(link)));
  info.name = rtnl_link_get_name(link);
  info.up = (rtnl_link_get_flags(link) & IFF_UP) != 0;
  const char* kind = rtnl_link_get_type(link);
  info.kind = kind != nullptr ? kind : "";
  info.ethernet = rtnl_link_get_arptype(link) == ARPHRD_ETHER;
  info.master = static_cast<unsigned>(std::max(0, rtnl_link_get_master(link)));
  const char* alias = rtnl_link_get_ifalias(link);
  info.alias = alias != nullptr ? alias : "";
  const nl_addr* mac = rtnl_link_get_addr(link);
  if (mac != nullptr && nl_addr_get_len(mac) == 6) {
    std::array<std::uint8_t, 6> bytes{};
    std::memcpy(bytes.data(), nl_addr_get_binary_addr(mac), bytes.size());
    info.mac = MacAddress(bytes);
  }
  return info;
}

// Of IPv6 without asking whether somebody else has it: the fabric knows.
LocalPtr local_address(unsigned ifindex, const Local& address) {
  LocalPtr made(rtnl_addr_alloc());
  rtnl_addr_set_ifindex(made.get(), static_cast<int>(ifindex));
  const AddrPtr local = address_of(address.address, address.prefix);
  rtnl_addr_set_local(made.get(), local.get());
  if (!address.address.is_v4()) {
    rtnl_addr_set_flags(made.get(), IFA_F_NODAD);
  }
  return made;
}

template <class Each>
void for_each_in(nl_cache* cache, Each&& each) {
  for (nl_object* at = nl_cache_get_first(cache); at != nullptr; at = nl_cache_get_next(at)) {
    each(at);
  }
}

}  // namespace

void Netlink::Close::operator()(nl_sock* socket) const {
  nl_socket_free(socket);
}

Result<Netlink> Netlink::open(int netns_fd) {
  Netlink made(nl_socket_alloc());
  if (!made.socket_) {
    return unavailable("opening a netlink socket: no memory");
  }
  // The socket belongs to the namespace in which it is connected, for good.
  TRY(in_namespace(netns_fd, [&] {
    return check(nl_connect(made.socket_.get(), NETLINK_ROUTE), "opening a netlink socket");
  }));
  return made;
}

Result<std::vector<LinkInfo>> Netlink::links() {
  nl_cache* raw = nullptr;
  TRY(check(rtnl_link_alloc_cache(socket_.get(), AF_UNSPEC, &raw), "listing links"));
  const CachePtr cache(raw);
  std::vector<LinkInfo> found;
  for_each_in(cache.get(), [&](nl_object* each) {
    found.push_back(info_of(reinterpret_cast<rtnl_link*>(each)));
  });
  return found;
}

Result<std::optional<LinkInfo>> Netlink::find_link(const std::string& name) {
  rtnl_link* raw = nullptr;
  const int code = rtnl_link_get_kernel(socket_.get(), 0, name.c_str(), &raw);
  if (code == -NLE_NODEV || code == -NLE_OBJ_NOTFOUND) {
    return std::nullopt;
  }
  TRY(check(code, "looking for the link " + name));
  return info_of(LinkPtr(raw).get());
}

Result<> Netlink::add_veth(const Veth& veth) {
  const LinkPtr here(rtnl_link_veth_alloc());
  const LinkPtr there(rtnl_link_veth_get_peer(here.get()));
  rtnl_link_set_ifindex(here.get(), static_cast<int>(veth.ifindex));
  rtnl_link_set_name(here.get(), veth.name.c_str());
  rtnl_link_set_mtu(here.get(), veth.mtu);
  rtnl_link_set_name(there.get(), veth.peer_name.c_str());
  rtnl_link_set_mtu(there.get(), veth.mtu);
  rtnl_link_set_ns_fd(there.get(), veth.peer_netns_fd);
  if (veth.peer_mac) {
    const AddrPtr mac = address_of(*veth.peer_mac);
    rtnl_link_set_addr(there.get(), mac.get());
  }
  return check(rtnl_link_add(socket_.get(), here.get(), NLM_F_CREATE | NLM_F_EXCL),
               "creating the veth pair " + veth.name);
}

Result<> Netlink::delete_link(unsigned ifindex) {
  const LinkPtr link(rtnl_link_alloc());
  rtnl_link_set_ifindex(link.get(), static_cast<int>(ifindex));
  const int code = rtnl_link_delete(socket_.get(), link.get());
  if (code == -NLE_NODEV || code == -NLE_OBJ_NOTFOUND) {
    return {};
  }
  return check(code, "deleting a link");
}

Result<> Netlink::change(unsigned ifindex, const std::function<void(rtnl_link*)>& set,
                         std::string_view what) {
  const LinkPtr link(rtnl_link_alloc());
  const LinkPtr change(rtnl_link_alloc());
  rtnl_link_set_ifindex(link.get(), static_cast<int>(ifindex));
  set(change.get());
  return check(rtnl_link_change(socket_.get(), link.get(), change.get(), 0), what);
}

Result<> Netlink::set_up(unsigned ifindex) {
  return change(
      ifindex, [](rtnl_link* link) { rtnl_link_set_flags(link, IFF_UP); }, "setting a link up");
}

Result<> Netlink::set_down(unsigned ifindex) {
  return change(
      ifindex, [](rtnl_link* link) { rtnl_link_unset_flags(link, IFF_UP); }, "setting a link down");
}

Result<> Netlink::set_mtu(unsigned ifindex, unsigned mtu) {
  return change(
      ifindex, [&](rtnl_link* link) { rtnl_link_set_mtu(link, mtu); }, "setting a link's MTU");
}

Result<> Netlink::set_alias(unsigned ifindex, const std::string& alias) {
  return change(
      ifindex, [&](rtnl_link* link) { rtnl_link_set_ifalias(link, alias.c_str()); },
      "putting a note on a link");
}

Result<> Netlink::set_addresses(unsigned ifindex, const std::vector<Local>& addresses) {
  nl_cache* raw = nullptr;
  TRY(check(rtnl_addr_alloc_cache(socket_.get(), &raw), "listing addresses"));
  const CachePtr cache(raw);
  std::set<Local> missing(addresses.begin(), addresses.end());
  std::vector<rtnl_addr*> extra;
  for_each_in(cache.get(), [&](nl_object* each) {
    auto* address = reinterpret_cast<rtnl_addr*>(each);
    if (rtnl_addr_get_ifindex(address) != static_cast<int>(ifindex) ||
        rtnl_addr_get_scope(address) == RT_SCOPE_LINK) {
      return;  // the kernel's own of IPv6 among them
    }
    const Local found{address_from(rtnl_addr_get_local(address)),
                      static_cast<unsigned>(rtnl_addr_get_prefixlen(address))};
    if (missing.erase(found) == 0) {
      extra.push_back(address);
    }
  });
  for (rtnl_addr* address : extra) {
    TRY(check(rtnl_addr_delete(socket_.get(), address, 0), "removing an address"));
  }
  for (const Local& address : addresses) {
    if (missing.contains(address)) {
      const LocalPtr local = local_address(ifindex, address);
      TRY(check(rtnl_addr_add(socket_.get(), local.get(), NLM_F_CREATE),
                "adding the address " + address.address.text()));
    }
  }
  return {};
}

Result<> Netlink::set_default_route(unsigned ifindex, const DefaultRoute& route) {
  const RoutePtr made(rtnl_route_alloc());
  const bool ipv4 = route.gateway.is_v4();
  const AddrPtr everywhere = address_of(ipv4 ? IpAddress::v4(0) : IpAddress(), 0);
  rtnl_route_set_family(made.get(), family_of(route.gateway));
  rtnl_route_set_dst(made.get(), everywhere.get());
  rtnl_route_set_table(made.get(), RT_TABLE_MAIN);
  if (route.source) {
    const AddrPtr source = address_of(*route.source);
    rtnl_route_set_pref_src(made.get(), source.get());
  }
  rtnl_nexthop* hop = rtnl_route_nh_alloc();  // the route owns it from add_nexthop on
  const AddrPtr gateway = address_of(route.gateway);
  rtnl_route_nh_set_ifindex(hop, static_cast<int>(ifindex));
  rtnl_route_nh_set_gateway(hop, gateway.get());
  if (route.gateway_on_link) {
    rtnl_route_nh_set_flags(hop, RTNH_F_ONLINK);
  }
  rtnl_route_add_nexthop(made.get(), hop);
  return check(rtnl_route_add(socket_.get(), made.get(), NLM_F_CREATE | NLM_F_REPLACE),
               "setting the default route");
}

Result<> Netlink::add_route(unsigned ifindex, const Cidr& destination, const IpAddress& gateway) {
  const RoutePtr made(rtnl_route_alloc());
  const AddrPtr to = address_of(destination.base(), destination.prefix());
  rtnl_route_set_family(made.get(), family_of(gateway));
  rtnl_route_set_dst(made.get(), to.get());
  rtnl_route_set_table(made.get(), RT_TABLE_MAIN);
  rtnl_nexthop* hop = rtnl_route_nh_alloc();  // the route owns it from add_nexthop on
  const AddrPtr via = address_of(gateway);
  rtnl_route_nh_set_ifindex(hop, static_cast<int>(ifindex));
  rtnl_route_nh_set_gateway(hop, via.get());
  rtnl_route_add_nexthop(made.get(), hop);
  return check(rtnl_route_add(socket_.get(), made.get(), NLM_F_CREATE | NLM_F_REPLACE),
               "adding the route to " + destination.text());
}

Result<std::vector<RouteInfo>> Netlink::routes() {
  nl_cache* raw = nullptr;
  TRY(check(rtnl_route_alloc_cache(socket_.get(), AF_INET, 0, &raw), "listing routes"));
  const CachePtr cache(raw);
  std::vector<RouteInfo> found;
  for_each_in(cache.get(), [&](nl_object* each) {
    auto* route = reinterpret_cast<rtnl_route*>(each);
    if (rtnl_route_get_table(route) != RT_TABLE_MAIN || rtnl_route_get_type(route) != RTN_UNICAST) {
      return;
    }
    const nl_addr* to = rtnl_route_get_dst(route);
    const bool everywhere = to == nullptr || nl_addr_get_len(to) == 0;
    const Cidr destination =
        everywhere ? Cidr(IpAddress::v4(0), 0) : Cidr(address_from(to), nl_addr_get_prefixlen(to));
    for (int n = 0; n < rtnl_route_get_nnexthops(route); ++n) {
      rtnl_nexthop* hop = rtnl_route_nexthop_n(route, n);
      found.push_back({destination, static_cast<unsigned>(rtnl_route_nh_get_ifindex(hop))});
    }
  });
  return found;
}

Result<bool> Netlink::has_address(unsigned ifindex) {
  nl_cache* raw = nullptr;
  TRY(check(rtnl_addr_alloc_cache(socket_.get(), &raw), "listing addresses"));
  const CachePtr cache(raw);
  bool found = false;
  for_each_in(cache.get(), [&](nl_object* each) {
    auto* address = reinterpret_cast<rtnl_addr*>(each);
    found = found || (rtnl_addr_get_ifindex(address) == static_cast<int>(ifindex) &&
                      rtnl_addr_get_family(address) == AF_INET);
  });
  return found;
}

Result<bool> Netlink::has_filters(unsigned ifindex) {
  nl_cache* raw = nullptr;
  TRY(check(rtnl_qdisc_alloc_cache(socket_.get(), &raw), "listing qdiscs"));
  const CachePtr cache(raw);
  bool found = false;
  for_each_in(cache.get(), [&](nl_object* each) {
    auto* qdisc = reinterpret_cast<rtnl_tc*>(each);
    const char* kind = rtnl_tc_get_kind(qdisc);
    const std::string_view name = kind != nullptr ? kind : "";
    found = found || (rtnl_tc_get_ifindex(qdisc) == static_cast<int>(ifindex) &&
                      (name == "clsact" || name == "ingress"));
  });
  return found;
}

Result<bool> Netlink::set_delay(unsigned ifindex, std::chrono::milliseconds delay) {
  const QdiscPtr made = root_netem(ifindex);
  if (!made) {
    return unavailable("libnl knows no netem");
  }
  rtnl_netem_set_delay(made.get(), static_cast<int>(std::chrono::microseconds(delay).count()));
  rtnl_netem_set_limit(made.get(), kNetemPackets);
  const int code = rtnl_qdisc_add(socket_.get(), made.get(), NLM_F_CREATE | NLM_F_REPLACE);
  if (code == -NLE_NODEV) {
    return false;
  }
  if (code == -NLE_OBJ_NOTFOUND) {
    return unavailable("this kernel has no netem (sch_netem): nothing can be late");
  }
  TRY(check(code, "setting netem"));
  return true;
}

Result<> Netlink::clear_delay(unsigned ifindex) {
  const QdiscPtr old = root_netem(ifindex);
  const int code = old ? rtnl_qdisc_delete(socket_.get(), old.get()) : 0;
  const bool gone = code == -NLE_NODEV || code == -NLE_OBJ_NOTFOUND;
  return gone ? Result<>() : check(code, "removing netem");
}

Result<std::set<std::uint32_t>> Netlink::delayed() {
  nl_cache* raw = nullptr;
  TRY(check(rtnl_qdisc_alloc_cache(socket_.get(), &raw), "listing qdiscs"));
  const CachePtr cache(raw);
  std::set<std::uint32_t> found;
  for_each_in(cache.get(), [&](nl_object* each) {
    auto* qdisc = reinterpret_cast<rtnl_tc*>(each);
    const char* kind = rtnl_tc_get_kind(qdisc);
    if (kind != nullptr && std::string_view(kind) == kNetem) {
      found.insert(static_cast<std::uint32_t>(rtnl_tc_get_ifindex(qdisc)));
    }
  });
  return found;
}

// The kernel looks into the table of its own addresses first. That rule goes behind one for what is
// sent from here.
Result<> Netlink::send_own_out() {
  constexpr std::uint32_t kSent = 10;
  constexpr std::uint32_t kOwn = 20;
  const auto rule = [](std::uint32_t priority, std::uint32_t table) {
    RulePtr made(rtnl_rule_alloc());
    rtnl_rule_set_family(made.get(), AF_INET);
    rtnl_rule_set_prio(made.get(), priority);
    rtnl_rule_set_table(made.get(), table);
    rtnl_rule_set_action(made.get(), FR_ACT_TO_TBL);
    return made;
  };
  const RulePtr own = rule(kOwn, RT_TABLE_LOCAL);
  const RulePtr sent = rule(kSent, RT_TABLE_MAIN);
  rtnl_rule_set_iif(sent.get(), "lo");
  for (const RulePtr* each : {&own, &sent}) {
    const int code = rtnl_rule_add(socket_.get(), each->get(), NLM_F_EXCL);
    if (code != -NLE_EXIST) {
      TRY(check(code, "adding a routing rule"));
    }
  }
  const int code = rtnl_rule_delete(socket_.get(), rule(0, RT_TABLE_LOCAL).get(), 0);
  const bool is_gone = code == -NLE_OBJ_NOTFOUND;
  return is_gone ? Result<>() : check(code, "removing the first routing rule");
}

Result<> Netlink::set_neighbour(unsigned ifindex, const IpAddress& address, const MacAddress& mac) {
  const NeighbourPtr made(rtnl_neigh_alloc());
  const AddrPtr destination = address_of(address);
  const AddrPtr link_address = address_of(mac);
  rtnl_neigh_set_ifindex(made.get(), static_cast<int>(ifindex));
  rtnl_neigh_set_dst(made.get(), destination.get());
  rtnl_neigh_set_lladdr(made.get(), link_address.get());
  rtnl_neigh_set_state(made.get(), NUD_PERMANENT);
  return check(rtnl_neigh_add(socket_.get(), made.get(), NLM_F_CREATE | NLM_F_REPLACE),
               "setting a neighbour");
}

}  // namespace postern::dataplane
