// SPDX-License-Identifier: Apache-2.0
// Fabric: the network namespace that holds the host end of every link, and the links themselves.
// It has no addresses and forwards nothing: a link without our program goes nowhere, and the host's
// own firewall and routes never see a packet.
#pragma once

#include <string>
#include <vector>

#include "dataplane/kernel/kernel.h"
#include "dataplane/linux/net_namespace.h"
#include "dataplane/linux/netlink.h"
#include "dataplane/linux/run_dir.h"
#include "dataplane/linux/tap.h"

namespace postern::dataplane {

// eth0 of an instance: what its network interface is to the guest. What the host attaches may have
// another name and no default route.
struct Guest {
  std::uint32_t owner = 0;  // NetworkInterface::number
  std::uint32_t port = 0;   // NetworkInterface::port
  MacAddress mac;
  IpAddress address;
  unsigned prefix = 0;  // of its subnet
  IpAddress gateway;    // the subnet's router
  std::vector<IpAddress> ipv6_addresses;
  std::string name = "eth0";
  bool default_route = true;
  std::vector<Cidr> routes;  // through the gateway, without a default route

  Link link() const { return {kPnPortInstance, owner, port}; }
};

// The name of a link's host end, and of its pin.
std::string name_of(const Link& link);

// Thread safety: every call may come from any thread, as long as no two are about the same link.
class Fabric {
 public:
  // Makes the namespace if it is not there.
  static Result<Fabric> open(const RunDir& dir);

  int netns_fd() const { return netns_.get(); }
  // The namespace of whoever opened the fabric: the host's, for a daemon.
  int host_netns_fd() const { return host_netns_.get(); }

  // Our links, sorted. Others in the namespace are not ours to name.
  Result<std::vector<Link>> links() const;
  // Removes the link; a tap is given back.
  Result<> remove(const Link& link) const;
  // Removes all links, of our name or not.
  Result<> remove_all() const;
  // The owners of the instances' links that have what they connect at their other end: for a tap's
  // that is the tap.
  Result<std::vector<std::uint32_t>> connected() const;

  // Makes the link, its far end of that name in the other namespace, which may belong to another
  // user namespace. One that is right already is kept. The host end is up from the start, so that
  // the far end has a carrier the moment it is: a guest's first packet is not lost.
  Result<> connect(const Link& link, const MacAddress& mac, int other_netns_fd,
                   const std::string& name) const;
  // Makes the link, wired to a tap of the host's namespace, which is made if it is not there.
  Result<> connect_tap(const Link& link, const std::string& tap) const;
  // Gives eth0 its addresses and routes, and brings it up.
  Result<> configure(const Guest& guest, int guest_netns_fd) const;
  Result<> configure(const Services& services, int services_netns_fd) const;

 private:
  Fabric(Fd netns, Fd host_netns) : netns_(std::move(netns)), host_netns_(std::move(host_netns)) {}

  Result<> remove(Netlink& netlink, const LinkInfo& link) const;
  Result<> plug_in(Netlink& netlink, const Link& link, TapNote note) const;

  Fd netns_;
  Fd host_netns_;
};

}  // namespace postern::dataplane
