// SPDX-License-Identifier: Apache-2.0
// Packets of one connection that are judged on several CPUs at once.
#include <gtest/gtest.h>

#include <array>
#include <atomic>
#include <thread>

#include "dataplane/bpf/test_world.h"

namespace postern::dataplane::testing {
namespace {

// Sends the same frame from the same link on two CPUs, as nearly at once as can be.
std::array<Outcome, 2> send_twice(std::uint32_t from, const Bytes& frame) {
  std::array<Outcome, 2> outcomes;
  std::atomic<int> waiting = 2;
  const auto send = [&](std::size_t at) {
    waiting.fetch_sub(1);
    while (waiting.load() > 0) {
    }
    outcomes[at] = fabric().send(from, frame);
  };
  std::thread other([&] { send(1); });
  send(0);
  other.join();
  return outcomes;
}

constexpr int kRounds = 500;

struct Way {
  const char* name;
  Packet first;
  std::uint32_t from;
  std::uint32_t to;
};

TEST(Race, First_packets_that_come_at_once_make_one_whole_connection) {
  TestWorld world(fabric());
  for (const Way& way :
       {Way{"to the resolver", client_to_resolver(), kClientPort, kConsumerServices},
        Way{"through the endpoint", client_to_endpoint_udp(), kClientPort, kTarget1Port}}) {
    SCOPED_TRACE(way.name);
    for (int round = 0; round < kRounds; ++round) {
      Packet first = way.first;
      first.source_port = static_cast<std::uint16_t>(2000 + round);
      const std::array<Outcome, 2> outcomes = send_twice(way.from, first.bytes());
      ASSERT_TRUE(outcomes[0].sent || outcomes[1].sent) << round;
      for (const Outcome& outcome : outcomes) {
        if (outcome.sent) {
          const Packet there = parse(outcome.frame).packet;
          const Outcome back = fabric().send(way.to, answer(there, way.to).bytes());
          ASSERT_EQ(info(back.verdict).name, info(Verdict::FlowForwarded).name) << round;
          ASSERT_EQ(back.to_port, way.from);
        }
      }
    }
  }
  EXPECT_EQ(fabric().sweep().live, 2U * 2 * kRounds) << "two ways, two entries each, no halves";
}

}  // namespace
}  // namespace postern::dataplane::testing
