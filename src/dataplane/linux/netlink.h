// SPDX-License-Identifier: Apache-2.0
// Netlink: links, addresses and routes of one network namespace, by libnl.
#pragma once

#include <chrono>
#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <set>
#include <string>
#include <vector>

#include "base/net.h"
#include "base/result.h"

struct nl_sock;
struct rtnl_link;

namespace postern::dataplane {

struct LinkInfo {
  unsigned ifindex = 0;
  unsigned peer = 0;  // veth: the other end's ifindex in its namespace
  std::string name;
  MacAddress mac;
  bool up = false;
  std::string kind;  // veth, tun (taps too), …; empty for what has no driver that says so
  bool ethernet = false;
  unsigned master = 0;  // ifindex of the bridge or bond that it is a port of
  std::string alias;    // a note that anybody may put on a link
};

// An IPv4 unicast route of the main table.
struct RouteInfo {
  Cidr destination;
  unsigned ifindex = 0;
};

// A veth pair: one end here, the other in the namespace `peer_netns_fd`.
struct Veth {
  unsigned ifindex = 0;
  std::string name;
  int peer_netns_fd = -1;
  std::string peer_name;
  std::optional<MacAddress> peer_mac;  // else one of the kernel's choice
  unsigned mtu = 0;
};

// An address of a link, and how much of it is its network.
struct Local {
  IpAddress address;
  unsigned prefix = 0;

  auto operator<=>(const Local&) const = default;
};

struct DefaultRoute {
  IpAddress gateway;
  bool gateway_on_link = false;  // it is outside the interface's own network
  std::optional<IpAddress> source;
};

// Not for use by two threads at a time; any thread will do, whatever its namespace.
class Netlink {
 public:
  static Result<Netlink> open(int netns_fd);

  Result<std::vector<LinkInfo>> links();
  // nullopt if there is none of that name.
  Result<std::optional<LinkInfo>> find_link(const std::string& name);

  Result<> add_veth(const Veth& veth);
  // A link that is not there is no error.
  Result<> delete_link(unsigned ifindex);
  Result<> set_up(unsigned ifindex);
  Result<> set_down(unsigned ifindex);
  Result<> set_mtu(unsigned ifindex, unsigned mtu);
  Result<> set_alias(unsigned ifindex, const std::string& alias);

  // Makes the link's addresses exactly `addresses`, but for link-local ones of IPv6, which are the
  // kernel's own.
  Result<> set_addresses(unsigned ifindex, const std::vector<Local>& addresses);
  Result<> set_default_route(unsigned ifindex, const DefaultRoute& route);
  // Adds a route through the gateway, which is on the link's own network. One that is there already
  // is replaced.
  Result<> add_route(unsigned ifindex, const Cidr& destination, const IpAddress& gateway);
  Result<std::vector<RouteInfo>> routes();
  // Whether the link has an IPv4 address.
  Result<bool> has_address(unsigned ifindex);
  // Whether the link has a qdisc to attach filters to, as somebody's filters need.
  Result<bool> has_filters(unsigned ifindex);
  // Holds what the link sends back for so long; false: there is no such link. Unavailable if the
  // kernel has no netem.
  Result<bool> set_delay(unsigned ifindex, std::chrono::milliseconds delay);
  // A link that is not there, or not held back, is no error.
  Result<> clear_delay(unsigned ifindex);
  // The links that are held back.
  Result<std::set<std::uint32_t>> delayed();
  // What is sent from here to an IPv4 address of this namespace leaves by the main table's routes,
  // as to others, instead of staying within; what arrives for one is taken in as ever.
  Result<> send_own_out();
  // A neighbour that is never asked for.
  Result<> set_neighbour(unsigned ifindex, const IpAddress& address, const MacAddress& mac);

 private:
  struct Close {
    void operator()(nl_sock* socket) const;
  };
  explicit Netlink(nl_sock* socket) : socket_(socket) {}

  Result<> change(unsigned ifindex, const std::function<void(rtnl_link*)>& set,
                  std::string_view what);

  std::unique_ptr<nl_sock, Close> socket_;
};

}  // namespace postern::dataplane
