// SPDX-License-Identifier: Apache-2.0
// Packets of one connection that are judged on several CPUs at once.
#include <gtest/gtest.h>

#include <array>
#include <thread>
#include <vector>

#include "dataplane/bpf/test_world.h"

namespace postern::dataplane::testing {
namespace {

constexpr int kPackets = 8000;

// One whose links may have as many open questions as there are packets.
Fabric& roomy() {
  static Fabric fabric({.half_open_max = 4 * kPackets});
  return fabric;
}

struct Way {
  const char* name;
  Packet first;
  std::uint32_t from;
  std::uint32_t to;
};

// Datagrams, whose senders do not notice that an answer is missing.
std::array<Way, 3> ways() {
  Packet to_neighbour = client_to_neighbour();
  to_neighbour.protocol = 17;
  return {Way{"to the resolver", client_to_resolver(), kClientPort, kConsumerServices},
          Way{"to the neighbour", to_neighbour, kClientPort, kNeighbourPort},
          Way{"through the endpoint", client_to_endpoint_udp(), kClientPort, kTarget1Port}};
}

// Each datagram of the way has a source port of its own.
std::vector<Bytes> datagrams_of(const Way& way) {
  std::vector<Bytes> frames;
  for (int at = 0; at < kPackets; ++at) {
    Packet packet = way.first;
    packet.source_port = static_cast<std::uint16_t>(2000 + at);
    frames.push_back(packet.bytes());
  }
  return frames;
}

// Sends them all twice, on two CPUs. Who is behind has less to do, since connections are there
// already, and catches up: so the two meet again and again. What arrived, both times.
std::array<std::vector<Outcome>, 2> send_twice(std::uint32_t from,
                                               const std::vector<Bytes>& frames) {
  std::array<std::vector<Outcome>, 2> outcomes;
  const auto send = [&](std::size_t who) {
    for (const Bytes& frame : frames) {
      outcomes[who].push_back(roomy().send(from, frame));
    }
  };
  std::thread second([&] { send(1); });
  send(0);
  second.join();
  return outcomes;
}

// Whatever arrived can be answered.
void expect_answers(const Way& way) {
  const auto outcomes = send_twice(way.from, datagrams_of(way));
  int unanswered = 0;
  for (int at = 0; at < kPackets; ++at) {
    const auto place = static_cast<std::size_t>(at);
    EXPECT_TRUE(outcomes[0][place].sent || outcomes[1][place].sent) << at;
    for (const auto& each : outcomes) {
      if (each[place].sent) {
        const Parsed there = parse(each[place].frame);
        ASSERT_EQ(there.fault, "") << at;
        ASSERT_EQ(each[place].to_port, way.to) << at;
        const Outcome back = roomy().send(way.to, answer(there.packet, way.to).bytes());
        unanswered += back.sent && back.to_port == way.from ? 0 : 1;
      }
    }
  }
  EXPECT_EQ(unanswered, 0);
}

class Race : public ::testing::Test {
 protected:
  Race() {
    world_.group(kClientGroup, kPnEgress, {rule(kPnProtocolAny, 0, 0, "0.0.0.0/0")});
    world_.group(kNeighbourGroup, kPnIngress, {rule(kPnProtocolAny, 0, 0, "0.0.0.0/0")});
  }
  TestWorld world_{roomy()};
};

TEST_F(Race, First_packets_that_come_at_once_make_one_whole_connection) {
  for (const Way& way : ways()) {
    SCOPED_TRACE(way.name);
    roomy().clear_flows();
    expect_answers(way);
    EXPECT_EQ(roomy().sweep().live, 2U * kPackets) << "two entries each, no halves";
  }
}

TEST_F(Race, So_does_a_connection_that_begins_again_after_a_silence) {
  for (const Way& way : ways()) {
    SCOPED_TRACE(way.name);
    roomy().clear_flows();
    expect_answers(way);
    roomy().pass(200);
    expect_answers(way);
  }
}

}  // namespace
}  // namespace postern::dataplane::testing
