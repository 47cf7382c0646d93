// SPDX-License-Identifier: Apache-2.0
// What is counted of endpoints and load balancers, for CloudWatch's metrics.
#include <gtest/gtest.h>

#include <bpf/libbpf.h>

#include <cstring>
#include <map>

#include "dataplane/bpf/test_send.h"
#include "dataplane/bpf/test_world.h"

namespace postern::dataplane::testing {
namespace {

struct Order {
  bool operator()(const pn_meter_key& a, const pn_meter_key& b) const {
    return std::memcmp(&a, &b, sizeof a) < 0;
  }
};
template <class Value>
using Rows = std::map<pn_meter_key, Value, Order>;

// All CPUs' together, as whoever reads them has them.
Rows<pn_meter> meters() {
  fabric().drain();
  const int fd = bpf_map__fd(fabric().maps().pn_meters);
  std::vector<pn_meter> each(static_cast<std::size_t>(libbpf_num_possible_cpus()));
  Rows<pn_meter> out;
  pn_meter_key key{};
  const void* last = nullptr;
  while (bpf_map_get_next_key(fd, last, &key) == 0) {
    EXPECT_EQ(bpf_map_lookup_elem(fd, &key, each.data()), 0);
    pn_meter& sum = out[key];
    for (const pn_meter& one : each) {
      sum.packets += one.packets;
      sum.bytes += one.bytes;
      sum.resets += one.resets;
    }
    last = &key;
  }
  return out;
}

pn_meter meter(Verdict verdict, bool reply = false, std::uint32_t target = kTcpTarget1,
               std::uint32_t endpoint = kEndpointEni, std::uint32_t node = kNodeAEni,
               std::uint8_t protocol = 6) {
  const auto all = meters();
  const auto at = all.find({.endpoint = endpoint,
                            .node_eni = node,
                            .target = target,
                            .verdict = static_cast<std::uint8_t>(verdict),
                            .protocol = protocol,
                            .reply = static_cast<std::uint8_t>(reply ? 1 : 0)});
  return at == all.end() ? pn_meter{} : at->second;
}

// The connections that the newest sweep has found.
std::uint32_t active() {
  std::uint32_t round = 0;
  const std::uint32_t zero = 0;
  bpf_map_lookup_elem(bpf_map__fd(fabric().maps().pn_active_round), &zero, &round);
  const int fd = bpf_map__fd(fabric().maps().pn_active);
  std::uint32_t out = 0;
  pn_meter_key key{};
  const void* last = nullptr;
  while (bpf_map_get_next_key(fd, last, &key) == 0) {
    pn_active value{};
    bpf_map_lookup_elem(fd, &key, &value);
    out += value.round == round ? value.connections : 0;
    last = &key;
  }
  return out;
}

TEST(Meter, Both_directions_of_a_connection_count_for_its_endpoint_node_and_target) {
  TestWorld world(fabric());
  const Packet there = sent(kClientPort, client_to_endpoint());
  sent(kTarget1Port, answer(there, kTarget1Port));
  Packet data = next(client_to_endpoint(), kAck | kPsh);
  data.payload = Bytes(100);
  fabric().send(kClientPort, data.bytes());
  EXPECT_EQ(meter(Verdict::EndpointAdmitted).packets, 1U);
  const pn_meter out = meter(Verdict::FlowForwarded);
  EXPECT_EQ(out.packets, 2U);
  EXPECT_EQ(out.bytes, 40U + 140U);
  EXPECT_EQ(out.resets, 0U);
  EXPECT_EQ(meter(Verdict::FlowForwarded, true).packets, 1U);
  EXPECT_EQ(meters().size(), 3U);
}

TEST(Meter, Segments_in_one_are_packets_each_with_its_headers) {
  TestWorld world(fabric());
  fabric().send(kClientPort, client_to_endpoint().bytes());
  Packet data = next(client_to_endpoint(), kAck);
  data.payload = Bytes(2500);
  fabric().send(kClientPort, data.bytes(), 1000);
  const pn_meter out = meter(Verdict::FlowForwarded);
  EXPECT_EQ(out.packets, 1U + 3U);
  EXPECT_EQ(out.bytes, 40U + 2500U + 3 * 40U);
}

TEST(Meter, Resets_are_counted_by_who_sends_them) {
  TestWorld world(fabric());
  const Packet there = sent(kClientPort, client_to_endpoint());
  Packet reset = answer(there, kTarget1Port);
  reset.flags = kRst | kAck;
  fabric().send(kTarget1Port, reset.bytes());
  EXPECT_EQ(meter(Verdict::FlowForwarded, true).resets, 1U);
  EXPECT_EQ(meter(Verdict::FlowForwarded, false).resets, 0U);
  fabric().send(kClientPort, next(client_to_endpoint(), kRst).bytes());
  EXPECT_EQ(meter(Verdict::FlowForwarded, false).resets, 1U);
  // The load balancer's own.
  fabric().clear_flows();
  EXPECT_EQ(fabric().send(kClientPort, next(client_to_endpoint(), kAck).bytes()).verdict,
            Verdict::ResetNoFlow);
  EXPECT_EQ(meter(Verdict::ResetNoFlow, false, 0).resets, 1U);
}

TEST(Meter, What_is_refused_is_counted_by_its_verdict_at_what_it_was_sent_to) {
  struct Case {
    const char* name;
    std::uint32_t group;
    pn_direction direction;
    Verdict verdict;
    bool counts;
  };
  for (const Case& c :
       {Case{"client", kClientGroup, kPnEgress, Verdict::SourceEgressDenied, false},
        Case{"endpoint", kEndpointGroup, kPnIngress, Verdict::EndpointIngressDenied, true},
        Case{"node in", kNodeGroup, kPnIngress, Verdict::BalancerIngressDenied, true},
        Case{"node out", kNodeGroup, kPnEgress, Verdict::BalancerEgressDenied, true},
        Case{"target", kTargetGroupOfRules, kPnIngress, Verdict::TargetIngressDenied, true}}) {
    SCOPED_TRACE(c.name);
    TestWorld world(fabric());
    world.group(c.group, c.direction, {});
    fabric().send(kClientPort, client_to_endpoint().bytes());
    fabric().send(kClientPort, client_to_endpoint().bytes());
    EXPECT_EQ(meter(c.verdict, false, 0).packets, c.counts ? 2U : 0U);
    EXPECT_EQ(meters().size(), c.counts ? 1U : 0U);
  }
  TestWorld world(fabric());
  sent(kClientPort, client_to_endpoint());
  Packet large = next(client_to_endpoint(), kAck);
  large.payload = Bytes(100);
  EXPECT_EQ(fabric().send(kClientPort, large.bytes(), kPnEndpointMtu).verdict,
            Verdict::EndpointOversize);
  EXPECT_EQ(meter(Verdict::EndpointOversize).packets, 1U);
}

TEST(Meter, Other_packets_are_not_counted_and_health_checks_have_no_target) {
  TestWorld world(fabric());
  fabric().send(kClientPort, client_to_neighbour().bytes());
  fabric().send(kClientPort, client_to_resolver().bytes());
  EXPECT_TRUE(meters().empty());
  sent(kProviderServices, probe_to_target());
  EXPECT_EQ(meter(Verdict::ProbeAdmitted, false, 0, 0).packets, 1U);
  EXPECT_EQ(meters().size(), 1U);
  fabric().sweep();
  EXPECT_EQ(active(), 0U);
}

std::uint64_t forwarded_without_draining() {
  std::vector<pn_meter> each(static_cast<std::size_t>(libbpf_num_possible_cpus()));
  const pn_meter_key key{.endpoint = kEndpointEni,
                         .node_eni = kNodeAEni,
                         .target = kTcpTarget1,
                         .verdict = kPnVerdictFlowForwarded,
                         .protocol = 6};
  std::uint64_t packets = 0;
  if (bpf_map_lookup_elem(bpf_map__fd(fabric().maps().pn_meters), &key, each.data()) == 0) {
    for (const pn_meter& one : each) {
      packets += one.packets;
    }
  }
  return packets;
}

// What an entry has counted is not lost with it. [docs/adr/0029]
TEST(Meter, What_takes_a_connection_away_brings_its_counts_to_the_meters) {
  TestWorld world(fabric());
  const Packet first = client_to_endpoint();
  sent(kClientPort, first);
  EXPECT_EQ(forwarded_without_draining(), 0U);
  fabric().sweep();
  EXPECT_EQ(forwarded_without_draining(), 1U);
  fabric().send(kClientPort, next(first, kAck).bytes());
  fabric().send(kClientPort, next(first, kRst).bytes());
  EXPECT_EQ(forwarded_without_draining(), 1U);
  // The client begins anew: the old entries are deleted.
  Packet again = first;
  again.sequence += 1000000;
  EXPECT_EQ(fabric().send(kClientPort, again.bytes()).verdict, Verdict::EndpointAdmitted);
  EXPECT_EQ(forwarded_without_draining(), 3U);
  EXPECT_EQ(meter(Verdict::FlowForwarded).packets, 4U);
  EXPECT_EQ(meter(Verdict::FlowForwarded).packets, 4U) << "nothing is counted twice";
}

TEST(Meter, A_sweep_counts_the_connections_that_are_open) {
  TestWorld world(fabric());
  Packet second = client_to_endpoint();
  second.source_port = static_cast<std::uint16_t>(second.source_port + 1);
  const Packet there = sent(kClientPort, client_to_endpoint());
  sent(kClientPort, second);
  fabric().sweep();
  EXPECT_EQ(active(), 2U);
  Packet reset = answer(there, kTarget1Port);
  reset.flags = kRst | kAck;
  fabric().send(kTarget1Port, reset.bytes());
  fabric().sweep();
  EXPECT_EQ(active(), 1U);
  world.no_endpoint();
  fabric().sweep();
  EXPECT_EQ(active(), 0U);
}

}  // namespace
}  // namespace postern::dataplane::testing
