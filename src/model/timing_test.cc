// SPDX-License-Identifier: Apache-2.0
#include "model/timing.h"

#include <gtest/gtest.h>

#include "model/chosen.h"
#include "model/endpoint_state.h"
#include "model/instance_state.h"
#include "model/programmed.h"

namespace postern::model {
namespace {

using namespace std::chrono_literals;

class TimingTest : public testing::Test {
 protected:
  // A World in which states take AWS's time, and all came into theirs at `kBegin`.
  World world(Timing timing = Timing::Aws) {
    World base =
        WorldBuilder()
            .put(Instance{.id = kInstance, .state = InstanceState::Pending, .state_since = kBegin})
            .put(VpcEndpoint{
                .id = kEndpoint, .state = EndpointState::Pending, .state_since = kBegin})
            .put(LoadBalancer{.id = kBalancer, .created_at = kBegin})
            .build();
    Transaction tx(base, kBegin, ids_);
    set_timing(tx, timing);
    return tx.world();
  }
  Transaction at(const World& base, std::chrono::seconds after) {
    return {base, kBegin + after, ids_};
  }

  static constexpr TimePoint kBegin{1000s};
  const Id<Instance> kInstance{"i-1"};
  const Id<VpcEndpoint> kEndpoint{"vpce-1"};
  const Id<LoadBalancer> kBalancer{"lb"};
  SeededIds ids_{1};
};

TEST_F(TimingTest, Immediate_is_the_default_and_writes_nothing) {
  Transaction tx(World(), kBegin, ids_);
  set_timing(tx, Timing::Immediate);
  EXPECT_TRUE(tx.touched().empty());
  EXPECT_TRUE(may_move_on(tx, Passing::BalancerProvisioning, kBegin, "x"));
  set_timing(tx, Timing::Aws);
  EXPECT_FALSE(may_move_on(tx, Passing::BalancerProvisioning, kBegin, "x"));
  set_timing(tx, Timing::Immediate);
  EXPECT_TRUE(may_move_on(tx, Passing::BalancerProvisioning, kBegin, "x"));
}

TEST_F(TimingTest, Each_state_is_left_within_its_range_and_not_before) {
  struct Case {
    Passing passing;
    std::chrono::seconds low;
    std::chrono::seconds high;
  };
  for (const Case& c :
       {Case{Passing::InstancePending, 15s, 30s}, Case{Passing::InstanceStopping, 20s, 40s},
        Case{Passing::InstanceShuttingDown, 20s, 40s},
        Case{Passing::BalancerProvisioning, 90s, 150s}, Case{Passing::EndpointPending, 40s, 80s},
        Case{Passing::EndpointDeleting, 40s, 80s}}) {
    for (const char* id : {"a", "b", "c", "d"}) {
      EXPECT_FALSE(may_move_on(at(world(), c.low - 1s), c.passing, kBegin, id));
      EXPECT_TRUE(may_move_on(at(world(), c.high), c.passing, kBegin, id));
    }
  }
}

TEST_F(TimingTest, Instances_endpoints_and_balancers_walk_their_states) {
  const World base = world();
  Transaction early = at(base, 1s);
  EXPECT_FALSE(mark_running(early, kInstance));
  mark_programmed(early, base);
  EXPECT_EQ(early.world().find(kEndpoint)->state, EndpointState::Pending);
  EXPECT_EQ(early.world().find(kBalancer)->state, LoadBalancerState::Provisioning);
  Transaction late = at(base, 150s);
  EXPECT_TRUE(mark_running(late, kInstance));
  mark_programmed(late, base);
  EXPECT_EQ(late.world().find(kEndpoint)->state, EndpointState::Available);
  EXPECT_EQ(late.world().find(kBalancer)->state, LoadBalancerState::Active);

  begin_stop(late, kInstance, ShutdownManner::Graceful);
  EXPECT_FALSE(mark_stopped(late, kInstance)) << "it has just begun to stop";
  Transaction later(late.world(), late.now() + 40s, ids_);
  EXPECT_TRUE(mark_stopped(later, kInstance));
  begin_termination(later, kInstance);
  EXPECT_FALSE(mark_terminated(later, kInstance));
  Transaction last(later.world(), later.now() + 40s, ids_);
  EXPECT_TRUE(mark_terminated(last, kInstance));
}

TEST_F(TimingTest, What_shall_end_at_once_does) {
  Transaction tx = at(world(), 60s);
  EXPECT_TRUE(mark_running(tx, kInstance));
  begin_termination(tx, kInstance, ShutdownManner::Immediate);
  EXPECT_TRUE(mark_terminated(tx, kInstance));
}

}  // namespace
}  // namespace postern::model
