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

namespace postern::dataplane {

// eth0 of an instance: what its network interface is to the guest.
struct Guest {
  std::uint32_t owner = 0;  // NetworkInterface::number
  std::uint32_t port = 0;   // NetworkInterface::port
  MacAddress mac;
  IpAddress address;
  unsigned prefix = 0;  // of its subnet
  IpAddress gateway;    // the subnet's router

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

  // Our links, sorted. Others in the namespace are not ours to name.
  Result<std::vector<Link>> links() const;
  Result<> remove(const Link& link) const;

  // Makes the link, its far end named eth0 in the other namespace, which may belong to another user
  // namespace. One that is right already is kept. The host end is up from the start, so that eth0
  // has a carrier the moment it is: a guest's first packet is not lost.
  Result<> connect(const Link& link, const MacAddress& mac, int other_netns_fd) const;
  // Gives eth0 its addresses and routes, and brings it up.
  Result<> configure(const Guest& guest, int guest_netns_fd) const;
  Result<> configure(const Services& services, int services_netns_fd) const;

 private:
  explicit Fabric(Fd netns) : netns_(std::move(netns)) {}

  Fd netns_;
};

}  // namespace postern::dataplane
