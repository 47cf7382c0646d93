// SPDX-License-Identifier: Apache-2.0
#include <gtest/gtest.h>

#include "dataplane/compile/parts.h"
#include "dataplane/compile/test_world.h"

namespace postern::dataplane {
namespace {

std::vector<std::string> counted(const TestWorld& world) {
  std::vector<std::string> ids;
  for (const auto& id : counted_vpcs(world.world())) {
    ids.push_back(id.value);
  }
  return ids;
}

void log(TestWorld& world, const std::string& resource) {
  world.put(
      model::FlowLog{.id = model::Id<model::FlowLog>("fl-" + resource), .resource_id = resource});
}

TEST(Counted, Nothing_without_a_flow_log) {
  TestWorld world = tutorial();
  EXPECT_TRUE(counted(world).empty());
  for (const auto& port : {world.get<model::NetworkInterface>("eni-i-client").port,
                           world.get<model::Vpc>("vpc-b").services_port}) {
    const Program program = compile(world.world(), Node{});
    EXPECT_EQ(program.tables()[MapId::Ports].get<pn_port>(__u32{port})->flags & kPnPortCounted, 0U);
  }
}

TEST(Counted, The_vpc_of_the_resource_and_those_that_PrivateLink_connects_to_it) {
  for (const char* resource :
       {"vpc-a", "subnet-a2", "eni-vpce-1-subnet-a1", "vpc-b", "eni-i-web1"}) {
    SCOPED_TRACE(resource);
    TestWorld world = tutorial();
    world.vpc("vpc-c", "10.0.0.0/16");
    log(world, resource);
    EXPECT_EQ(counted(world), (std::vector<std::string>{"vpc-a", "vpc-b"}));
    const Program program = compile(world.world(), Node{});
    for (const auto& port : {world.get<model::NetworkInterface>("eni-i-client").port,
                             world.get<model::Vpc>("vpc-b").services_port}) {
      EXPECT_NE(program.tables()[MapId::Ports].get<pn_port>(__u32{port})->flags & kPnPortCounted,
                0U);
    }
  }
}

TEST(Counted, Another_vpc_is_left_alone) {
  TestWorld world = tutorial();
  world.vpc("vpc-c", "10.0.0.0/16");
  log(world, "vpc-c");
  EXPECT_EQ(counted(world), std::vector<std::string>{"vpc-c"});
  // Of what is gone, nothing is counted that is there.
  TestWorld gone = tutorial();
  log(gone, "vpc-gone");
  const Program program = compile(gone.world(), Node{});
  const auto port = gone.get<model::NetworkInterface>("eni-i-client").port;
  EXPECT_EQ(program.tables()[MapId::Ports].get<pn_port>(__u32{port})->flags & kPnPortCounted, 0U);
}

}  // namespace
}  // namespace postern::dataplane
