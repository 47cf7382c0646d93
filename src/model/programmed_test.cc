// SPDX-License-Identifier: Apache-2.0
#include "model/programmed.h"

#include <gtest/gtest.h>

namespace postern::model {
namespace {

const Id<VpcEndpoint> kPending("vpce-1");
const Id<VpcEndpoint> kDeleting("vpce-2");
const Id<LoadBalancer> kLoadBalancer("lb");

World world() {
  return WorldBuilder()
      .put(VpcEndpoint{.id = kPending, .state = EndpointState::Pending})
      .put(VpcEndpoint{.id = kDeleting, .state = EndpointState::Deleting})
      .put(LoadBalancer{.id = kLoadBalancer})
      .build();
}

TEST(Programmed, What_waits_for_the_data_plane_moves_on_once_it_is_carried) {
  SeededIds ids(1);
  const World programmed = world();
  EXPECT_TRUE(awaits_programming(programmed));
  Transaction tx(programmed, TimePoint{}, ids);
  mark_programmed(tx, programmed);
  EXPECT_EQ(tx.world().find(kPending)->state, EndpointState::Available);
  EXPECT_EQ(tx.world().find(kDeleting)->state, EndpointState::Deleted);
  EXPECT_EQ(tx.world().find(kLoadBalancer)->state, LoadBalancerState::Active);
  EXPECT_FALSE(awaits_programming(tx.world()));
}

TEST(Programmed, A_record_that_has_changed_since_waits_for_the_next_time) {
  SeededIds ids(1);
  const World programmed = world();
  Transaction tx(programmed, TimePoint{}, ids);
  VpcEndpoint changed = *tx.world().find(kPending);
  changed.groups = {Id<SecurityGroup>("sg-1")};
  tx.put(changed);
  mark_programmed(tx, programmed);
  EXPECT_EQ(tx.world().find(kPending)->state, EndpointState::Pending);
}

}  // namespace
}  // namespace postern::model
