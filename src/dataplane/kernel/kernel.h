// SPDX-License-Identifier: Apache-2.0
// Kernel: what the applier may do to the machine, and nothing else may.
//
// One implementation talks to libbpf and netlink (dataplane/linux); one is tables in memory with
// faults on demand (fake_kernel.h). Both pass kernel_contract.h.
#pragma once

#include <string>
#include <vector>

#include "base/net.h"
#include "base/result.h"
#include "dataplane/kernel/table.h"

namespace postern::dataplane {

// A link's host end in the fabric namespace, named after what it belongs to. Its ifindex is `port`.
struct Link {
  pn_port_kind kind = kPnPortNone;  // instance or services
  std::uint32_t owner = 0;          // NetworkInterface::number or Vpc::number
  std::uint32_t port = 0;           // 0: the link is gone, only what was attached to it is left

  auto operator<=>(const Link&) const = default;
};

// A link as it was found.
struct FoundLink {
  Link link;
  bool attached = false;  // our program, the newest, runs at it

  bool operator==(const FoundLink&) const = default;
};

// The namespace that holds what Postern itself is inside a VPC: resolver, metadata, NLB nodes.
struct Services {
  std::string vpc_id;      // names the namespace
  std::uint32_t vpc = 0;   // Vpc::number
  std::uint32_t port = 0;  // Vpc::services_port
  MacAddress mac;          // of its eth0
  std::vector<IpAddress>
      addresses;  // of its eth0, sorted; the first is what it sends from by itself

  Link link() const { return {kPnPortServices, vpc, port}; }
  bool operator==(const Services&) const = default;
};

// Thread safety: one thread at a time. Every call is idempotent: doing it twice leaves the machine
// as doing it once does, and taking away what is not there succeeds. A call that fails may have
// done a part.
class Kernel {
 public:
  virtual ~Kernel() = default;

  // Everything that lies in `map` now, sorted.
  virtual Result<Table> dump(MapId map) = 0;
  // Writes every row of `rows` to its map, each at once for the packets that look it up.
  virtual Result<> put(const Table& rows) = 0;
  // Removes the entries with the keys of `rows`; their values are not looked at.
  virtual Result<> erase(const Table& rows) = 0;

  // Returns when no packet is being judged any more by entries that were replaced or removed before
  // the call.
  virtual Result<> settle() = 0;

  // All links of the fabric, and what is left of those that are gone, sorted.
  virtual Result<std::vector<FoundLink>> links() = 0;
  // Attaches our newest program to the link, in place of an older one without a moment in which
  // neither runs. A link that is not there (any more) is no error: nothing is done.
  virtual Result<> attach(const Link& link) = 0;
  // Removes the link, both ends, and what is left of it. Another link that has its port is left
  // alone.
  virtual Result<> remove(const Link& link) = 0;

  // The VPC ids of the services namespaces that exist, complete or not, sorted.
  virtual Result<std::vector<std::string>> services() = 0;
  // Makes the namespace, its link with our program, and its addresses exactly those.
  virtual Result<> ensure(const Services& services) = 0;
  // Removes the namespace of the VPC with its link.
  virtual Result<> remove_services(const std::string& vpc_id) = 0;

  // Notes that the maps hold all of the World's revision `revision`. 0 before the first.
  virtual Result<> set_revision(std::uint64_t revision) = 0;
  virtual Result<std::uint64_t> revision() = 0;
};

}  // namespace postern::dataplane
