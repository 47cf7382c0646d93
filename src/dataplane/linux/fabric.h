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

  // Makes eth0 in the guest's namespace, which may belong to another user namespace. What is right
  // already is kept. Brought up in the end by set_up().
  Result<> connect(const Guest& guest, int guest_netns_fd) const;
  // The same for a VPC's services, in a namespace that is there already.
  Result<> connect(const Services& services, int services_netns_fd) const;
  // Lets packets through the host end.
  Result<> set_up(const Link& link) const;

 private:
  explicit Fabric(Fd netns) : netns_(std::move(netns)) {}

  Result<unsigned> ensure_veth(const Link& link, const MacAddress& mac, Netlink& guest,
                               int guest_netns_fd) const;

  Fd netns_;
};

}  // namespace postern::dataplane
