// SPDX-License-Identifier: Apache-2.0
// The topology of test_world.h with a real network stack at the client and at target 1.
#pragma once

#include <gtest/gtest.h>

#include "dataplane/bpf/test_guest.h"
#include "dataplane/bpf/test_world.h"

namespace postern::dataplane::testing {

// The client and target 1 of the topology, at links of their own: these go with their guests.
inline constexpr std::uint32_t kClientLink = 26, kTargetLink = 27;

class Traffic : public ::testing::Test {
 protected:
  Traffic() {
    if (client_ == nullptr) {
      client_ = guest_at(kClientLink, "10.0.1.10");
      target_ = guest_at(kTargetLink, "10.0.1.10");
    }
    world_.instance(kConsumer, "10.0.1.10", kClientEni, kClientLink, {kClientGroup});
    world_.instance(kProvider, "10.0.1.10", kTarget1Eni, kTargetLink, {kTargetGroupOfRules});
  }
  TestWorld world_{testing::fabric()};
  // One for all tests of the program: with a guest goes its link.
  static Guest* guest_at(std::uint32_t port, const char* address) {
    attach(testing::fabric(), port);
    return new Guest(port, address);
  }
  static inline Guest* client_ = nullptr;
  static inline Guest* target_ = nullptr;
};

}  // namespace postern::dataplane::testing
