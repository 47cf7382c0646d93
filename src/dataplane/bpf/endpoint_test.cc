// SPDX-License-Identifier: Apache-2.0
// What a packet through an endpoint looks like where it arrives, and its answer where that arrives.
#include <gtest/gtest.h>

#include "dataplane/bpf/test_world.h"

namespace postern::dataplane::testing {
namespace {

const MacAddress kRouter{std::array<std::uint8_t, 6>(PN_ROUTER_MAC)};

// The packet that comes out at `to`; a failure if it does not arrive whole.
Packet arrives(std::uint32_t from, const Packet& packet, std::uint32_t to,
               std::uint32_t gso_size = 0) {
  const Outcome outcome = fabric().send(from, packet.bytes(), gso_size);
  EXPECT_TRUE(outcome.sent) << info(outcome.verdict).name;
  EXPECT_EQ(outcome.to_port, to) << info(outcome.verdict).name;
  const Parsed parsed = parse(outcome.frame);
  EXPECT_EQ(parsed.fault, "");
  EXPECT_EQ(parsed.packet.destination_mac, mac_of(to));
  EXPECT_EQ(parsed.packet.source_mac, kRouter);
  return parsed.packet;
}

// The target has the client's own address in its own VPC: nothing but the VPC tells them apart.
TEST(Endpoint, A_target_sees_the_node_and_the_client_sees_the_endpoint) {
  for (const Packet& first : {client_to_endpoint(), client_to_endpoint_udp()}) {
    SCOPED_TRACE(first.protocol);
    TestWorld world(fabric());
    const Packet there = arrives(kClientPort, first, kTarget1Port);
    EXPECT_EQ(there.source, ip("10.0.1.200"));
    EXPECT_GE(there.source_port, kPnSnatFirst);
    EXPECT_LT(there.source_port, kPnServicesPortFirst);
    EXPECT_EQ(there.destination, ip("10.0.1.10"));
    EXPECT_EQ(there.destination_port, first.protocol == 6 ? 8080 : 5353);
    EXPECT_EQ(there.payload, first.payload);

    const Packet back = arrives(kTarget1Port, answer(there, kTarget1Port), kClientPort);
    EXPECT_EQ(back.source, ip("10.0.1.100"));
    EXPECT_EQ(back.source_port, first.destination_port);
    EXPECT_EQ(back.destination, ip("10.0.1.10"));
    EXPECT_EQ(back.destination_port, first.source_port);

    const Packet more = arrives(kClientPort, next(first, kAck), kTarget1Port);
    EXPECT_EQ(more.source_port, there.source_port);
  }
}

TEST(Endpoint, Rules_are_asked_for_a_connections_first_packet_only) {
  TestWorld world(fabric());
  const Packet there = arrives(kClientPort, client_to_endpoint(), kTarget1Port);
  for (const std::uint32_t group :
       {kClientGroup, kEndpointGroup, kNodeGroup, kTargetGroupOfRules}) {
    world.group(group, kPnIngress, {});
    world.group(group, kPnEgress, {});
  }
  arrives(kTarget1Port, answer(there, kTarget1Port), kClientPort);
  arrives(kClientPort, next(client_to_endpoint(), kAck), kTarget1Port);
  Packet another = client_to_endpoint();
  another.source_port = 40001;
  EXPECT_EQ(fabric().send(kClientPort, another.bytes()).verdict, Verdict::SourceEgressDenied);
}

TEST(Endpoint, A_target_cannot_open_a_connection_to_a_client) {
  TestWorld world(fabric());
  for (const auto direction : {kPnIngress, kPnEgress}) {
    for (const std::uint32_t group : {kTargetGroupOfRules, kNodeGroup, kEndpointGroup}) {
      world.group(group, direction, {rule(kPnProtocolAny, 0, 0, "0.0.0.0/0")});
    }
  }
  arrives(kClientPort, client_to_endpoint(), kTarget1Port);
  Packet packet = probe_to_target();
  packet.source_mac = mac_of(kTarget1Port);
  packet.source = ip("10.0.1.10");
  packet.destination = ip("10.0.1.200");
  packet.destination_port = 40000;
  EXPECT_EQ(fabric().send(kTarget1Port, packet.bytes()).verdict, Verdict::NoListener);
}

TEST(Endpoint, An_absent_UDP_checksum_stays_absent) {
  TestWorld world(fabric());
  Packet first = client_to_endpoint_udp();
  first.without_checksum = true;
  EXPECT_TRUE(arrives(kClientPort, first, kTarget1Port).without_checksum);
}

// [AWS PrivateLink guide, "MTU considerations": 8500, MSS clamped on all packets]
TEST(Endpoint, The_MSS_is_lowered_to_what_its_MTU_holds_both_ways) {
  struct Case {
    const char* name;
    Bytes before;
    Bytes after;
  };
  const auto joined = [](Bytes first, const Bytes& second) {
    first.insert(first.end(), second.begin(), second.end());
    return first;
  };
  const Bytes padded = {1, 1, 1, 1};
  const std::vector<Case> cases = {
      {"no options", {}, {}},
      {"larger", mss_option(8961), mss_option(8460)},
      {"as large", mss_option(8460), mss_option(8460)},
      {"smaller", mss_option(1460), mss_option(1460)},
      {"at an odd offset", joined({1}, joined(mss_option(8961), {1, 1, 1})),
       joined({1}, joined(mss_option(8461 - 1), {1, 1, 1}))},
      {"behind others", joined({4, 2, 8, 10, 0, 0, 0, 1, 0, 0, 0, 0}, mss_option(9000)),
       joined({4, 2, 8, 10, 0, 0, 0, 1, 0, 0, 0, 0}, mss_option(8460))},
      {"behind the end of options", joined({0, 0, 0, 0}, mss_option(9000)),
       joined({0, 0, 0, 0}, mss_option(9000))},
      {"behind an option of length 0", joined({9, 0, 1, 1}, mss_option(9000)),
       joined({9, 0, 1, 1}, mss_option(9000))},
      {"cut off", {1, 1, 2, 4}, {1, 1, 2, 4}},
      {"last in a full header", joined(Bytes(36, 1), mss_option(9000)),
       joined(Bytes(36, 1), mss_option(8460))},
  };
  for (const Case& c : cases) {
    SCOPED_TRACE(c.name);
    TestWorld world(fabric());
    Packet first = client_to_endpoint();
    first.tcp_options = c.before;
    const Packet there = arrives(kClientPort, first, kTarget1Port);
    EXPECT_EQ(there.tcp_options, c.after);
    Packet reply = answer(there, kTarget1Port);
    reply.tcp_options = c.before;
    EXPECT_EQ(arrives(kTarget1Port, reply, kClientPort).tcp_options, c.after);
  }
}

TEST(Endpoint, The_MSS_inside_a_VPC_stays) {
  TestWorld world(fabric());
  Packet first = client_to_neighbour();
  first.tcp_options = mss_option(8961);
  EXPECT_EQ(arrives(kClientPort, first, kNeighbourPort).tcp_options, mss_option(8961));
}

TEST(Endpoint, Several_segments_in_one_pass_whole) {
  TestWorld world(fabric());
  const Packet there = arrives(kClientPort, client_to_endpoint(), kTarget1Port);
  arrives(kTarget1Port, answer(there, kTarget1Port), kClientPort);
  Packet data = next(client_to_endpoint(), kAck);
  data.payload.resize(3000, 'x');
  EXPECT_EQ(arrives(kClientPort, data, kTarget1Port, 1400).payload, data.payload);
}

TEST(Endpoint, An_ICMP_error_is_translated_with_what_it_quotes) {
  TestWorld world(fabric());
  const Packet first = client_to_endpoint_udp();
  const Packet there = arrives(kClientPort, first, kTarget1Port);
  Packet error = icmp_error(there, 3);
  error.source_mac = mac_of(kTarget1Port);
  const Packet back = arrives(kTarget1Port, error, kClientPort);
  EXPECT_EQ(back.source, ip("10.0.1.100"));
  EXPECT_EQ(back.destination, ip("10.0.1.10"));
  const Parsed quoted = parse_quotation(back);
  EXPECT_EQ(quoted.fault, "");
  EXPECT_EQ(quoted.packet.source, first.source);
  EXPECT_EQ(quoted.packet.source_port, first.source_port);
  EXPECT_EQ(quoted.packet.destination, first.destination);
  EXPECT_EQ(quoted.packet.destination_port, first.destination_port);
}

TEST(Endpoint, An_ICMP_error_quoting_anothers_packet_does_not_pass) {
  TestWorld world(fabric());
  const Packet there = arrives(kClientPort, client_to_endpoint_udp(), kTarget1Port);
  Packet error = icmp_error(there, 3);
  error.source_mac = mac_of(kTarget2Port);
  error.source = ip("10.0.2.20");
  EXPECT_EQ(fabric().send(kTarget2Port, error.bytes()).verdict, Verdict::IcmpErrorUnrelated);
}

TEST(Endpoint, Each_zone_enters_its_own_node) {
  TestWorld world(fabric());
  pn_endpoint entry = world.endpoint_entry();
  entry.node_eni = kNodeCEni;
  entry.node_address = addr("10.0.2.200");
  world.endpoint(entry);
  const Packet there = arrives(kClientPort, client_to_endpoint(), kTarget2Port);
  EXPECT_EQ(there.source, ip("10.0.2.200"));
  EXPECT_EQ(there.destination, ip("10.0.2.20"));
}

// [docs/adr/0029]
TEST(Endpoint, A_connection_is_asked_again_when_the_generation_is_another_or_none) {
  TestWorld world(fabric());
  const Packet first = client_to_endpoint();
  const Packet there = arrives(kClientPort, first, kTarget1Port);
  const auto verdicts = [&] {
    return std::pair(fabric().send(kClientPort, next(first, kAck).bytes()).verdict,
                     fabric().send(kTarget1Port, answer(there, kTarget1Port).bytes()).verdict);
  };
  const std::pair forwarded(Verdict::FlowForwarded, Verdict::FlowForwarded);
  const std::pair cut(Verdict::EndpointMissing, Verdict::EndpointMissing);
  for (const std::uint64_t other : {std::uint64_t{8}, std::uint64_t{0}}) {
    world.cut_generation(7);
    EXPECT_EQ(verdicts(), forwarded);
    fabric().remove(fabric().maps().pn_endpoints, kEndpointEni);
    EXPECT_EQ(verdicts(), forwarded) << "all is as it was, says the generation";
    world.cut_generation(other);
    EXPECT_EQ(verdicts(), cut);
    EXPECT_EQ(verdicts(), cut) << "a refusal is not remembered";
    world.endpoint(world.endpoint_entry());
    world.cut_generation(7);
    EXPECT_EQ(verdicts(), forwarded) << "the same contents have the same number";
  }
}

}  // namespace
}  // namespace postern::dataplane::testing
