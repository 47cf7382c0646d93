// SPDX-License-Identifier: Apache-2.0
// What health writes into the World.
#include <gtest/gtest.h>

#include "health/state/observation.h"

namespace postern::health {
namespace {

using model::HealthVerdict;
using model::Id;
using model::Target;
using model::Transaction;
using model::WorldBuilder;
using std::chrono::seconds;

const Id<Target> kTarget("tg|i-1|80");
const TimePoint kNow = TimePoint{} + std::chrono::hours(1000);

class RecordsTest : public testing::Test {
 protected:
  Transaction with(const std::vector<Target>& targets) {
    WorldBuilder builder;
    for (const Target& target : targets) {
      builder.put(target);
    }
    return Transaction(builder.build(), kNow, ids);
  }

  SeededIds ids{1};
};

TEST_F(RecordsTest, A_verdict_is_stored_with_its_target) {
  Transaction tx = with({{.id = kTarget, .port = 80, .number = 7}});
  ASSERT_TRUE(record(tx, {kTarget, 7, HealthVerdict::Healthy}));
  EXPECT_EQ(tx.world().find(kTarget)->verdict, HealthVerdict::Healthy);
  EXPECT_EQ(tx.world().find(kTarget)->port, 80);
}

TEST_F(RecordsTest, A_verdict_that_says_nothing_new_writes_nothing) {
  struct Case {
    const char* name;
    std::vector<Target> targets;
  };
  for (const Case& c : {
           Case{"the target is gone", {}},
           Case{"the target was registered anew", {{.id = kTarget, .number = 8}}},
           Case{"the target drains",
                {{.id = kTarget, .draining_until = kNow + seconds(1), .number = 7}}},
           Case{"the verdict is known",
                {{.id = kTarget, .verdict = HealthVerdict::Unhealthy, .number = 7}}},
       }) {
    SCOPED_TRACE(c.name);
    Transaction tx = with(c.targets);
    EXPECT_TRUE(record(tx, {kTarget, 7, HealthVerdict::Unhealthy}));
    EXPECT_TRUE(tx.touched().empty());
  }
}

// [NLB guide, "Connection termination for unhealthy targets"]
TEST_F(RecordsTest, A_target_that_turns_unhealthy_keeps_its_connections_as_its_group_says) {
  struct Case {
    const char* name;
    const char* terminates;
    const char* interval;
    TimePoint until;
  };
  for (const Case& c : {
           Case{"by default they end", nullptr, nullptr, {}},
           Case{"an interval alone changes nothing", nullptr, "60", {}},
           Case{"they stay", "false", "0", {}},
           Case{"they stay for a minute", "false", "60", kNow + seconds(60)},
       }) {
    SCOPED_TRACE(c.name);
    model::TargetGroup group{.id = model::Id<model::TargetGroup>("tg")};
    if (c.terminates != nullptr) {
      group.attributes["target_health_state.unhealthy.connection_termination.enabled"] =
          c.terminates;
    }
    if (c.interval != nullptr) {
      group.attributes["target_health_state.unhealthy.draining_interval_seconds"] = c.interval;
    }
    Transaction tx = with({{.id = kTarget, .target_group = group.id, .number = 7}});
    tx.put(group);
    ASSERT_TRUE(record(tx, {kTarget, 7, HealthVerdict::Unhealthy}));
    EXPECT_EQ(tx.world().find(kTarget)->unhealthy_draining_until, c.until);
    ASSERT_TRUE(record(tx, {kTarget, 7, HealthVerdict::Healthy}));
    EXPECT_EQ(tx.world().find(kTarget)->unhealthy_draining_until, TimePoint{});
  }
}

}  // namespace
}  // namespace postern::health
