// SPDX-License-Identifier: Apache-2.0
// The grammar of security group rules: which ones AWS takes, how it writes them down, and which two
// are the same. [EC2 API reference, IpPermission; VPC user guide, "Security group rules"]
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"
#include "model/world.h"

namespace postern::model {

// What a rule lets through, as it is stored: see SecurityGroupRule.
struct RuleTraffic {
  std::string protocol;
  int from_port = -1;
  int to_port = -1;
};

// `protocol` is a name in any case, a number, or -1. TCP and UDP need both ports, ICMP a type and a
// code (-1: any); ICMPv6 may leave them out; all others ignore them.
Result<RuleTraffic> rule_traffic(std::string_view protocol, std::optional<int> from_port,
                                 std::optional<int> to_port);

enum class AddressFamily { Ipv4, Ipv6 };

// A rule's range in its canonical form, which has no host bits.
Result<Cidr> rule_cidr(AddressFamily family, std::string_view text);

// Up to 255 characters of AWS's set, for rules and for groups.
bool is_description(std::string_view text);

// Whether a group cannot have both: all but id, description and tags are equal.
bool is_same_rule(const SecurityGroupRule& a, const SecurityGroupRule& b);

// As AWS speaks of a rule: peer: 10.0.0.0/16, TCP, from port: 80, to port: 80, ALLOW
std::string describe_rule(const SecurityGroupRule& rule);

// Appends `added` to the group's rules, all or none. InvalidPermission.Duplicate for one that is
// there, InvalidParameterValue for one that `added` has twice, RulesPerSecurityGroupLimitExceeded
// beyond 60 for a direction and address family, where a prefix list counts for its size.
// [VPC user guide, "Amazon VPC quotas", "Prefix lists"]
Result<> add_rules(const World& world, SecurityGroup& group,
                   const std::vector<SecurityGroupRule>& added);

// Whether the group's rules fit, as the prefix lists of `world` are.
bool within_limits(const World& world, const std::vector<SecurityGroupRule>& rules);

// The rules of every new group: everything may leave. [VPC user guide, "Default security groups"]
std::vector<SecurityGroupRule> initial_rules(std::string rule_id);

// What is added to them when the VPC has an IPv6 CIDR.
SecurityGroupRule initial_ipv6_rule(std::string rule_id);

}  // namespace postern::model
