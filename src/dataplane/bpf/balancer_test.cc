// SPDX-License-Identifier: Apache-2.0
// Which target a connection gets, and from which address and port.
#include <gtest/gtest.h>

#include <algorithm>
#include <array>
#include <map>
#include <random>
#include <set>
#include <vector>

#include "dataplane/bpf/test_send.h"
#include "dataplane/bpf/test_world.h"

namespace postern::dataplane::testing {
namespace {

// Ends the connection of `first`, so that half-open ones do not add up.
void reset(const Packet& first) {
  fabric().send(kLocalPort, next(first, kRst | kAck).bytes());
}

// [NLB guide: the flow hash takes in the TCP sequence number]
TEST(Balancer, Connections_spread_over_the_targets_by_port_and_by_sequence_number) {
  for (const bool by_port : {true, false}) {
    SCOPED_TRACE(by_port);
    TestWorld world(fabric());
    world.choice(kTcpTargets, kNodeAEni, 2, {kTcpTarget1, kTcpTarget2});
    std::map<std::string, int> count;
    for (std::uint16_t i = 0; i < 1000; ++i) {
      Packet first = local_to_node();
      if (by_port) {
        first.source_port = static_cast<std::uint16_t>(20000 + i);
      } else {
        first.sequence = 0x12345u * i;
      }
      ++count[sent(kLocalPort, first).destination.text()];
      reset(first);
    }
    EXPECT_EQ(count.size(), 2u);
    for (const auto& [target, times] : count) {
      EXPECT_GT(times, 400) << target;
    }
  }
}

// [NLB guide, "Sticky sessions"]
TEST(Balancer, A_sticky_group_gives_a_client_the_same_target_whatever_it_opens) {
  TestWorld world(fabric());
  world.choice(kTcpTargets, kNodeAEni, 2, {kTcpTarget1, kTcpTarget2});
  world.listener(6, 80,
                 {.listener = 601,
                  .target_group = kTcpTargets,
                  .flags = kPnListenerSticky,
                  .idle_seconds = 350});
  std::set<std::string> targets;
  for (std::uint16_t i = 0; i < 50; ++i) {
    Packet first = local_to_node();
    first.source_port = static_cast<std::uint16_t>(20000 + i);
    first.sequence = 77u * i;
    targets.insert(sent(kLocalPort, first).destination.text());
    reset(first);
  }
  EXPECT_EQ(targets.size(), 1u);
}

// Where the targets of the split listener's groups are.
const std::string kFirst = "10.0.1.10", kSecond = "10.0.2.20";

// A listener whose connections go to one of two groups of one target each, a quarter to the second.
void split_listener(TestWorld& world, __u32 flags, __u32 flags_of_second = 0) {
  constexpr std::uint32_t kSecondGroup = 499;
  world.choice(kTcpTargets, kNodeAEni, 1, {kTcpTarget1});
  world.choice(kSecondGroup, kNodeAEni, 1, {kTcpTarget2});
  world.listener(6, 80, {.listener = 601, .flags = kPnListenerSplit | flags, .idle_seconds = 350});
  pn_split split{.count = 2};
  split.shares[0] = {.last = 0xbfffffff, .target_group = kTcpTargets, .flags = 0};
  split.shares[1] = {.last = 0xffffffff, .target_group = kSecondGroup, .flags = flags_of_second};
  fabric().put(fabric().maps().pn_splits, std::uint32_t{601}, split);
}

// [NLB guide, "Listeners": weighted target groups]
TEST(Balancer, Groups_get_their_shares_of_the_connections) {
  TestWorld world(fabric());
  split_listener(world, 0);
  std::map<std::string, int> count;
  for (std::uint16_t i = 0; i < 2000; ++i) {
    Packet first = local_to_node();
    first.source_port = static_cast<std::uint16_t>(20000 + i);
    ++count[sent(kLocalPort, first).destination.text()];
    reset(first);
  }
  EXPECT_NEAR(count[kFirst], 1500, 100);
  EXPECT_NEAR(count[kSecond], 500, 100);
}

TEST(Balancer, With_a_sticky_action_a_client_keeps_to_one_group) {
  TestWorld world(fabric());
  split_listener(world, kPnListenerSticky);
  std::set<std::string> targets;
  for (std::uint16_t i = 0; i < 50; ++i) {
    Packet first = local_to_node();
    first.source_port = static_cast<std::uint16_t>(20000 + i);
    targets.insert(sent(kLocalPort, first).destination.text());
    reset(first);
  }
  EXPECT_EQ(targets.size(), 1u);
}

TEST(Balancer, What_a_group_wants_is_done_for_its_own_connections_only) {
  TestWorld world(fabric());
  split_listener(world, 0, kPnListenerPreserve);
  std::map<std::string, std::set<std::string>> sources;
  for (std::uint16_t i = 0; i < 50; ++i) {
    Packet first = local_to_node();
    first.source_port = static_cast<std::uint16_t>(20000 + i);
    const Packet out = sent(kLocalPort, first);
    sources[out.destination.text()].insert(out.source.text());
    reset(first);
  }
  EXPECT_EQ(sources[kSecond], std::set<std::string>{local_to_node().source.text()});
  EXPECT_EQ(sources[kFirst].size(), 1u);
  EXPECT_NE(sources[kFirst], sources[kSecond]);
}

TEST(Balancer, A_split_that_is_not_there_yet_lets_nothing_through) {
  TestWorld world(fabric());
  split_listener(world, 0);
  fabric().remove(fabric().maps().pn_splits, std::uint32_t{601});
  EXPECT_EQ(send(kLocalPort, local_to_node()).verdict, Verdict::TargetsMissing);
}

TEST(Balancer, A_target_that_leaves_its_slot_moves_only_its_own_connections) {
  TestWorld world(fabric());
  const auto draw_all = [&] {
    std::map<std::uint16_t, std::string> drawn;
    for (std::uint16_t i = 0; i < 200; ++i) {
      Packet first = local_to_node();
      first.source_port = static_cast<std::uint16_t>(20000 + i);
      drawn[i] = sent(kLocalPort, first).destination.text();
      reset(first);
    }
    world.fabric().clear_flows();
    return drawn;
  };
  const pn_choice_key key{.target_group = kTcpTargets, .node_eni = kNodeAEni};
  pn_choice choice{.registered = 3, .count = 3, .slot_mask = 7};
  std::ranges::copy(std::array{kTcpTarget1, kTcpTarget2, kTcpTarget1}, choice.targets);
  choice.slots[1] = 1;
  choice.slots[4] = 2;
  choice.slots[6] = 3;
  fabric().put(fabric().maps().pn_choices, key, choice);
  const auto before = draw_all();
  choice.slots[6] = 0;
  fabric().put(fabric().maps().pn_choices, key, choice);
  const auto after = draw_all();
  int to_second = 0;
  for (const auto& [i, target] : before) {
    if (target == "10.0.2.20") {
      EXPECT_EQ(after.at(i), target);
      ++to_second;
    }
  }
  EXPECT_NEAR(to_second, 200 / 3, 25);
}

TEST(Balancer, A_connection_stays_on_its_target_when_the_list_changes) {
  TestWorld world(fabric());
  const Packet first = local_to_node();
  EXPECT_EQ(sent(kLocalPort, first).destination, ip("10.0.1.10"));
  world.choice(kTcpTargets, kNodeAEni, 2, {kTcpTarget2});
  EXPECT_EQ(sent(kLocalPort, next(first, kAck)).destination, ip("10.0.1.10"));
  Packet another = first;
  another.source_port = 40001;
  EXPECT_EQ(sent(kLocalPort, another).destination, ip("10.0.2.20"));
}

TEST(Balancer, No_two_connections_to_a_target_share_a_source_port) {
  TestWorld world(fabric());
  std::set<std::uint16_t> ports;
  constexpr std::uint16_t kConnections = 20000;
  for (std::uint16_t i = 0; i < kConnections; ++i) {
    Packet first = local_to_node();
    first.source_port = static_cast<std::uint16_t>(1000 + i);
    const Packet there = sent(kLocalPort, first);
    ASSERT_GE(there.source_port, kPnSnatFirst);
    ASSERT_LT(there.source_port, kPnSnatFirst + kPnSnatPorts);
    ports.insert(there.source_port);
    reset(first);
  }
  EXPECT_EQ(ports.size(), kConnections);
}

// [RFC 6191: the target takes a SYN out of TIME_WAIT if it goes on from the connection before]
TEST(Balancer, A_client_that_uses_a_port_again_comes_from_the_same_source_port) {
  TestWorld world(fabric());
  world.choice(kTcpTargets, kNodeAEni, 1, {kTcpTarget1});
  const Packet first = local_to_node();
  const Packet there = sent(kLocalPort, first);
  sent(kTarget1Port, answer(there, kTarget1Port));
  reset(first);
  Packet again = first;
  again.sequence += 100000;
  EXPECT_EQ(sent(kLocalPort, again).source_port, there.source_port);
  reset(again);
  // Also when nothing is remembered of it.
  world.fabric().clear_flows();
  EXPECT_EQ(sent(kLocalPort, first).source_port, there.source_port);
}

TEST(Balancer, The_last_free_source_ports_are_found) {
  TestWorld world(fabric());
  // One in eight, without a pattern that a step could fall in with.
  std::mt19937 random(1);
  std::vector<bool> is_free(kPnSnatPorts);
  std::generate(is_free.begin(), is_free.end(), [&] { return random() % 8 == 0; });
  std::vector<pn_flow_key> keys;
  for (std::uint32_t i = 0; i < kPnSnatPorts; ++i) {
    if (is_free[i]) {
      continue;
    }
    pn_flow_key key{};
    key.vpc = kProvider;
    key.source = addr("10.0.1.10");
    key.destination = addr("10.0.1.200");
    key.source_port_be = __builtin_bswap16(8080);
    key.destination_port_be = __builtin_bswap16(static_cast<std::uint16_t>(kPnSnatFirst + i));
    key.protocol = 6;
    keys.push_back(key);
  }
  world.fabric().fill_flows(keys);
  for (std::uint16_t i = 0; i < 100; ++i) {
    Packet first = local_to_node();
    first.source_port = static_cast<std::uint16_t>(1000 + i);
    const std::uint32_t port = sent(kLocalPort, first).source_port;
    EXPECT_TRUE(is_free[port - kPnSnatFirst]) << port;
    reset(first);
  }
}

TEST(Balancer, A_preserved_client_address_arrives_and_the_answer_comes_from_the_node) {
  TestWorld world(fabric());
  Packet first = local_to_node();
  first.destination_port = 81;
  const Packet there = sent(kLocalPort, first);
  EXPECT_EQ(there.source, ip("10.0.1.30"));
  EXPECT_EQ(there.source_port, first.source_port);
  EXPECT_EQ(there.destination, ip("10.0.1.10"));
  EXPECT_EQ(there.destination_port, 8081);
  const Packet back = sent(kTarget1Port, answer(there, kTarget1Port));
  EXPECT_EQ(back.source, ip("10.0.1.200"));
  EXPECT_EQ(back.source_port, 81);
  EXPECT_EQ(back.destination, ip("10.0.1.30"));
}

// [NLB guide, "Client IP preservation": no effect on traffic from PrivateLink]
TEST(Balancer, Through_an_endpoint_no_client_address_is_preserved) {
  TestWorld world(fabric());
  Packet first = client_to_endpoint();
  first.destination_port = 81;
  EXPECT_EQ(sent(kClientPort, first).source, ip("10.0.1.200"));
}

TEST(Balancer, A_target_reaches_itself_through_the_node_unless_its_address_is_preserved) {
  TestWorld world(fabric());
  world.group(kTargetGroupOfRules, kPnEgress, {rule(kPnProtocolAny, 0, 0, "0.0.0.0/0")});
  Packet first = local_to_node();
  first.source_mac = mac_of(kTarget1Port);
  first.source = ip("10.0.1.10");
  const Packet there = sent(kTarget1Port, first);
  EXPECT_EQ(there.source, ip("10.0.1.200"));
  EXPECT_EQ(there.destination, ip("10.0.1.10"));
  const Packet back = sent(kTarget1Port, answer(there, kTarget1Port));
  EXPECT_EQ(back.source, ip("10.0.1.200"));
  EXPECT_EQ(back.destination_port, first.source_port);
}

TEST(Balancer, The_answer_to_a_probe_reaches_the_services_link) {
  TestWorld world(fabric());
  const Packet there = sent(kProviderServices, probe_to_target());
  EXPECT_EQ(there.source, ip("10.0.1.200"));
  EXPECT_EQ(there.source_port, probe_to_target().source_port);
  const Outcome back = fabric().send(kTarget1Port, answer(there, kTarget1Port).bytes());
  EXPECT_EQ(back.verdict, Verdict::FlowForwarded);
  EXPECT_EQ(back.to_port, kProviderServices);
  EXPECT_EQ(parse(back.frame).packet.destination_mac, mac_of(kProviderServices));
}

TEST(Balancer, A_closed_target_cuts_both_ways_and_a_new_SYN_gets_another) {
  TestWorld world(fabric());
  const Packet first = local_to_node();
  const Packet there = sent(kLocalPort, first);
  world.choice(kTcpTargets, kNodeAEni, 2, {kTcpTarget2});
  pn_target closed = world.target_entry(kTcpTarget1);
  closed.state = kPnTargetClosed;
  world.target(kTcpTarget1, closed);
  const Outcome from_target = fabric().send(kTarget1Port, answer(there, kTarget1Port).bytes());
  EXPECT_EQ(from_target.verdict, Verdict::TargetClosed);
  EXPECT_EQ(from_target.to_port, kTarget1Port);
  EXPECT_EQ(fabric().send(kLocalPort, next(first, kAck).bytes()).verdict, Verdict::TargetClosed);
  EXPECT_EQ(sent(kLocalPort, first).destination, ip("10.0.2.20"));
}

}  // namespace
}  // namespace postern::dataplane::testing
