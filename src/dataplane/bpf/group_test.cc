// SPDX-License-Identifier: Apache-2.0
// Which rules admit which packets. [VPC user guide, "Security group rules"]
#include <gtest/gtest.h>

#include <vector>

#include "dataplane/bpf/test_world.h"

namespace postern::dataplane::testing {
namespace {

constexpr std::uint8_t kIcmp = 1, kTcp = 6, kUdp = 17, kGre = 47;

bool admitted(const Packet& packet) {
  const Outcome outcome = fabric().send(kClientPort, packet.bytes());
  EXPECT_TRUE(outcome.verdict == Verdict::InstanceAdmitted ||
              outcome.verdict == Verdict::DestinationIngressDenied)
      << info(outcome.verdict).name;
  return outcome.verdict == Verdict::InstanceAdmitted;
}

// The topology, with a client that may send anything to its neighbour.
TestWorld open_world() {
  TestWorld world(fabric());
  world.group(kClientGroup, kPnEgress, {rule(kPnProtocolAny, 0, 0, "0.0.0.0/0")});
  return world;
}

TEST(SecurityGroup, A_rule_admits_its_protocol_ports_and_peer_and_nothing_else) {
  struct Case {
    const char* name;
    pn_rule rule;
    std::uint8_t protocol;
    std::uint16_t port;  // ICMP: type and code
    bool admitted;
  };
  const std::vector<Case> cases = {
      {"the port", rule(kTcp, 80, 80, "0.0.0.0/0"), kTcp, 80, true},
      {"one below", rule(kTcp, 80, 80, "0.0.0.0/0"), kTcp, 79, false},
      {"one above", rule(kTcp, 80, 80, "0.0.0.0/0"), kTcp, 81, false},
      {"first of the range", rule(kTcp, 80, 90, "0.0.0.0/0"), kTcp, 80, true},
      {"last of the range", rule(kTcp, 80, 90, "0.0.0.0/0"), kTcp, 90, true},
      {"port 65535", rule(kTcp, 0, 65535, "0.0.0.0/0"), kTcp, 65535, true},
      {"port 256 is not 1", rule(kTcp, 1, 1, "0.0.0.0/0"), kTcp, 256, false},
      {"another protocol", rule(kUdp, 80, 80, "0.0.0.0/0"), kTcp, 80, false},
      {"UDP", rule(kUdp, 80, 80, "0.0.0.0/0"), kUdp, 80, true},
      {"all protocols, no ports", rule(kPnProtocolAny, 0, 0, "0.0.0.0/0"), kUdp, 80, true},
      {"all protocols, GRE", rule(kPnProtocolAny, 0, 0, "0.0.0.0/0"), kGre, 0, true},
      {"GRE by number", rule(kGre, 0, 0, "0.0.0.0/0"), kGre, 0, true},
      {"GRE, not IPIP", rule(4, 0, 0, "0.0.0.0/0"), kGre, 0, false},
      {"the sender alone", rule(kTcp, 80, 80, "10.0.1.10/32"), kTcp, 80, true},
      {"its neighbour alone", rule(kTcp, 80, 80, "10.0.1.11/32"), kTcp, 80, false},
      {"its /31", rule(kTcp, 80, 80, "10.0.1.10/31"), kTcp, 80, true},
      {"the /31 below", rule(kTcp, 80, 80, "10.0.1.8/31"), kTcp, 80, false},
      {"the VPC", rule(kTcp, 80, 80, "10.0.0.0/16"), kTcp, 80, true},
      {"another network", rule(kTcp, 80, 80, "10.1.0.0/16"), kTcp, 80, false},
      {"its /1", rule(kTcp, 80, 80, "0.0.0.0/1"), kTcp, 80, true},
      {"the other /1", rule(kTcp, 80, 80, "128.0.0.0/1"), kTcp, 80, false},
      {"the sender's group", rule(kTcp, 80, 80, kClientGroup), kTcp, 80, true},
      {"the receiver's own group", rule(kTcp, 80, 80, kNeighbourGroup), kTcp, 80, false},
      {"the sender's group, other port", rule(kTcp, 81, 81, kClientGroup), kTcp, 80, false},
      {"any ICMP", rule(kIcmp, kPnIcmpAny, kPnIcmpAny, "0.0.0.0/0"), kIcmp, 0x0800, true},
      {"echo, any code", rule(kIcmp, 8, kPnIcmpAny, "0.0.0.0/0"), kIcmp, 0x0800, true},
      {"echo, code 0", rule(kIcmp, 8, 0, "0.0.0.0/0"), kIcmp, 0x0800, true},
      {"echo, code 1", rule(kIcmp, 8, 1, "0.0.0.0/0"), kIcmp, 0x0800, false},
      {"type 3 only", rule(kIcmp, 3, kPnIcmpAny, "0.0.0.0/0"), kIcmp, 0x0800, false},
      {"ICMPv6 is another protocol", rule(58, kPnIcmpAny, kPnIcmpAny, "0.0.0.0/0"), kIcmp, 0x0800,
       false},
  };
  for (const Case& c : cases) {
    SCOPED_TRACE(c.name);
    TestWorld world = open_world();
    world.group(kNeighbourGroup, kPnIngress, {c.rule});
    Packet packet = client_to_neighbour();
    packet.protocol = c.protocol;
    packet.destination_port = c.port;
    packet.payload.resize(c.protocol == kGre ? 20 : 0);
    EXPECT_EQ(admitted(packet), c.admitted);
  }
}

TEST(SecurityGroup, Egress_is_matched_on_the_destination_and_ingress_does_not_stand_in_for_it) {
  TestWorld world(fabric());
  world.group(kNeighbourGroup, kPnIngress, {rule(kPnProtocolAny, 0, 0, "0.0.0.0/0")});
  world.group(kClientGroup, kPnIngress, {rule(kPnProtocolAny, 0, 0, "0.0.0.0/0")});
  const auto verdict = [&](const pn_rule& egress) {
    world.group(kClientGroup, kPnEgress, {egress});
    world.fabric().clear_flows();
    return fabric().send(kClientPort, client_to_neighbour().bytes()).verdict;
  };
  EXPECT_EQ(verdict(rule(kTcp, 22, 22, "10.0.1.11/32")), Verdict::InstanceAdmitted);
  EXPECT_EQ(verdict(rule(kTcp, 22, 22, "10.0.1.10/32")), Verdict::SourceEgressDenied);
  EXPECT_EQ(verdict(rule(kTcp, 22, 22, kNeighbourGroup)), Verdict::InstanceAdmitted);
  EXPECT_EQ(verdict(rule(kTcp, 22, 22, kClientGroup)), Verdict::SourceEgressDenied);
}

TEST(SecurityGroup, Any_of_five_groups_and_the_last_of_64_rules_admit) {
  TestWorld world = open_world();
  const pn_rule none = rule(kTcp, 1, 1, "192.0.2.0/24");
  pn_group full{};
  full.count = kPnRulesMax;
  std::fill_n(full.rules, kPnRulesMax, none);
  full.rules[kPnRulesMax - 1] = rule(kTcp, 22, 22, kClientGroup);
  for (std::uint32_t group = 901; group <= 904; ++group) {
    world.group(group, kPnIngress, {none});
  }
  fabric().put(fabric().maps().pn_groups, pn_group_key{.group = 905, .direction = kPnIngress},
               full);
  world.instance(kConsumer, "10.0.1.11", kNeighbourEni, kNeighbourPort, {901, 902, 903, 904, 905});
  EXPECT_TRUE(admitted(client_to_neighbour()));

  full.count = kPnRulesMax - 1;
  fabric().put(fabric().maps().pn_groups, pn_group_key{.group = 905, .direction = kPnIngress},
               full);
  world.fabric().clear_flows();
  EXPECT_FALSE(admitted(client_to_neighbour())) << "a rule beyond the count is none";
}

TEST(SecurityGroup, A_rule_may_name_any_group_of_the_peer) {
  TestWorld world = open_world();
  world.group(904, kPnEgress, {rule(kPnProtocolAny, 0, 0, "0.0.0.0/0")});
  for (const std::uint32_t group : {901u, 902u, 903u, 905u}) {
    world.group(group, kPnEgress, {});
  }
  world.instance(kConsumer, "10.0.1.10", kClientEni, kClientPort, {901, 902, 903, 904, 905});
  world.group(kNeighbourGroup, kPnIngress, {rule(kTcp, 22, 22, std::uint32_t{905})});
  EXPECT_TRUE(admitted(client_to_neighbour()));
}

TEST(SecurityGroup, A_missing_group_admits_nothing_and_hinders_no_other) {
  TestWorld world = open_world();
  world.instance(kConsumer, "10.0.1.11", kNeighbourEni, kNeighbourPort, {999, kNeighbourGroup});
  EXPECT_TRUE(admitted(client_to_neighbour()));
  Packet other = client_to_neighbour();
  other.destination_port = 23;
  EXPECT_EQ(fabric().send(kClientPort, other.bytes()).verdict, Verdict::GroupMissing);
}

}  // namespace
}  // namespace postern::dataplane::testing
