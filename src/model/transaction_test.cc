// SPDX-License-Identifier: Apache-2.0
#include "model/transaction.h"

#include <gtest/gtest.h>

namespace postern::model {
namespace {

TEST(Transaction, A_snapshot_does_not_change_under_its_holder) {
  SeededIds ids(1);
  const World before = WorldBuilder().put(Vpc{.id = Id<Vpc>("vpc-1")}).revision(7).build();
  Transaction tx(before, TimePoint{}, ids);
  tx.put(Vpc{.id = Id<Vpc>("vpc-2")});
  tx.erase(Id<Vpc>("vpc-1"));
  EXPECT_NE(before.find(Id<Vpc>("vpc-1")), nullptr);
  EXPECT_EQ(before.find(Id<Vpc>("vpc-2")), nullptr);
  EXPECT_EQ(tx.world().find(Id<Vpc>("vpc-1")), nullptr);
  EXPECT_NE(tx.world().find(Id<Vpc>("vpc-2")), nullptr);
  EXPECT_EQ(tx.world().revision(), 8U);
  EXPECT_EQ(tx.touched().size(), 2U);
}

TEST(Transaction, A_number_is_never_given_out_twice) {
  SeededIds ids(1);
  Transaction first(World(), TimePoint{}, ids);
  EXPECT_EQ(first.next_number(), 1U);
  EXPECT_EQ(first.next_number(), 2U);
  Transaction second(first.world(), TimePoint{}, ids);
  EXPECT_EQ(second.next_number(), 3U);
}

TEST(Transaction, A_port_is_used_again_once_its_interface_is_gone) {
  SeededIds ids(1);
  Transaction tx(World(), TimePoint{}, ids);
  tx.put(Vpc{.id = Id<Vpc>("vpc-1"), .services_port = tx.free_port()});
  tx.put(NetworkInterface{.id = Id<NetworkInterface>("eni-1"), .port = tx.free_port()});
  EXPECT_EQ(tx.free_port(), 66U);
  tx.erase(Id<Vpc>("vpc-1"));
  EXPECT_EQ(tx.free_port(), 64U);
}

}  // namespace
}  // namespace postern::model
