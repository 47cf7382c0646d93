// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <boost/describe/class.hpp>
#include <cstdint>
#include <optional>
#include <vector>

#include "model/vpc.h"

namespace postern::model {

struct PrefixList;
struct SecurityGroup;

// One allow rule. Exactly one of `cidr`, `group` and `prefix_list` is set. Ports are -1 where the
// protocol has none; for ICMP they are type and code, -1 for any.
struct SecurityGroupRule {
  std::string id;  // sgr-…
  bool egress = false;
  std::string protocol;  // tcp, udp, icmp, icmpv6, -1 for all, else the number
  int from_port = -1;
  int to_port = -1;
  std::optional<Cidr> cidr;
  std::optional<Id<SecurityGroup>> group;
  std::optional<Id<PrefixList>> prefix_list;
  std::string description;
  Tags tags;
};
BOOST_DESCRIBE_STRUCT(SecurityGroupRule, (),
                      (id, egress, protocol, from_port, to_port, cidr, group, prefix_list,
                       description, tags))

struct SecurityGroup {
  static constexpr const char* kTable = "security_group";
  Id<SecurityGroup> id;
  Id<Account> owner;
  std::string region;
  Id<Vpc> vpc;
  std::string name;
  std::string description;
  std::vector<SecurityGroupRule> rules;
  std::uint32_t number = 0;  // its name in the data plane; never used again
  Tags tags;
};
BOOST_DESCRIBE_STRUCT(SecurityGroup, (),
                      (id, owner, region, vpc, name, description, rules, number, tags))

}  // namespace postern::model
