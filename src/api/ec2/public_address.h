// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <optional>
#include <set>

#include "model/world.h"

namespace postern::api::ec2 {

// The lowest address that no interface has been given, of a range that no network routes: nobody
// outside can reach one. [RFC 2544, RFC 6890: 198.18.0.0/15]
inline std::optional<IpAddress> free_public_address(const model::World& world) {
  static const Cidr kRange = *Cidr::parse("198.18.0.0/15");
  std::set<IpAddress> taken;
  for (const auto& [id, interface] : world.all<model::NetworkInterface>()) {
    if (interface->public_ip) {
      taken.insert(*interface->public_ip);
    }
  }
  for (std::uint64_t n = 1; n < kRange.size() - 1; ++n) {
    if (!taken.contains(kRange.at(n))) {
      return kRange.at(n);
    }
  }
  return std::nullopt;
}

}  // namespace postern::api::ec2
