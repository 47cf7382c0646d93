// SPDX-License-Identifier: Apache-2.0
// The security groups that a request names, by id or by name.
#pragma once

#include <cstddef>
#include <optional>
#include <string>
#include <vector>

#include "api/ec2/find.h"

namespace postern::api::ec2 {

// [VPC user guide, "Amazon VPC quotas": Security groups per network interface]
constexpr std::size_t kGroupsOfInterfaceMax = 5;

// The group of that name in the VPC, in any case; null if there is none.
const model::SecurityGroup* group_of_name(const model::World& world,
                                          const model::Id<model::Vpc>& vpc,
                                          const std::string& name);

// The caller's default VPC; VPCIdNotSpecified without one.
Result<const model::Vpc*> find_default_vpc(const model::World& world, const model::Caller& caller);

// The group that a request names by GroupId, or by GroupName in the default VPC.
Result<const model::SecurityGroup*> find_group(const model::World& world,
                                               const model::Caller& caller,
                                               const std::optional<std::string>& id,
                                               const std::optional<std::string>& name);

// The groups that an interface in `subnet` gets: those of `ids`, each once, or the VPC's default
// group when there are none. InvalidParameter for a group of another VPC,
// SecurityGroupsPerInterfaceLimitExceeded beyond five.
Result<std::vector<model::Id<model::SecurityGroup>>> interface_groups(
    const model::World& world, const model::Caller& caller, const model::Subnet& subnet,
    const std::vector<std::string>& ids);

struct GroupItem {
  std::string groupId;
  std::string groupName;
};
BOOST_DESCRIBE_STRUCT(GroupItem, (), (groupId, groupName))

// As the groupSet of interfaces and instances lists groups.
std::vector<GroupItem> group_items(const model::World& world,
                                   const std::vector<model::Id<model::SecurityGroup>>& groups);

}  // namespace postern::api::ec2
