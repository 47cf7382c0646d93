// SPDX-License-Identifier: Apache-2.0
#include "api/ec2/group_lookup.h"

#include <algorithm>
#include <cctype>

#include "base/check.h"
#include "model/new_vpc.h"

namespace postern::api::ec2 {
namespace {

bool equal_in_any_case(const std::string& a, const std::string& b) {
  return std::equal(a.begin(), a.end(), b.begin(), b.end(), [](char x, char y) {
    return std::tolower(static_cast<unsigned char>(x)) ==
           std::tolower(static_cast<unsigned char>(y));
  });
}

}  // namespace

const model::SecurityGroup* group_of_name(const model::World& world,
                                          const model::Id<model::Vpc>& vpc,
                                          const std::string& name) {
  for (const auto& [id, group] : world.all<model::SecurityGroup>()) {
    if (group->vpc == vpc && equal_in_any_case(group->name, name)) {
      return group.get();
    }
  }
  return nullptr;
}

Result<const model::Vpc*> find_default_vpc(const model::World& world, const model::Caller& caller) {
  const model::Vpc* vpc = model::default_vpc(world, caller.account, caller.region);
  if (vpc == nullptr) {
    return refuse(faults::VPCIdNotSpecified, "No default VPC for this user");
  }
  return vpc;
}

Result<const model::SecurityGroup*> find_group(const model::World& world,
                                               const model::Caller& caller,
                                               const std::optional<std::string>& id,
                                               const std::optional<std::string>& name) {
  if (id && name) {
    return refuse(faults::InvalidParameterCombination,
                  "The parameter groupName cannot be used with the parameter groupId");
  }
  if (id) {
    return find<model::SecurityGroup>(world, caller, *id);
  }
  if (!name) {
    return refuse(faults::MissingParameter,
                  "The request must contain the parameter groupName or groupId");
  }
  TRY_ASSIGN(const model::Vpc* const vpc, find_default_vpc(world, caller));
  const model::SecurityGroup* group = group_of_name(world, vpc->id, *name);
  if (group == nullptr) {
    return refuse(faults::InvalidGroupNotFound,
                  "The security group '{}' does not exist in default VPC '{}'", *name, vpc->id);
  }
  return group;
}

Result<std::vector<model::Id<model::SecurityGroup>>> interface_groups(
    const model::World& world, const model::Caller& caller, const model::Subnet& subnet,
    const std::vector<std::string>& ids) {
  std::vector<model::Id<model::SecurityGroup>> groups;
  for (const std::string& id : ids) {
    TRY_ASSIGN(const model::SecurityGroup* const group,
               find<model::SecurityGroup>(world, caller, id));
    if (group->vpc != subnet.vpc) {
      return refuse(faults::InvalidParameter,
                    "Security group {} and subnet {} belong to different networks.", id, subnet.id);
    }
    if (std::find(groups.begin(), groups.end(), group->id) == groups.end()) {
      groups.push_back(group->id);
    }
  }
  if (groups.size() > kGroupsOfInterfaceMax) {
    return refuse(faults::SecurityGroupsPerInterfaceLimitExceeded,
                  "The maximum number of security groups per interface has been reached.");
  }
  if (groups.empty()) {
    const model::SecurityGroup* group = model::default_group(world, subnet.vpc);
    POSTERN_CHECK(group != nullptr, "every VPC has its default group");
    groups.push_back(group->id);
  }
  return groups;
}

std::vector<GroupItem> group_items(const model::World& world,
                                   const std::vector<model::Id<model::SecurityGroup>>& groups) {
  std::vector<GroupItem> items;
  for (const auto& id : groups) {
    const model::SecurityGroup* group = world.find(id);
    items.push_back({.groupId = id.value, .groupName = group != nullptr ? group->name : ""});
  }
  return items;
}

}  // namespace postern::api::ec2
