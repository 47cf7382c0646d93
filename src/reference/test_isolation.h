// SPDX-License-Identifier: Apache-2.0
// Isolation: no packet of one VPC comes out in another, but to an endpoint that forwards there, and
// back on what came through it. Knows nothing of how packets are judged.
#pragma once

#include <map>
#include <string>

#include "reference/test_random_packet.h"

namespace postern::reference::testing {

class Isolation {
 public:
  // Why this packet should not have arrived where it did; empty if it may.
  std::string check(const Maps& maps, const Delivered& delivered);
  std::uint64_t crossings() const { return crossings_; }

 private:
  // The endpoint that a connection crossed by.
  struct Crossing {
    std::uint32_t endpoint = 0;
    std::uint32_t connection = 0;
  };
  // What one of its sides sends: VPC, source, destination, ports, protocol.
  using Way = std::tuple<std::uint32_t, IpAddress, IpAddress, std::uint32_t, std::uint8_t>;

  std::map<Way, Crossing> ways_;
  std::uint64_t crossings_ = 0;
};

}  // namespace postern::reference::testing
