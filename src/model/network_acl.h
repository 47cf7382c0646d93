// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <boost/describe/class.hpp>
#include <cstdint>
#include <vector>

#include "model/vpc.h"

namespace postern::model {

// One numbered rule of a network ACL. The last one of AWS's listings, which denies the rest, is no
// entry: it cannot be changed.
struct NetworkAclEntry {
  int rule_number = 0;  // 1 to 32766
  bool egress = false;
  int protocol = -1;  // IP protocol number; -1: all
  bool allow = false;
  Cidr cidr;
  // TCP and UDP: ports. ICMP, and ICMPv6 with an IPv6 range: type and code, -1 for any. Others: -1.
  int from = -1;
  int to = -1;
};
BOOST_DESCRIBE_STRUCT(NetworkAclEntry, (), (rule_number, egress, protocol, allow, cidr, from, to))

// Which subnets have it is theirs to say: Subnet::network_acl.
struct NetworkAcl {
  static constexpr const char* kTable = "network_acl";
  Id<NetworkAcl> id;
  Id<Account> owner;
  std::string region;
  Id<Vpc> vpc;
  bool is_default = false;
  std::vector<NetworkAclEntry> entries;  // by direction (outbound first) and rule number
  std::uint32_t number = 0;              // its name in the data plane; never used again
  Tags tags;
};
BOOST_DESCRIBE_STRUCT(NetworkAcl, (), (id, owner, region, vpc, is_default, entries, number, tags))

// The entry of a number and direction, or null.
const NetworkAclEntry* find_entry(const NetworkAcl& acl, bool egress, int rule_number);

// Puts `entry` where its direction and number belong, in place of the one that has them.
void set_entry(NetworkAcl& acl, const NetworkAclEntry& entry);

// The entries of a VPC's default network ACL: everything may pass. [VPC user guide, "Default
// network ACL"]
std::vector<NetworkAclEntry> default_acl_entries();

// What is added to them when the VPC has an IPv6 CIDR: both directions' rule 101.
std::vector<NetworkAclEntry> default_ipv6_acl_entries();

}  // namespace postern::model
