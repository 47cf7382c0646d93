// SPDX-License-Identifier: Apache-2.0
#include "explain/graph.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>

#include "dataplane/compile/test_world.h"

namespace postern::explain {
namespace {

using dataplane::TestWorld;
using ::testing::Contains;
using ::testing::ElementsAre;
using ::testing::Not;

TestWorld world_with_service() {
  TestWorld made = dataplane::tutorial();
  made.put(model::EndpointService{.id = model::Id<model::EndpointService>("vpce-svc-1"),
                                  .load_balancers = {model::Id<model::LoadBalancer>("nlb")}});
  made.edit<model::VpcEndpoint>("vpce-1", [](model::VpcEndpoint& endpoint) {
    endpoint.service = model::Id<model::EndpointService>("vpce-svc-1");
  });
  return made;
}

std::vector<std::string> ids_of(const Graph& graph) {
  std::vector<std::string> ids;
  std::ranges::transform(graph.resources, std::back_inserter(ids), &Resource::id);
  return ids;
}

const Staying* staying(const Graph& graph, const std::string& id) {
  const auto at = std::ranges::find(graph.staying, id, &Staying::id);
  return at == graph.staying.end() ? nullptr : &*at;
}

TEST(Graph, An_endpoint_leads_through_the_service_to_the_instances) {
  const auto found = graph(world_with_service().world(), "vpce-1");
  ASSERT_TRUE(found) << found.error().message();
  const auto ids = ids_of(*found);
  EXPECT_EQ(ids.front(), "vpce-1");
  for (const char* id : {"vpce-svc-1", "nlb", "listener-tg", "tg", "i-web1", "i-web2", "sg-web",
                         "subnet-b2", "vpc-b", "sg-endpoint", "subnet-a1", "vpc-a"}) {
    EXPECT_THAT(ids, Contains(id));
  }
  EXPECT_THAT(ids, Not(Contains("i-client")));
}

TEST(Graph, Each_is_taken_down_after_what_stands_on_it) {
  const auto found = graph(world_with_service().world(), "vpce-1");
  ASSERT_TRUE(found);
  const auto& order = found->tear_down;
  const auto at = [&](const char* id) { return std::ranges::find(order, id); };
  EXPECT_EQ(order.front(), "vpce-1");
  EXPECT_LT(at("vpce-svc-1"), at("nlb"));
  EXPECT_LT(at("listener-tg"), at("tg"));
  EXPECT_LT(at("i-web1"), at("sg-web"));
  EXPECT_LT(at("sg-web"), at("sg-nlb"));  // whose rule names it
  EXPECT_EQ(order.back(), "vpc-b");
}

// The client is not on the way, and stands on account A's VPC.
TEST(Graph, What_something_else_uses_stays_and_says_who_uses_it) {
  const auto found = graph(world_with_service().world(), "vpce-1");
  ASSERT_TRUE(found);
  EXPECT_THAT(found->tear_down, Not(Contains("vpc-a")));
  ASSERT_NE(staying(*found, "subnet-a1"), nullptr);
  EXPECT_THAT(staying(*found, "subnet-a1")->used_by, ElementsAre("i-client"));
  ASSERT_NE(staying(*found, "vpc-a"), nullptr);
  EXPECT_THAT(staying(*found, "vpc-a")->used_by, Contains("subnet-a1"));
  EXPECT_EQ(staying(*found, "subnet-a2"), nullptr);
  EXPECT_EQ(staying(*found, "vpc-b"), nullptr);
}

TEST(Graph, A_VPC_is_taken_down_with_all_that_is_in_it) {
  const auto found = graph(world_with_service().world(), "vpc-a");
  ASSERT_TRUE(found);
  EXPECT_TRUE(found->staying.empty());
  EXPECT_EQ(found->tear_down.back(), "vpc-a");
  EXPECT_THAT(found->tear_down, Contains("i-client"));
  EXPECT_THAT(found->tear_down, Contains("vpce-1"));
  EXPECT_THAT(found->tear_down, Not(Contains("vpce-svc-1")));
}

TEST(Graph, A_group_that_is_named_by_another_comes_after_it_and_both_ways_there_is_no_order) {
  TestWorld world = world_with_service();
  world.allow_in("sg-nlb", "tcp", 81, "sg-web");
  const auto found = graph(world.world(), "vpc-b");
  ASSERT_TRUE(found);
  EXPECT_THAT(found->tear_down, Contains("sg-web"));
  EXPECT_THAT(found->tear_down, Contains("sg-nlb"));
  EXPECT_EQ(found->tear_down.back(), "vpc-b");
}

TEST(Graph, What_is_not_there_is_refused) {
  EXPECT_FALSE(graph(world_with_service().world(), "vpce-9"));
}

}  // namespace
}  // namespace postern::explain
