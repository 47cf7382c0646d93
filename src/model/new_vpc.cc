// SPDX-License-Identifier: Apache-2.0
#include "model/new_vpc.h"

#include "model/security_group_rules.h"

namespace postern::model {
namespace {

// The account's DHCP options set in the region: all its VPCs share one.
std::string dhcp_options(Transaction& tx, const Id<Account>& owner, const std::string& region) {
  for (const auto& [id, vpc] : tx.world().all<Vpc>()) {
    if (vpc->owner == owner && vpc->region == region) {
      return vpc->dhcp_options_id;
    }
  }
  return tx.ids().ec2_id("dopt-");
}

void add_default_group(Transaction& tx, const Vpc& vpc) {
  SecurityGroup group{.id = Id<SecurityGroup>(tx.ids().ec2_id("sg-")),
                      .owner = vpc.owner,
                      .region = vpc.region,
                      .vpc = vpc.id,
                      .name = "default",
                      .description = "default VPC security group",
                      .rules = initial_rules(tx.ids().ec2_id("sgr-")),
                      .number = tx.next_number()};
  group.rules.push_back(
      {.id = tx.ids().ec2_id("sgr-"), .egress = false, .protocol = "-1", .group = group.id});
  tx.put(std::move(group));
}

}  // namespace

Vpc add_vpc(Transaction& tx, Vpc draft) {
  draft.id = Id<Vpc>(tx.ids().ec2_id("vpc-"));
  draft.main_route_table_id = tx.ids().ec2_id("rtb-");
  draft.dhcp_options_id = dhcp_options(tx, draft.owner, draft.region);
  draft.number = tx.next_number();
  draft.services_port = tx.free_port();
  tx.put(draft);
  add_default_group(tx, draft);
  return draft;
}

const SecurityGroup* default_group(const World& world, const Id<Vpc>& vpc) {
  for (const auto& [id, group] : world.all<SecurityGroup>()) {
    if (group->vpc == vpc && group->name == "default") {
      return group.get();
    }
  }
  return nullptr;
}

const Vpc* default_vpc(const World& world, const Id<Account>& owner, const std::string& region) {
  for (const auto& [id, vpc] : world.all<Vpc>()) {
    if (vpc->is_default && vpc->owner == owner && vpc->region == region) {
      return vpc.get();
    }
  }
  return nullptr;
}

}  // namespace postern::model
