// SPDX-License-Identifier: Apache-2.0
// Does it connect, and if not, which rule says no? From a World alone, without a packet: what the
// packet program says to the same question is for the caller to compare (verdicts_of()).
#pragma once

#include <optional>
#include <string>

#include "base/result.h"
#include "explain/explanation.h"
#include "explain/sight.h"
#include "model/world.h"

namespace postern::explain {

struct Ask {
  std::string from;  // instance or network interface, by id, or an instance by its Name tag
  // Endpoint, interface, instance, load balancer (ARN or name), endpoint service, address, DNS
  // name.
  std::string to;
  std::string protocol = "tcp";       // tcp, udp or icmp
  std::optional<std::uint16_t> port;  // nullopt: the load balancer's, if it listens on one only
  bool established = false;           // what a TCP connection gets that is forgotten already
};

// "10.0.1.100:80" as `to` and `port`; what has no port at its end is `to` alone.
Ask ask_of(std::string from, std::string_view to);

// Refused when `ask` names nothing that there is, or a port is missing.
Result<Explanation> explain(const model::World& world, const Ask& ask, const Sight& sight = {});

// The path of one packet.
Path explain_path(const model::World& world, const model::NetworkInterface& source,
                  const IpAddress& destination, const Traffic& traffic);

}  // namespace postern::explain
