// SPDX-License-Identifier: Apache-2.0
// A flood stops at its own sender, and a full table refuses what is new: neither ends a connection
// that stands.
#include <gtest/gtest.h>

#include <vector>

#include "dataplane/bpf/test_world.h"

namespace postern::dataplane::testing {
namespace {

constexpr std::uint32_t kEntries = 512;  // of pn_flows: two for each connection
constexpr std::uint32_t kConnections = kEntries / 2;

Packet client_to_service(std::uint16_t source_port) {
  Packet packet = client_to_endpoint();
  packet.source_port = source_port;
  return packet;
}
Packet query_of_client(std::uint16_t source_port) {
  Packet packet = client_to_endpoint_udp();
  packet.source_port = source_port;
  return packet;
}
Packet neighbour_to_service(std::uint16_t source_port) {
  Packet packet = client_to_service(source_port);
  packet.source = ip("10.0.1.11");
  packet.source_mac = mac_of(kNeighbourPort);
  return packet;
}

class Flood : public ::testing::Test {
 protected:
  static Fabric small_fabric(std::uint32_t half_open_max) {
    return Fabric({.half_open_max = half_open_max, .flow_entries = kEntries});
  }

  // The neighbour may do what the client may.
  static void admit_neighbour(TestWorld& world) {
    world.group(kNeighbourGroup, kPnEgress, {rule(kPnProtocolAny, 0, 0, "0.0.0.0/0")});
    world.group(kEndpointGroup, kPnIngress, {rule(kPnProtocolAny, 0, 0, "0.0.0.0/0")});
  }

  struct Established {
    Packet first;  // as the client sent it
    Packet there;  // as it arrived
  };

  static Established establish(Fabric& fabric, const Packet& first) {
    const Packet there = parse(fabric.send(kClientPort, first.bytes()).frame).packet;
    EXPECT_EQ(fabric.send(kTarget1Port, answer(there, kTarget1Port).bytes()).verdict,
              Verdict::FlowForwarded);
    EXPECT_EQ(fabric.send(kClientPort, next(first, kAck).bytes()).verdict, Verdict::FlowForwarded);
    return {first, there};
  }

  static void expect_standing(Fabric& fabric, const Established& connection) {
    EXPECT_EQ(fabric.send(kClientPort, next(connection.first, kAck).bytes()).verdict,
              Verdict::FlowForwarded);
    Packet back = answer(connection.there, kTarget1Port);
    back.flags = kAck;
    const Outcome outcome = fabric.send(kTarget1Port, back.bytes());
    EXPECT_EQ(outcome.verdict, Verdict::FlowForwarded);
    EXPECT_EQ(outcome.to_port, kClientPort);
  }

  // Packets from the same link, each of another source port; how many got each verdict.
  template <class Make>
  static std::vector<std::uint64_t> flood(Fabric& fabric, std::uint32_t from, std::uint16_t packets,
                                          Make packet_of) {
    std::vector<std::uint64_t> verdicts(kPnVerdictCount);
    for (std::uint16_t at = 0; at < packets; ++at) {
      const auto source_port = static_cast<std::uint16_t>(1000 + at);
      const Outcome outcome = fabric.send(from, packet_of(source_port).bytes());
      verdicts[static_cast<std::size_t>(outcome.verdict)] += 1;
    }
    return verdicts;
  }

  static std::uint64_t of(const std::vector<std::uint64_t>& verdicts, Verdict verdict) {
    return verdicts[static_cast<std::size_t>(verdict)];
  }
};

TEST_F(Flood, Of_SYNs_stops_at_its_senders_limit_and_nobody_elses) {
  constexpr std::uint32_t kLimit = 32;
  Fabric fabric = small_fabric(kLimit);
  TestWorld world(fabric);
  admit_neighbour(world);
  const Established before = establish(fabric, client_to_service(900));
  const auto verdicts = flood(fabric, kNeighbourPort, 1000, neighbour_to_service);
  EXPECT_EQ(of(verdicts, Verdict::EndpointAdmitted), kLimit);
  EXPECT_EQ(of(verdicts, Verdict::HalfOpenLimit), 1000 - kLimit);
  expect_standing(fabric, before);
  expect_standing(fabric, establish(fabric, client_to_service(901)));

  // What the flooder has open goes on, and in time it may open more.
  EXPECT_EQ(fabric.send(kNeighbourPort, neighbour_to_service(1000).bytes()).verdict,
            Verdict::FlowForwarded);
  fabric.pass(31);
  fabric.sweep();
  fabric.sweep();
  expect_standing(fabric, before);
  EXPECT_EQ(fabric.half_open(kNeighbourPort), 0U);
  EXPECT_EQ(fabric.send(kNeighbourPort, neighbour_to_service(3000).bytes()).verdict,
            Verdict::EndpointAdmitted);
}

TEST_F(Flood, A_full_table_refuses_new_connections_and_keeps_every_old_one) {
  Fabric fabric = small_fabric(1U << 20);
  TestWorld world(fabric);
  admit_neighbour(world);
  std::vector<Established> before;
  for (std::uint16_t port = 900; port < 920; ++port) {
    before.push_back(establish(fabric, client_to_service(port)));
  }
  const auto verdicts = flood(fabric, kNeighbourPort, 2000, neighbour_to_service);
  EXPECT_EQ(of(verdicts, Verdict::EndpointAdmitted), kConnections - before.size());
  EXPECT_EQ(of(verdicts, Verdict::FlowTableFull), 2000 - (kConnections - before.size()));
  EXPECT_EQ(fabric.send(kClientPort, client_to_service(5000).bytes()).verdict,
            Verdict::FlowTableFull);
  for (const Established& each : before) {
    expect_standing(fabric, each);
  }
  const pn_sweep_report full = fabric.sweep();
  EXPECT_EQ(full.live, kEntries) << "no half of a connection was left";

  // What nobody answered gives its room back; what stands stays.
  fabric.pass(31);
  fabric.sweep();
  EXPECT_EQ(fabric.sweep().deleted, kEntries - 2 * before.size());
  for (const Established& each : before) {
    expect_standing(fabric, each);
  }
  expect_standing(fabric, establish(fabric, client_to_service(5000)));
}

TEST_F(Flood, Of_datagrams_stops_at_its_senders_limit_too) {
  constexpr std::uint32_t kLimit = 32;
  Fabric fabric = small_fabric(kLimit);
  TestWorld world(fabric);
  const Established before = establish(fabric, client_to_service(900));
  const auto verdicts = flood(fabric, kClientPort, 2000, query_of_client);
  EXPECT_EQ(of(verdicts, Verdict::EndpointAdmitted), kLimit);
  EXPECT_EQ(of(verdicts, Verdict::HalfOpenLimit), 2000 - kLimit);
  expect_standing(fabric, before);
  EXPECT_EQ(fabric.send(kClientPort, query_of_client(1000).bytes()).verdict,
            Verdict::FlowForwarded);
}

// One entry is free, a connection needs two: the first is given back.
TEST_F(Flood, The_last_free_entry_is_not_taken_by_half_a_connection) {
  Fabric fabric({.half_open_max = 1U << 20, .flow_entries = 5});
  TestWorld world(fabric);
  const Established before = establish(fabric, client_to_service(900));
  EXPECT_EQ(fabric.send(kClientPort, client_to_service(901).bytes()).verdict,
            Verdict::EndpointAdmitted);
  for (std::uint16_t port = 902; port < 910; ++port) {
    EXPECT_EQ(fabric.send(kClientPort, client_to_service(port).bytes()).verdict,
              Verdict::FlowTableFull);
  }
  EXPECT_EQ(fabric.half_open(kClientPort), 1U);
  EXPECT_EQ(fabric.sweep().live, 4U);
  expect_standing(fabric, before);
}

}  // namespace
}  // namespace postern::dataplane::testing
