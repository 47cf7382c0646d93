// SPDX-License-Identifier: Apache-2.0
// What the interfaces on a packet's way have seen of it, as AWS's flow logs tell it. Pure.
// [VPC user guide, "Flow log records", "Flow log limitations"]
#pragma once

#include <vector>

#include "base/time.h"
#include "flow_logs/interfaces.h"

namespace postern::flow_logs {

// Packets of one flow that passed an interface, or were stopped at it.
struct Passage {
  Interface interface;
  bool egress = false;
  bool accepted = true;
  IpAddress source;  // the packets' own addresses
  IpAddress destination;
  std::uint16_t source_port = 0;
  std::uint16_t destination_port = 0;
  std::uint8_t protocol = 0;
  std::uint64_t packets = 0;
  std::uint64_t bytes = 0;
  std::uint32_t tcp_flags = 0;
  TimePoint first;
  TimePoint last;
};

// In the order in which they are passed. What AWS's flow logs leave out is left out: traffic with
// the VPC's own resolver, metadata and router, and what passes between an endpoint's interface and
// a load balancer's. `boot`: when CLOCK_MONOTONIC was 0.
std::vector<Passage> passages_of(const Interfaces& interfaces, const pn_traffic_key& key,
                                 const pn_traffic& traffic, TimePoint boot);

}  // namespace postern::flow_logs
