// SPDX-License-Identifier: Apache-2.0
// Netlink: links, addresses and routes of one network namespace, by libnl.
#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "base/net.h"
#include "base/result.h"

struct nl_sock;

namespace postern::dataplane {

struct LinkInfo {
  unsigned ifindex = 0;
  unsigned peer = 0;  // veth: the other end's ifindex in its namespace
  std::string name;
  MacAddress mac;
  bool up = false;
};

// A veth pair: one end here, the other in the namespace `peer_netns_fd`.
struct Veth {
  unsigned ifindex = 0;
  std::string name;
  int peer_netns_fd = -1;
  std::string peer_name;
  MacAddress peer_mac;
  unsigned mtu = 0;
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

  // Makes the link's IPv4 addresses exactly `addresses`, each with that prefix length.
  Result<> set_addresses(unsigned ifindex, const std::vector<IpAddress>& addresses,
                         unsigned prefix);
  Result<> set_default_route(unsigned ifindex, const DefaultRoute& route);
  // A neighbour that is never asked for.
  Result<> set_neighbour(unsigned ifindex, const IpAddress& address, const MacAddress& mac);

 private:
  struct Close {
    void operator()(nl_sock* socket) const;
  };
  explicit Netlink(nl_sock* socket) : socket_(socket) {}

  std::unique_ptr<nl_sock, Close> socket_;
};

}  // namespace postern::dataplane
