// SPDX-License-Identifier: Apache-2.0
// What is counted for flow logs, and of which links.
#include <gtest/gtest.h>

#include <arpa/inet.h>

#include <algorithm>

#include "dataplane/bpf/test_world.h"

namespace postern::dataplane::testing {
namespace {

struct Row {
  pn_traffic_key key;
  pn_traffic traffic;
};

std::vector<Row> rows() {
  const int fd = bpf_map__fd(fabric().maps().pn_traffic);
  std::vector<Row> out;
  pn_traffic_key key{};
  const void* last = nullptr;
  while (bpf_map_get_next_key(fd, last, &key) == 0) {
    Row row{.key = key};
    EXPECT_EQ(bpf_map_lookup_elem(fd, &key, &row.traffic), 0);
    out.push_back(row);
    last = &key;
  }
  return out;
}

// The row of the one flow that was counted.
Row only_row() {
  const auto all = rows();
  EXPECT_EQ(all.size(), 1U);
  return all.empty() ? Row{} : all.front();
}

// The topology, with all links counted, and nothing counted yet.
class Counting : public ::testing::Test {
 protected:
  Counting() : world_(fabric()) { count_all(); }

  static void count_all() {
    for (std::uint32_t port = Fabric::kFirstPort; port <= Fabric::kLastPort; ++port) {
      pn_port entry{};
      bpf_map_lookup_elem(bpf_map__fd(fabric().maps().pn_ports), &port, &entry);
      if (entry.kind != kPnPortNone) {
        entry.flags |= kPnPortCounted;
        fabric().put(fabric().maps().pn_ports, port, entry);
      }
    }
    fabric().put(fabric().maps().pn_traffic_round, std::uint32_t{0}, std::uint32_t{5});
  }

  TestWorld world_;
};

TEST(NotCounting, A_link_that_no_flow_log_is_about_is_not_counted) {
  TestWorld world(fabric());
  fabric().send(kClientPort, client_to_neighbour().bytes());
  EXPECT_TRUE(rows().empty());
}

TEST_F(Counting, A_flow_through_an_endpoint_has_both_sides_of_its_translations) {
  const Outcome there = fabric().send(kClientPort, client_to_endpoint().bytes());
  const Row first = only_row();
  EXPECT_EQ(first.key.port, kClientPort);
  EXPECT_EQ(first.key.owner, kClientEni);
  EXPECT_EQ(first.key.round, 5U);
  EXPECT_EQ(first.key.verdict, std::uint32_t{kPnVerdictFlowForwarded});
  EXPECT_EQ(ip(first.key.flow.destination), ip("10.0.1.100"));
  EXPECT_EQ(first.traffic.packets, 1U);
  EXPECT_EQ(first.traffic.bytes, 40U);
  EXPECT_EQ(first.traffic.tcp_flags, 2U);
  EXPECT_EQ(first.traffic.endpoint, kEndpointEni);
  EXPECT_EQ(first.traffic.node_eni, kNodeAEni);
  EXPECT_EQ(first.traffic.to_owner, kTarget1Eni);
  EXPECT_EQ(ip(first.traffic.source), ip("10.0.1.200"));
  EXPECT_EQ(first.traffic.destination_port_be, htons(8080));

  fabric().send(kTarget1Port, answer(parse(there.frame).packet, kTarget1Port).bytes());
  Packet data = next(client_to_endpoint(), kAck | kPsh);
  data.payload = Bytes(100);
  fabric().send(kClientPort, data.bytes());
  const auto all = rows();
  ASSERT_EQ(all.size(), 2U);
  const auto reply = std::ranges::find_if(
      all, [](const Row& row) { return (row.traffic.flags & kPnFlowReply) != 0; });
  ASSERT_NE(reply, all.end());
  EXPECT_EQ(reply->key.owner, kTarget1Eni);
  EXPECT_EQ(reply->traffic.to_owner, kClientEni);
  EXPECT_EQ(reply->traffic.tcp_flags, 18U);
  EXPECT_EQ(ip(reply->traffic.source), ip("10.0.1.100"));
  const auto forward = std::ranges::find_if(
      all, [](const Row& row) { return (row.traffic.flags & kPnFlowReply) == 0; });
  EXPECT_EQ(forward->traffic.packets, 2U);
  EXPECT_EQ(forward->traffic.bytes, 40U + 140U);
  EXPECT_EQ(forward->traffic.tcp_flags, 2U);  // ACK alone is not told
  EXPECT_LE(forward->traffic.first, forward->traffic.last);
}

TEST_F(Counting, Segments_in_one_are_packets_each_with_its_headers) {
  fabric().send(kClientPort, client_to_neighbour().bytes());
  Packet data = next(client_to_neighbour(), kAck);
  data.payload = Bytes(2500);
  fabric().send(kClientPort, data.bytes(), 1000);
  const Row row = only_row();
  EXPECT_EQ(row.traffic.packets, 1U + 3U);
  EXPECT_EQ(row.traffic.bytes, 40U + 2500U + 3 * 40U);
}

TEST_F(Counting, What_is_refused_is_counted_by_its_verdict_with_its_way_so_far) {
  struct Case {
    const char* name;
    std::uint32_t group;
    pn_direction direction;
    Verdict verdict;
    std::uint32_t node;
    std::uint32_t flags;
  };
  for (const Case& c :
       {Case{"client", kClientGroup, kPnEgress, Verdict::SourceEgressDenied, 0, 0},
        Case{"endpoint", kEndpointGroup, kPnIngress, Verdict::EndpointIngressDenied, 0, 0},
        Case{"node in", kNodeGroup, kPnIngress, Verdict::BalancerIngressDenied, 0, kPnFlowEndpoint},
        Case{"node out", kNodeGroup, kPnEgress, Verdict::BalancerEgressDenied, kNodeAEni,
             kPnFlowEndpoint | kPnFlowTranslate | kPnFlowTarget},
        Case{"target", kTargetGroupOfRules, kPnIngress, Verdict::TargetIngressDenied, kNodeAEni,
             kPnFlowEndpoint | kPnFlowTranslate | kPnFlowTarget}}) {
    SCOPED_TRACE(c.name);
    TestWorld world(fabric());
    count_all();
    world.group(c.group, c.direction, {});
    fabric().send(kClientPort, client_to_endpoint().bytes());
    fabric().send(kClientPort, client_to_endpoint().bytes());
    const Row row = only_row();
    EXPECT_EQ(row.key.verdict, static_cast<std::uint32_t>(c.verdict));
    EXPECT_EQ(row.traffic.packets, 2U);
    EXPECT_EQ(row.traffic.node_eni, c.node);
    EXPECT_EQ(row.traffic.flags, c.flags);
  }
}

TEST_F(Counting, A_refusal_by_an_acl_says_in_which_direction) {
  constexpr std::uint32_t kAcl = 801;
  world_.acl_generation(1);
  world_.place(kConsumer, "10.0.1.10", 701, 0);
  world_.place(kConsumer, "10.0.1.100", 702, kAcl);
  const pn_acl_rule all = acl_rule(true, kPnProtocolAny, 0, 0, "0.0.0.0/0");
  world_.place(kProvider, "10.0.1.200", 703, 0);
  world_.place(kProvider, "10.0.1.10", 704, 0);
  world_.acl(kAcl, kPnIngress, {});
  world_.acl(kAcl, kPnEgress, {all});
  fabric().send(kClientPort, client_to_endpoint().bytes());
  const Row row = only_row();
  EXPECT_EQ(row.key.verdict, static_cast<std::uint32_t>(Verdict::EndpointAclDenied));
  EXPECT_EQ(row.traffic.direction, std::uint32_t{kPnIngress});
}

TEST_F(Counting, A_new_round_counts_apart) {
  const Packet first = client_to_neighbour();
  fabric().send(kClientPort, first.bytes());
  fabric().put(fabric().maps().pn_traffic_round, std::uint32_t{0}, std::uint32_t{6});
  fabric().send(kClientPort, next(first, kAck).bytes());
  const auto all = rows();
  ASSERT_EQ(all.size(), 2U);
  EXPECT_NE(all[0].key.round, all[1].key.round);
  EXPECT_EQ(all[0].traffic.packets, 1U);
  EXPECT_EQ(all[1].traffic.packets, 1U);
}

TEST_F(Counting, What_is_no_packet_of_the_senders_is_not_counted) {
  Packet spoofed = client_to_neighbour();
  spoofed.source = ip("10.0.1.77");
  EXPECT_EQ(fabric().send(kClientPort, spoofed.bytes()).verdict, Verdict::AddressSpoofed);
  Packet other_mac = client_to_neighbour();
  other_mac.source_mac = MacAddress::local(9);
  fabric().send(kClientPort, other_mac.bytes());
  EXPECT_TRUE(rows().empty());
}

TEST_F(Counting, A_ping_has_its_way_too) {
  Packet ping = client_to_neighbour();
  ping.protocol = 1;
  fabric().send(kClientPort, ping.bytes());
  const Row row = only_row();
  EXPECT_EQ(row.traffic.to_owner, kNeighbourEni);
  EXPECT_EQ(row.traffic.bytes, 28U);
  EXPECT_EQ(row.traffic.tcp_flags, 0U);
}

}  // namespace
}  // namespace postern::dataplane::testing
