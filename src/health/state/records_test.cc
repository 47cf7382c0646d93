// SPDX-License-Identifier: Apache-2.0
// What health writes into the World: verdicts, and the end of draining.
#include <gtest/gtest.h>

#include "health/state/drain.h"
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

// [NLB guide, "Deregistration delay"]
TEST_F(RecordsTest, Targets_are_removed_when_their_delay_is_over_and_not_before) {
  const Id<Target> over("over");
  const Id<Target> exactly("exactly");
  const Id<Target> later("later");
  const Id<Target> registered("registered");
  Transaction tx = with({{.id = over, .draining_until = kNow - seconds(1)},
                         {.id = exactly, .draining_until = kNow},
                         {.id = later, .draining_until = kNow + seconds(1)},
                         {.id = registered}});
  EXPECT_EQ(next_drain_end(tx.world()), kNow - seconds(1));
  expire_draining(tx);
  EXPECT_EQ(tx.world().find(over), nullptr);
  EXPECT_EQ(tx.world().find(exactly), nullptr);
  EXPECT_NE(tx.world().find(later), nullptr);
  EXPECT_NE(tx.world().find(registered), nullptr);
  EXPECT_EQ(next_drain_end(tx.world()), kNow + seconds(1));
}

TEST_F(RecordsTest, When_nothing_drains_there_is_nothing_to_wait_for) {
  Transaction tx = with({{.id = kTarget}});
  EXPECT_EQ(next_drain_end(tx.world()), std::nullopt);
  expire_draining(tx);
  EXPECT_TRUE(tx.touched().empty());
}

}  // namespace
}  // namespace postern::health
