// SPDX-License-Identifier: Apache-2.0
#include "model/load_balancer_state.h"

#include <gtest/gtest.h>

namespace postern::model {
namespace {

// [ELBv2 API, LoadBalancerState]
TEST(LoadBalancerState, Only_a_provisioning_one_becomes_active) {
  struct Case {
    LoadBalancerState from;
    bool changes;
    const char* then;
  };
  const Case cases[] = {{LoadBalancerState::Provisioning, true, "active"},
                        {LoadBalancerState::Active, false, "active"},
                        {LoadBalancerState::Failed, false, "failed"}};
  for (const Case& c : cases) {
    SCOPED_TRACE(c.then);
    SeededIds ids(1);
    const Id<LoadBalancer> id("lb");
    Transaction tx(WorldBuilder().put(LoadBalancer{.id = id, .state = c.from}).build(), TimePoint{},
                   ids);
    EXPECT_EQ(mark_active(tx, id), c.changes);
    EXPECT_EQ(text(tx.world().find(id)->state), c.then);
    EXPECT_EQ(tx.touched().empty(), !c.changes);
  }
}

TEST(LoadBalancerState, One_that_is_gone_does_not_come_back) {
  SeededIds ids(1);
  Transaction tx(World(), TimePoint{}, ids);
  EXPECT_FALSE(mark_active(tx, Id<LoadBalancer>("lb")));
  EXPECT_TRUE(tx.touched().empty());
}

}  // namespace
}  // namespace postern::model
