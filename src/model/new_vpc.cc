// SPDX-License-Identifier: Apache-2.0
#include "model/new_vpc.h"

#include "base/check.h"
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
  draft.main_route_table_id = Id<RouteTable>(tx.ids().ec2_id("rtb-"));
  draft.main_route_table_association_id = tx.ids().ec2_id("rtbassoc-");
  draft.dhcp_options_id = dhcp_options(tx, draft.owner, draft.region);
  draft.number = tx.next_number();
  draft.services_port = tx.free_port();
  tx.put(draft);
  add_default_group(tx, draft);
  add_default_acl(tx, draft);
  add_main_route_table(tx, draft);
  return draft;
}

Subnet add_subnet(Transaction& tx, const Vpc& vpc, Subnet draft) {
  const NetworkAcl* acl = default_acl(tx.world(), vpc.id);
  POSTERN_CHECK(acl != nullptr, "a VPC has a default network ACL");
  draft.id = Id<Subnet>(tx.ids().ec2_id("subnet-"));
  draft.owner = vpc.owner;
  draft.region = vpc.region;
  draft.vpc = vpc.id;
  draft.network_acl = acl->id;
  draft.network_acl_association_id = tx.ids().ec2_id("aclassoc-");
  draft.number = tx.next_number();
  tx.put(draft);
  return draft;
}

const NetworkAcl* default_acl(const World& world, const Id<Vpc>& vpc) {
  for (const auto& [id, acl] : world.all<NetworkAcl>()) {
    if (acl->is_default && acl->vpc == vpc) {
      return acl.get();
    }
  }
  return nullptr;
}

NetworkAcl add_default_acl(Transaction& tx, const Vpc& vpc) {
  NetworkAcl acl{.id = Id<NetworkAcl>(tx.ids().ec2_id("acl-")),
                 .owner = vpc.owner,
                 .region = vpc.region,
                 .vpc = vpc.id,
                 .is_default = true,
                 .entries = default_acl_entries(),
                 .number = tx.next_number()};
  tx.put(acl);
  return acl;
}

void add_main_route_table(Transaction& tx, const Vpc& vpc) {
  tx.put(RouteTable{
      .id = vpc.main_route_table_id, .owner = vpc.owner, .region = vpc.region, .vpc = vpc.id});
}

void associate_acl(Transaction& tx, Subnet subnet, const Id<NetworkAcl>& acl) {
  subnet.network_acl = acl;
  subnet.network_acl_association_id = tx.ids().ec2_id("aclassoc-");
  tx.put(std::move(subnet));
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
