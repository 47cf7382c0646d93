// SPDX-License-Identifier: Apache-2.0
#include "model/new_vpc.h"

#include <algorithm>
#include <array>

#include "base/check.h"
#include "model/security_group_rules.h"

namespace postern::model {
namespace {

// The account's own DHCP options set in the region: all its new VPCs share one.
std::string dhcp_options(Transaction& tx, const Id<Account>& owner, const std::string& region) {
  for (const auto& [id, set] : tx.world().all<DhcpOptions>()) {
    if (set->is_default && set->owner == owner && set->region == region) {
      return id.value;
    }
  }
  const Id<DhcpOptions> id(tx.ids().ec2_id("dopt-"));
  tx.put(default_dhcp_options(id, owner, region));
  return id.value;
}

void add_default_group(Transaction& tx, const Vpc& vpc) {
  SecurityGroup group{.id = Id<SecurityGroup>(tx.ids().ec2_id("sg-")),
                      .owner = vpc.owner,
                      .region = vpc.region,
                      .vpc = vpc.id,
                      .name = "default",
                      .description = "default VPC security group",
                      .rules = new_group_rules(tx, vpc),
                      .number = tx.next_number()};
  group.rules.push_back(
      {.id = tx.ids().ec2_id("sgr-"), .egress = false, .protocol = "-1", .group = group.id});
  tx.put(std::move(group));
}

// Whether its outbound rules are what a new group's are.
bool sends_anywhere(const SecurityGroup& group) {
  const auto is_outbound = [](const SecurityGroupRule& rule) { return rule.egress; };
  if (std::ranges::count_if(group.rules, is_outbound) != 1) {
    return false;
  }
  const SecurityGroupRule& rule = *std::ranges::find_if(group.rules, is_outbound);
  return rule.protocol == "-1" && rule.cidr == Cidr(IpAddress::v4(0), 0);
}

bool is_same_entry(const NetworkAclEntry& a, const NetworkAclEntry& b) {
  return a.rule_number == b.rule_number && a.egress == b.egress && a.protocol == b.protocol &&
         a.allow == b.allow && a.cidr == b.cidr;
}

}  // namespace

std::vector<SecurityGroupRule> new_group_rules(Transaction& tx, const Vpc& vpc) {
  std::vector<SecurityGroupRule> rules = initial_rules(tx.ids().ec2_id("sgr-"));
  if (!vpc.ipv6_blocks.empty()) {
    rules.push_back(initial_ipv6_rule(tx.ids().ec2_id("sgr-")));
  }
  return rules;
}

Cidr new_ipv6_cidr(Transaction& tx) {
  // 2600:1f00::/24, and a number that nothing else has.
  std::array<std::uint8_t, 16> bytes = {0x26, 0x00, 0x1f};
  std::uint32_t number = tx.next_number();
  for (std::size_t at = 6; at > 2; --at, number >>= 8) {
    bytes[at] = static_cast<std::uint8_t>(number);
  }
  return {IpAddress(bytes), 56};
}

void add_ipv6_block(Transaction& tx, Vpc vpc, const Cidr& cidr) {
  const bool is_first = vpc.ipv6_blocks.empty();
  vpc.ipv6_blocks.push_back({.association_id = tx.ids().ec2_id("vpc-cidr-assoc-"), .cidr = cidr});
  const Id<Vpc> id = vpc.id;
  tx.put(std::move(vpc));
  if (!is_first) {
    return;
  }
  std::vector<SecurityGroup> groups;
  for (const auto& [group_id, group] : tx.world().all<SecurityGroup>()) {
    if (group->vpc == id && sends_anywhere(*group)) {
      groups.push_back(*group);
    }
  }
  for (SecurityGroup& group : groups) {
    group.rules.push_back(initial_ipv6_rule(tx.ids().ec2_id("sgr-")));
    tx.put(std::move(group));
  }
  const NetworkAcl* found = default_acl(tx.world(), id);
  if (found != nullptr &&
      std::ranges::equal(found->entries, default_acl_entries(), is_same_entry)) {
    NetworkAcl acl = *found;
    for (const NetworkAclEntry& entry : default_ipv6_acl_entries()) {
      set_entry(acl, entry);
    }
    tx.put(std::move(acl));
  }
}

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
