// SPDX-License-Identifier: Apache-2.0
// What becomes of a registration and of the connections on it.
// [NLB guide, "Deregistration delay", "Connection termination for unhealthy targets"]
#include "model/registration.h"

#include <gtest/gtest.h>

namespace postern::model {
namespace {

using std::chrono::seconds;

const TimePoint kRegistrationTime = TimePoint{} + std::chrono::hours(1000);
const Id<Vpc> kRegisteredVpc("vpc-1");
const Id<TargetGroup> kRegisteredGroup("tg");

class DeregistrationTest : public testing::Test {
 protected:
  static Target target(const std::string& instance, std::uint32_t number, TimePoint until = {}) {
    return {.id = target_key(kRegisteredGroup, instance, 80),
            .target_group = kRegisteredGroup,
            .target_id = instance,
            .port = 80,
            .verdict = HealthVerdict::Healthy,
            .draining_until = until,
            .number = number};
  }

  Transaction with(const std::vector<Target>& targets) {
    WorldBuilder builder;
    builder.put(group);
    builder.put(Counters{.id = Id<Counters>("counters"), .last_number = 100});
    for (const Target& each : targets) {
      builder.put(Instance{.id = Id<Instance>(each.target_id),
                           .address = *IpAddress::parse("10.0.1.5"),
                           .state = InstanceState::Running});
      builder.put(each);
    }
    return Transaction(builder.build(), kRegistrationTime, ids);
  }

  static const RetiredTarget* retired(const Transaction& tx, std::uint32_t number) {
    return tx.world().find(Id<RetiredTarget>(std::to_string(number)));
  }

  TargetGroup group{.id = kRegisteredGroup, .target_type = "instance", .vpc = kRegisteredVpc};
  SeededIds ids{1};
};

TEST_F(DeregistrationTest, A_target_is_gone_when_its_delay_is_over_and_not_before) {
  const Target over = target("i-1", 1, kRegistrationTime - seconds(1));
  const Target exactly = target("i-2", 2, kRegistrationTime);
  const Target later = target("i-3", 3, kRegistrationTime + seconds(1));
  const Target registered = target("i-4", 4);
  Transaction tx = with({over, exactly, later, registered});
  expire_targets(tx);
  EXPECT_EQ(tx.world().find(over.id), nullptr);
  EXPECT_EQ(tx.world().find(exactly.id), nullptr);
  EXPECT_NE(tx.world().find(later.id), nullptr);
  EXPECT_NE(tx.world().find(registered.id), nullptr);
}

TEST_F(DeregistrationTest, When_nothing_is_over_nothing_is_written) {
  Transaction tx = with({target("i-1", 1)});
  expire_targets(tx);
  EXPECT_TRUE(tx.touched().empty());
}

// ["If you do not enable connection termination … connections … live on"]
TEST_F(DeregistrationTest, Its_connections_live_on_unless_the_group_ends_them) {
  for (const bool ends : {false, true}) {
    SCOPED_TRACE(ends);
    group.attributes["deregistration_delay.connection_termination.enabled"] =
        ends ? "true" : "false";
    Transaction tx = with({target("i-1", 7, kRegistrationTime)});
    expire_targets(tx);
    const RetiredTarget* left = retired(tx, 7);
    ASSERT_EQ(left == nullptr, ends);
    if (left != nullptr) {
      EXPECT_EQ(left->number, 7U);
      EXPECT_EQ(left->vpc, kRegisteredVpc);
      EXPECT_EQ(left->address.text(), "10.0.1.5");
      EXPECT_EQ(left->port, 80);
    }
  }
}

TEST_F(DeregistrationTest, What_is_left_is_forgotten_by_its_number) {
  Transaction tx = with({target("i-1", 7, kRegistrationTime), target("i-2", 8, kRegistrationTime)});
  expire_targets(tx);
  forget_retired(tx, {8, 9});
  EXPECT_NE(retired(tx, 7), nullptr);
  EXPECT_EQ(retired(tx, 8), nullptr);
}

TEST_F(DeregistrationTest, Connections_end_by_another_number) {
  Transaction tx = with({target("i-1", 7)});
  end_connections(tx, target("i-1", 7));
  const Target* now = tx.world().find(target("i-1", 7).id);
  ASSERT_NE(now, nullptr);
  EXPECT_EQ(now->number, 101U);
  EXPECT_EQ(now->verdict, HealthVerdict::None);
  EXPECT_EQ(retired(tx, 7), nullptr);
}

TEST_F(DeregistrationTest, The_time_of_an_unhealthy_target_ends) {
  Target over = target("i-1", 1);
  over.unhealthy_draining_until = kRegistrationTime;
  Target later = target("i-2", 2);
  later.unhealthy_draining_until = kRegistrationTime + seconds(1);
  Transaction tx = with({over, later});
  expire_targets(tx);
  EXPECT_EQ(tx.world().find(over.id)->unhealthy_draining_until, TimePoint{});
  EXPECT_EQ(tx.world().find(later.id)->unhealthy_draining_until, later.unhealthy_draining_until);
}

TEST_F(DeregistrationTest, The_delay_is_five_minutes_unless_set) {
  EXPECT_EQ(deregistration_delay(group), seconds(300));
  group.attributes["deregistration_delay.timeout_seconds"] = "0";
  EXPECT_EQ(deregistration_delay(group), seconds(0));
}

}  // namespace
}  // namespace postern::model
