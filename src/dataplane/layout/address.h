// SPDX-License-Identifier: Apache-2.0
// The maps' addresses for C++.
#pragma once

#include <array>
#include <cstdint>
#include <cstring>

#include "base/net.h"
#include "dataplane/layout/layout.h"

namespace postern::dataplane {

inline IpAddress address_of(const pn_addr& word) {
  std::array<std::uint8_t, 16> bytes;
  std::memcpy(bytes.data(), &word, bytes.size());
  return IpAddress(bytes);
}

}  // namespace postern::dataplane
