// SPDX-License-Identifier: Apache-2.0
#include "model/new_vpc.h"

#include <gtest/gtest.h>

namespace postern::model {
namespace {

const Id<Account> kOwner("111111111111");

Vpc draft(const Id<Account>& owner = kOwner) {
  return {.owner = owner, .region = "r", .cidr = *Cidr::parse("10.0.0.0/16")};
}

// [VPC user guide, "Default security groups for your VPCs"]
TEST(NewVpc, Its_default_group_lets_its_own_members_in_and_everything_out) {
  SeededIds ids(1);
  Transaction tx(World(), TimePoint{}, ids);
  const Vpc vpc = add_vpc(tx, draft());
  const SecurityGroup* group = default_group(tx.world(), vpc.id);
  ASSERT_NE(group, nullptr);
  EXPECT_EQ(group->owner, kOwner);
  EXPECT_EQ(group->region, "r");
  EXPECT_EQ(group->description, "default VPC security group");
  ASSERT_EQ(group->rules.size(), 2U);
  for (const SecurityGroupRule& rule : group->rules) {
    EXPECT_EQ(rule.protocol, "-1");
    EXPECT_EQ(rule.from_port, -1);
    if (rule.egress) {
      EXPECT_EQ(rule.cidr->text(), "0.0.0.0/0");
    } else {
      EXPECT_EQ(rule.group, group->id);
    }
  }
  EXPECT_NE(group->rules[0].egress, group->rules[1].egress);
}

TEST(NewVpc, Numbers_and_ports_are_its_own_and_DHCP_options_are_the_accounts) {
  SeededIds ids(1);
  Transaction tx(World(), TimePoint{}, ids);
  const Vpc first = add_vpc(tx, draft());
  const Vpc second = add_vpc(tx, draft());
  const Vpc other = add_vpc(tx, draft(Id<Account>("222222222222")));
  EXPECT_NE(first.number, second.number);
  EXPECT_NE(first.services_port, second.services_port);
  EXPECT_NE(first.main_route_table_id, second.main_route_table_id);
  EXPECT_EQ(first.dhcp_options_id, second.dhcp_options_id);
  EXPECT_NE(first.dhcp_options_id, other.dhcp_options_id);
  EXPECT_EQ(tx.world().find(first.id)->number, first.number);
}

// [VPC user guide, "Default network ACL for a VPC": subnets are associated with it]
TEST(NewVpc, Its_subnets_have_its_default_network_ACL) {
  SeededIds ids(1);
  Transaction tx(World(), TimePoint{}, ids);
  const Vpc vpc = add_vpc(tx, draft());
  add_vpc(tx, draft());
  const NetworkAcl* acl = default_acl(tx.world(), vpc.id);
  ASSERT_NE(acl, nullptr);
  EXPECT_EQ(acl->owner, kOwner);
  const Subnet a = add_subnet(tx, vpc, {.cidr = *Cidr::parse("10.0.0.0/24"), .zone = "z"});
  const Subnet b = add_subnet(tx, vpc, {.cidr = *Cidr::parse("10.0.1.0/24"), .zone = "z"});
  EXPECT_EQ(a.network_acl, acl->id);
  EXPECT_EQ(a.owner, kOwner);
  EXPECT_EQ(a.region, "r");
  EXPECT_EQ(a.zone, "z");
  EXPECT_NE(a.number, b.number);
  EXPECT_NE(a.network_acl_association_id, b.network_acl_association_id);
  EXPECT_EQ(tx.world().find(a.id)->number, a.number);
}

// [VPC user guide, "Main route table"]
TEST(NewVpc, Its_main_route_table_is_there_and_its_subnets_have_none_of_their_own) {
  SeededIds ids(1);
  Transaction tx(World(), TimePoint{}, ids);
  const Vpc vpc = add_vpc(tx, draft());
  const RouteTable* table = tx.world().find(vpc.main_route_table_id);
  ASSERT_NE(table, nullptr);
  EXPECT_EQ(table->vpc, vpc.id);
  EXPECT_EQ(table->owner, kOwner);
  EXPECT_EQ(table->region, "r");
  EXPECT_TRUE(table->routes.empty());
  EXPECT_TRUE(vpc.main_route_table_association_id.starts_with("rtbassoc-"));
  EXPECT_TRUE(add_subnet(tx, vpc, {.cidr = *Cidr::parse("10.0.0.0/24")}).route_table.empty());
}

TEST(NewVpc, An_association_with_another_network_ACL_has_another_id) {
  SeededIds ids(1);
  Transaction tx(World(), TimePoint{}, ids);
  const Vpc vpc = add_vpc(tx, draft());
  const Subnet subnet = add_subnet(tx, vpc, {.cidr = *Cidr::parse("10.0.0.0/24")});
  associate_acl(tx, subnet, Id<NetworkAcl>("acl-other"));
  const Subnet* now = tx.world().find(subnet.id);
  EXPECT_EQ(now->network_acl.value, "acl-other");
  EXPECT_NE(now->network_acl_association_id, subnet.network_acl_association_id);
  EXPECT_EQ(now->number, subnet.number);
}

TEST(NewVpc, The_default_VPC_is_found_for_its_account_and_region_alone) {
  SeededIds ids(1);
  Transaction tx(World(), TimePoint{}, ids);
  add_vpc(tx, draft());
  EXPECT_EQ(default_vpc(tx.world(), kOwner, "r"), nullptr);
  Vpc with = draft();
  with.is_default = true;
  const Vpc made = add_vpc(tx, with);
  EXPECT_EQ(default_vpc(tx.world(), kOwner, "r")->id, made.id);
  EXPECT_EQ(default_vpc(tx.world(), kOwner, "s"), nullptr);
  EXPECT_EQ(default_vpc(tx.world(), Id<Account>("222222222222"), "r"), nullptr);
}

}  // namespace
}  // namespace postern::model
