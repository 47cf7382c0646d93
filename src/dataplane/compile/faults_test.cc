// SPDX-License-Identifier: Apache-2.0
// What `postern fault` breaks is left out of the maps, and is there again when the fault is not.
#include <gtest/gtest.h>

#include <algorithm>

#include "dataplane/compile/test_lookup.h"
#include "dataplane/compile/test_world.h"

namespace postern::dataplane {
namespace {

using model::Fault;
using model::FaultKind;
using model::Id;

Fault fault_of(FaultKind kind, const std::string& subject) {
  return {.id = Id<Fault>("fault-1"), .kind = kind, .subject = subject};
}

Program compiled(const TestWorld& world) {
  return compile(world.world(), Node());
}

std::optional<pn_port> port_of(const TestWorld& world, const Program& program,
                               const std::string& interface) {
  const auto port = world.get<model::NetworkInterface>(interface).port;
  return program.tables()[MapId::Ports].get<pn_port>(__u32{port});
}

TEST(Faults, An_instance_that_has_failed_keeps_its_link_and_has_no_entries) {
  TestWorld world = tutorial();
  world.put(fault_of(FaultKind::Interface, "eni-i-client"));
  const Program program = compiled(world);
  EXPECT_FALSE(address(world, program, "vpc-a", "10.0.1.10"));
  EXPECT_FALSE(port_of(world, program, "eni-i-client"));
  EXPECT_EQ(program.links(), compiled(tutorial()).links()) << "it goes on when the fault is over";
  world.erase<Fault>("fault-1");
  EXPECT_EQ(compiled(world).tables(), compiled(tutorial()).tables());
}

TEST(Faults, A_node_that_has_failed_takes_what_enters_it_and_its_address_stays_in_its_namespace) {
  TestWorld world = tutorial();
  world.put(fault_of(FaultKind::Interface, "eni-nlb-subnet-b2"));
  const Program program = compiled(world);
  EXPECT_FALSE(address(world, program, "vpc-b", "10.0.2.20"));
  EXPECT_TRUE(address(world, program, "vpc-b", "10.0.1.20"));
  EXPECT_FALSE(endpoint(world, program, "vpce-1-subnet-a1"));
  EXPECT_TRUE(endpoint(world, program, "vpce-1-subnet-a2"));
  const std::vector<Services> all = program.services();
  const auto services = std::ranges::find(all, std::string("vpc-b"), &Services::vpc_id);
  ASSERT_NE(services, all.end());
  EXPECT_TRUE(std::ranges::binary_search(services->addresses, *IpAddress::parse("10.0.2.20")));
}

TEST(Faults, A_zone_takes_all_that_is_in_it_whatever_accounts_call_it) {
  TestWorld world = tutorial();
  world.put(fault_of(FaultKind::Zone, "apne1-az1"));
  const Program program = compiled(world);
  for (const auto& [vpc, there, gone] : {std::tuple("vpc-a", "10.0.1.100", "10.0.2.100"),
                                         {"vpc-b", "10.0.2.10", "10.0.1.10"},
                                         {"vpc-b", "10.0.2.20", "10.0.1.20"}}) {
    EXPECT_TRUE(address(world, program, vpc, there)) << there;
    EXPECT_FALSE(address(world, program, vpc, gone)) << gone;
  }
  EXPECT_FALSE(endpoint(world, program, "vpce-1-subnet-a2"));
}

TEST(Faults, Losses_and_delays_are_the_links) {
  TestWorld world = tutorial();
  const auto before = port_of(world, compiled(world), "eni-i-web1");
  EXPECT_EQ(before->loss, 0);
  EXPECT_EQ(before->flags & kPnPortQueued, 0U);
  Fault fault = fault_of(FaultKind::Interface, "eni-i-web1");
  fault.loss_percent = 20;
  world.put(fault);
  EXPECT_EQ(port_of(world, compiled(world), "eni-i-web1")->loss, kPnLossAll / 5);
  EXPECT_EQ(port_of(world, compiled(world), "eni-i-web1")->flags & kPnPortQueued, 0U);
  fault.loss_percent = 0;
  fault.delay_ms = 30;
  world.put(fault);
  EXPECT_EQ(port_of(world, compiled(world), "eni-i-web1")->loss, 0);
  EXPECT_NE(port_of(world, compiled(world), "eni-i-web1")->flags & kPnPortQueued, 0U);
  EXPECT_EQ(port_of(world, compiled(world), "eni-i-web2")->flags & kPnPortQueued, 0U);
}

}  // namespace
}  // namespace postern::dataplane
