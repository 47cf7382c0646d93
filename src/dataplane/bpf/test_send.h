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

// One that must arrive, as it arrives.
inline Packet sent(std::uint32_t from, const Packet& packet) {
  const Outcome outcome = send(from, packet);
  EXPECT_TRUE(outcome.sent) << info(outcome.verdict).name;
  const Parsed parsed = parse(outcome.frame);
  EXPECT_EQ(parsed.fault, "");
  return parsed.packet;
}

}  // namespace postern::dataplane::testing
