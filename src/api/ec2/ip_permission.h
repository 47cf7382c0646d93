// SPDX-License-Identifier: Apache-2.0
// IpPermissions: security group rules as requests write them and as DescribeSecurityGroups lists
// them. One permission with k peers is k rules.
#pragma once

#include <boost/describe/class.hpp>
#include <optional>
#include <string>
#include <vector>

#include "base/result.h"
#include "model/world.h"

namespace postern::api::ec2 {

// ---- in requests ----

struct IpRange {
  std::optional<std::string> Description;
  std::string CidrIp;
};
BOOST_DESCRIBE_STRUCT(IpRange, (), (Description, CidrIp))

struct Ipv6Range {
  std::optional<std::string> Description;
  std::string CidrIpv6;
};
BOOST_DESCRIBE_STRUCT(Ipv6Range, (), (Description, CidrIpv6))

struct PrefixListRange {
  std::optional<std::string> Description;
  std::string PrefixListId;
};
BOOST_DESCRIBE_STRUCT(PrefixListRange, (), (Description, PrefixListId))

struct UserIdGroupPair {
  std::optional<std::string> Description;
  std::optional<std::string> GroupId;
  std::optional<std::string> GroupName;
  std::optional<std::string> PeeringStatus;
  std::optional<std::string> UserId;
  std::optional<std::string> VpcId;
  std::optional<std::string> VpcPeeringConnectionId;
};
BOOST_DESCRIBE_STRUCT(UserIdGroupPair, (),
                      (Description, GroupId, GroupName, PeeringStatus, UserId, VpcId,
                       VpcPeeringConnectionId))

struct IpPermission {
  std::string IpProtocol;
  std::optional<int> FromPort;
  std::optional<int> ToPort;
  std::vector<UserIdGroupPair> Groups;
  std::vector<IpRange> IpRanges;
  std::vector<Ipv6Range> Ipv6Ranges;
  std::vector<PrefixListRange> PrefixListIds;
};
BOOST_DESCRIBE_STRUCT(IpPermission, (),
                      (IpProtocol, FromPort, ToPort, Groups, IpRanges, Ipv6Ranges, PrefixListIds))

// The rules, without ids, that the permissions ask for in a group's direction, in their order:
// of each permission its ranges, IPv6 ranges, groups, prefix lists.
Result<std::vector<model::SecurityGroupRule>> rules_of(
    const model::World& world, const model::Caller& caller, const model::SecurityGroup& group,
    bool egress, const std::vector<IpPermission>& permissions);

// The group that a rule of `group` names as peer: the caller's own and of the same VPC.
Result<model::Id<model::SecurityGroup>> peer_group(const model::World& world,
                                                   const model::Caller& caller,
                                                   const model::SecurityGroup& group,
                                                   const std::string& id);

// InvalidParameterValue for a description that AWS does not take.
Result<> check_rule_description(const std::string& description);

// ---- in answers ----

struct IpRangeItem {
  std::string cidrIp;
  std::optional<std::string> description;
};
BOOST_DESCRIBE_STRUCT(IpRangeItem, (), (cidrIp, description))

struct Ipv6RangeItem {
  std::string cidrIpv6;
  std::optional<std::string> description;
};
BOOST_DESCRIBE_STRUCT(Ipv6RangeItem, (), (cidrIpv6, description))

struct UserIdGroupPairItem {
  std::string userId;
  std::string groupId;
  std::optional<std::string> description;
};
BOOST_DESCRIBE_STRUCT(UserIdGroupPairItem, (), (userId, groupId, description))

struct PrefixListIdItem {
  std::string prefixListId;
  std::optional<std::string> description;
};
BOOST_DESCRIBE_STRUCT(PrefixListIdItem, (), (prefixListId, description))

struct IpPermissionItem {
  std::string ipProtocol;
  std::optional<int> fromPort;
  std::optional<int> toPort;
  std::vector<UserIdGroupPairItem> groups;
  std::vector<IpRangeItem> ipRanges;
  std::vector<Ipv6RangeItem> ipv6Ranges;
  std::vector<PrefixListIdItem> prefixListIds;
};
BOOST_DESCRIBE_STRUCT(IpPermissionItem, (),
                      (ipProtocol, fromPort, toPort, groups, ipRanges, ipv6Ranges, prefixListIds))

// The rules of one direction, merged where protocol and ports are equal. `owner` is the groups'.
std::vector<IpPermissionItem> permission_items(const std::vector<model::SecurityGroupRule>& rules,
                                               bool egress, const model::Id<model::Account>& owner);

}  // namespace postern::api::ec2
