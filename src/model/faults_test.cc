// SPDX-License-Identifier: Apache-2.0
#include "model/faults.h"

#include <gtest/gtest.h>

namespace postern::model {
namespace {

using std::chrono::minutes;

const TimePoint kNow{std::chrono::seconds(1000)};

World world_with(Fault fault) {
  WorldBuilder world;
  world.put(Subnet{.id = Id<Subnet>("subnet-1"), .zone = "zone-a", .zone_id = "az1"});
  world.put(
      NetworkInterface{.id = Id<NetworkInterface>("eni-1"), .subnet = Id<Subnet>("subnet-1")});
  world.put(std::move(fault));
  return world.build();
}

Fault fault_of(FaultKind kind, const char* subject) {
  return {.id = Id<Fault>("fault-1"),
          .kind = kind,
          .subject = subject,
          .begun_at = kNow,
          .ends_at = kNow + minutes(10)};
}

const Fault* dark(const World& world) {
  return darkening(world, *world.find(Id<NetworkInterface>("eni-1")));
}

TEST(Faults, An_interface_is_dark_by_itself_or_by_its_zone) {
  EXPECT_NE(dark(world_with(fault_of(FaultKind::Interface, "eni-1"))), nullptr);
  EXPECT_NE(dark(world_with(fault_of(FaultKind::Zone, "az1"))), nullptr);
  EXPECT_EQ(dark(world_with(fault_of(FaultKind::Interface, "eni-2"))), nullptr);
  EXPECT_EQ(dark(world_with(fault_of(FaultKind::Zone, "az2"))), nullptr);
  EXPECT_EQ(dark(world_with(fault_of(FaultKind::Zone, "zone-a"))), nullptr);
}

TEST(Faults, One_that_loses_or_delays_darkens_nothing) {
  Fault fault = fault_of(FaultKind::Interface, "eni-1");
  fault.loss_percent = 10;
  const World world = world_with(fault);
  EXPECT_EQ(dark(world), nullptr);
  ASSERT_NE(disturbing(world, Id<NetworkInterface>("eni-1")), nullptr);
  EXPECT_EQ(disturbing(world, Id<NetworkInterface>("eni-2")), nullptr);
}

// How many there are after `end_faults()` at that time.
std::size_t left(const World& world, TimePoint now) {
  SeededIds ids(1);
  Transaction tx(world, now, ids);
  end_faults(tx);
  return tx.world().all<Fault>().size();
}

TEST(Faults, They_end_by_themselves_and_with_what_they_are_about) {
  const World world = world_with(fault_of(FaultKind::Interface, "eni-1"));
  EXPECT_EQ(left(world, kNow + minutes(9)), 1U);
  EXPECT_EQ(left(world, kNow + minutes(10)), 0U);
  EXPECT_EQ(left(world_with(fault_of(FaultKind::Interface, "eni-gone")), kNow), 0U);
  EXPECT_EQ(left(world_with(fault_of(FaultKind::Zone, "az7")), kNow), 1U);
}

}  // namespace
}  // namespace postern::model
