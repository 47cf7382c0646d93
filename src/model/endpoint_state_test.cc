// SPDX-License-Identifier: Apache-2.0
#include "model/endpoint_state.h"

#include <gtest/gtest.h>

#include <map>

namespace postern::model {
namespace {

using enum EndpointState;
using enum EndpointEvent;

// Every state and event; what is not in the table is refused. [PrivateLink guide; spec 2.2]
TEST(EndpointState, Each_event_leads_where_AWS_says_and_nowhere_else) {
  const std::map<std::pair<EndpointState, EndpointEvent>, EndpointState> table = {
      {{PendingAcceptance, Accept}, Pending},
      {{PendingAcceptance, Reject}, Rejected},
      {{PendingAcceptance, Modify}, PendingAcceptance},
      {{PendingAcceptance, Delete}, Deleting},
      {{Pending, Programmed}, Available},
      {{Pending, Modify}, Pending},
      {{Pending, Reject}, Rejected},
      {{Pending, Delete}, Deleting},
      {{Available, Reject}, Rejected},
      {{Available, Modify}, Pending},
      {{Available, Delete}, Deleting},
      {{Rejected, Accept}, Pending},
      {{Rejected, Delete}, Deleting},
      {{Deleting, Removed}, Deleted},
      {{Failed, Delete}, Deleting},
      {{Expired, Delete}, Deleting},
  };
  for (int s = 0; s <= static_cast<int>(Expired); ++s) {
    for (int e = 0; e <= static_cast<int>(Removed); ++e) {
      const auto state = static_cast<EndpointState>(s);
      const auto event = static_cast<EndpointEvent>(e);
      SCOPED_TRACE(fmt::format("{} event {}", text(state), e));
      const auto expected = table.find({state, event});
      const auto to = next(state, event);
      ASSERT_EQ(to.has_value(), expected != table.end());
      if (to) {
        EXPECT_EQ(*to, expected->second);
      }
    }
  }
}

TEST(EndpointState, Packets_pass_between_acceptance_and_rejection_only) {
  for (const EndpointState state :
       {PendingAcceptance, Rejected, Deleting, Deleted, Failed, Expired}) {
    EXPECT_FALSE(forwards(state)) << text(state);
  }
  EXPECT_TRUE(forwards(Pending));
  EXPECT_TRUE(forwards(Available));
}

TEST(EndpointState, Each_acceptance_is_a_new_connection) {
  SeededIds ids(1);
  const Id<VpcEndpoint> id("vpce-1");
  Transaction tx(WorldBuilder().put(VpcEndpoint{.id = id}).build(), TimePoint{}, ids);
  ASSERT_TRUE(advance(tx, id, Accept));
  const auto first = tx.world().find(id)->connection;
  ASSERT_TRUE(advance(tx, id, Reject));
  ASSERT_TRUE(advance(tx, id, Accept));
  EXPECT_NE(tx.world().find(id)->connection, first);
}

TEST(EndpointState, A_deleted_endpoint_takes_its_interfaces_along_and_is_forgotten_after_an_hour) {
  SeededIds ids(1);
  const Id<VpcEndpoint> id("vpce-1");
  const Id<NetworkInterface> eni("eni-1");
  const World world =
      WorldBuilder()
          .put(NetworkInterface{.id = eni})
          .put(VpcEndpoint{.id = id, .subnets = {{.network_interface = eni}}, .state = Deleting})
          .build();
  Transaction removed(world, TimePoint{}, ids);
  ASSERT_TRUE(advance(removed, id, Removed));
  EXPECT_EQ(removed.world().find(eni), nullptr);
  EXPECT_TRUE(removed.world().find(id)->subnets.empty());
  Transaction soon(removed.world(), TimePoint{} + std::chrono::minutes(59), ids);
  forget_old_deleted_endpoints(soon);
  EXPECT_NE(soon.world().find(id), nullptr);
  Transaction late(removed.world(), TimePoint{} + std::chrono::hours(1), ids);
  forget_old_deleted_endpoints(late);
  EXPECT_EQ(late.world().find(id), nullptr);
}

}  // namespace
}  // namespace postern::model
