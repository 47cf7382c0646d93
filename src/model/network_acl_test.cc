// SPDX-License-Identifier: Apache-2.0
#include "model/network_acl.h"

#include <gtest/gtest.h>

namespace postern::model {
namespace {

NetworkAclEntry entry(bool egress, int rule_number, bool allow = true) {
  return {.rule_number = rule_number, .egress = egress, .allow = allow};
}

// [VPC user guide, "Default network ACL for a VPC"]
TEST(NetworkAcl, The_default_one_lets_everything_pass_by_rule_100_in_both_directions) {
  const NetworkAcl acl{.entries = default_acl_entries()};
  ASSERT_EQ(acl.entries.size(), 2U);
  for (const bool egress : {false, true}) {
    const NetworkAclEntry* found = find_entry(acl, egress, 100);
    ASSERT_NE(found, nullptr);
    EXPECT_TRUE(found->allow);
    EXPECT_EQ(found->protocol, -1);
    EXPECT_EQ(found->cidr.text(), "0.0.0.0/0");
  }
}

TEST(NetworkAcl, Entries_stand_in_the_order_in_which_they_are_asked) {
  NetworkAcl acl;
  for (const auto& [egress, number] :
       {std::pair(false, 300), {true, 200}, {false, 100}, {true, 100}, {false, 200}}) {
    set_entry(acl, entry(egress, number));
  }
  std::vector<std::pair<bool, int>> order;
  for (const NetworkAclEntry& each : acl.entries) {
    order.emplace_back(each.egress, each.rule_number);
  }
  EXPECT_EQ(order, (std::vector<std::pair<bool, int>>{
                       {true, 100}, {true, 200}, {false, 100}, {false, 200}, {false, 300}}));
}

TEST(NetworkAcl, An_entry_replaces_that_of_its_number_and_direction_only) {
  NetworkAcl acl{.entries = default_acl_entries()};
  set_entry(acl, entry(false, 100, false));
  ASSERT_EQ(acl.entries.size(), 2U);
  EXPECT_FALSE(find_entry(acl, false, 100)->allow);
  EXPECT_TRUE(find_entry(acl, true, 100)->allow);
  EXPECT_EQ(find_entry(acl, false, 101), nullptr);
}

}  // namespace
}  // namespace postern::model
