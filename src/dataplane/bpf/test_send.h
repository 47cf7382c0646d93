// SPDX-License-Identifier: Apache-2.0
// Sending packets through the one Fabric of the test program.
#pragma once

#include <gtest/gtest.h>

#include "dataplane/bpf/test_world.h"

namespace postern::dataplane::testing {

// A packet as the guest of link `from` sends it.
inline Outcome send(std::uint32_t from, const Packet& packet) {
  return fabric().send(from, packet.bytes());
}

struct Arrived {
  std::uint32_t port;
  Packet packet;
};

// One that must arrive: where, and as what.
inline Arrived delivered(std::uint32_t from, const Packet& packet) {
  const Outcome outcome = send(from, packet);
  EXPECT_TRUE(outcome.sent) << info(outcome.verdict).name;
  const Parsed parsed = parse(outcome.frame);
  EXPECT_EQ(parsed.fault, "");
  return {outcome.to_port, parsed.packet};
}

inline Packet sent(std::uint32_t from, const Packet& packet) {
  return delivered(from, packet).packet;
}

}  // namespace postern::dataplane::testing
