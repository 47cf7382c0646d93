// SPDX-License-Identifier: Apache-2.0
// What older daemons have stored becomes a World of today, once.
#include "model/older_worlds.h"

#include <gtest/gtest.h>

#include <set>

#include "model/new_vpc.h"

namespace postern::model {
namespace {

// Two VPCs with a subnet each, as schema 1 had them.
World schema_1() {
  WorldBuilder world;
  for (const char* name : {"1", "2"}) {
    const Id<Vpc> vpc(std::string("vpc-") + name);
    world.put(Vpc{.id = vpc,
                  .owner = Id<Account>("111111111111"),
                  .region = "r",
                  .cidr = *Cidr::parse("10.0.0.0/16"),
                  .main_route_table_id = Id<RouteTable>(std::string("rtb-") + name),
                  .number = 1});
    world.put(Subnet{.id = Id<Subnet>(std::string("subnet-") + name), .vpc = vpc});
  }
  world.put(Counters{.id = Id<Counters>("counters"), .last_number = 7});
  return world.revision(5).build();
}

TEST(OlderWorlds, Each_VPC_gets_a_default_network_ACL_and_each_subnet_has_it) {
  SeededIds ids(1);
  Transaction tx(schema_1(), TimePoint{}, ids);
  complete_older_world(tx);
  std::set<std::uint32_t> numbers;
  std::set<std::string> associations;
  for (const char* name : {"1", "2"}) {
    const NetworkAcl* acl = default_acl(tx.world(), Id<Vpc>(std::string("vpc-") + name));
    ASSERT_NE(acl, nullptr);
    EXPECT_EQ(acl->owner.value, "111111111111");
    EXPECT_EQ(acl->region, "r");
    EXPECT_EQ(acl->entries.size(), 2U);
    const Subnet* subnet = tx.world().find(Id<Subnet>(std::string("subnet-") + name));
    EXPECT_EQ(subnet->network_acl, acl->id);
    numbers.insert({acl->number, subnet->number});
    associations.insert(subnet->network_acl_association_id);
  }
  EXPECT_EQ(numbers.size(), 4U);
  EXPECT_GT(*numbers.begin(), 7U);
  EXPECT_EQ(associations.size(), 2U);
}

TEST(OlderWorlds, Each_VPC_gets_the_main_route_table_whose_id_it_has_already) {
  SeededIds ids(1);
  Transaction tx(schema_1(), TimePoint{}, ids);
  complete_older_world(tx);
  std::set<std::string> associations;
  for (const char* name : {"1", "2"}) {
    const RouteTable* table = tx.world().find(Id<RouteTable>(std::string("rtb-") + name));
    ASSERT_NE(table, nullptr);
    EXPECT_EQ(table->vpc.value, std::string("vpc-") + name);
    associations.insert(tx.world().find(table->vpc)->main_route_table_association_id);
  }
  EXPECT_EQ(associations.size(), 2U);
  EXPECT_FALSE(associations.contains(""));
}

TEST(OlderWorlds, A_World_that_lacks_nothing_is_not_written_to) {
  SeededIds ids(1);
  Transaction first(schema_1(), TimePoint{}, ids);
  complete_older_world(first);
  Transaction again(first.world(), TimePoint{}, ids);
  complete_older_world(again);
  EXPECT_TRUE(again.touched().empty());

  Transaction made(World(), TimePoint{}, ids);
  const Vpc vpc = add_vpc(made, {.cidr = *Cidr::parse("10.0.0.0/16")});
  add_subnet(made, vpc, {.cidr = *Cidr::parse("10.0.0.0/24")});
  Transaction today(made.world(), TimePoint{}, ids);
  complete_older_world(today);
  EXPECT_TRUE(today.touched().empty());
}

TEST(OlderWorlds, An_NLBs_action_moves_to_where_other_listeners_have_theirs) {
  SeededIds ids(1);
  WorldBuilder world;
  Listener older{.id = Id<Listener>("li")};
  older.target_group = Id<TargetGroup>("tg");
  older.action_order = 3;
  world.put(older);
  Transaction tx(world.revision(5).build(), TimePoint{}, ids);
  complete_older_world(tx);
  const Listener* now = tx.world().find(older.id);
  RuleAction expected = forward_to(Id<TargetGroup>("tg"));
  expected.order = 3;
  EXPECT_EQ(now->default_action, expected);
  EXPECT_TRUE(now->target_group.empty());
  Transaction again(tx.world(), TimePoint{}, ids);
  complete_older_world(again);
  EXPECT_TRUE(again.touched().empty());
}

}  // namespace
}  // namespace postern::model
