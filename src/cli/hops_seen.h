// SPDX-License-Identifier: Apache-2.0
// From what was seen at the two ends of a flow to what it is at every hop: pure.
//
// A packet changes once on its way, where the packet program takes it from its sender's link to its
// receiver's. As its sender has it, it reaches the endpoint; as its receiver has it, it leaves the
// load balancer's node. So what was seen at an end is also what the interface next to it has.
#pragma once

#include <boost/json.hpp>
#include <string>
#include <vector>

#include "base/net.h"
#include "base/result.h"
#include "cli/guest_tap.h"
#include "cli/pcapng.h"

namespace postern::cli {

// An interface on the way.
struct HopInterface {
  std::string id;  // eni-…
  IpAddress address;
  std::string resource;
  std::string account;
};

// An end where is listened: the client, a target, or another instance that is asked directly.
struct FlowEnd {
  std::size_t interface = 0;  // index in CapturePlan::interfaces
  std::string instance;
  bool is_client = false;
  std::uint16_t port = 0;  // of an end that is asked: its own
};

struct CapturePlan {
  std::uint8_t protocol = 6;
  std::uint16_t port = 0;                // that the client asks for
  std::vector<HopInterface> interfaces;  // the client's first
  std::vector<FlowEnd> ends;             // the client first
  std::vector<std::size_t> first_hops;   // interfaces that the client's packets come to
  std::vector<std::size_t> nodes;        // interfaces of load balancers
};

// From the answer of POST /explain. Refused when the client is no instance.
Result<CapturePlan> capture_plan(const boost::json::object& explanation);

// What was seen at an end of the plan.
struct SeenAtEnd {
  std::size_t end = 0;  // index in CapturePlan::ends
  SeenFrame frame;
};

// The packets of the flow, at each hop, by time. `events` are those of GET /events, and
// `monotonic_to_wall` is what has to be added to their time to have that of the frames.
std::vector<CapturedPacket> packets_at_hops(const CapturePlan& plan, std::vector<SeenAtEnd> seen,
                                            const boost::json::array& events,
                                            std::int64_t monotonic_to_wall);

std::vector<CapturedInterface> interfaces_of(const CapturePlan& plan);

}  // namespace postern::cli
