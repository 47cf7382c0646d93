// SPDX-License-Identifier: Apache-2.0
// Sight: what the host can see and no record of the World says.
#pragma once

#include <cstdint>
#include <functional>
#include <optional>
#include <vector>

#include "base/net.h"
#include "model/network_interface.h"

namespace postern::explain {

// A socket at which somebody waits: a TCP socket that listens, a UDP socket that is bound.
struct Socket {
  std::uint8_t protocol = 6;
  IpAddress address;  // 0.0.0.0 or :: of all addresses
  std::uint16_t port = 0;

  bool operator==(const Socket&) const = default;
};

struct Sight {
  // The sockets behind the interface. nullopt: they cannot be seen (a virtual machine, nothing that
  // runs). Empty function: nobody looks.
  std::function<std::optional<std::vector<Socket>>(const model::NetworkInterface&)> sockets;
  // Whether the VPC's TLS listeners are served. Empty function: nobody looks.
  std::function<bool(const model::Id<model::Vpc>&)> relay;
};

}  // namespace postern::explain
