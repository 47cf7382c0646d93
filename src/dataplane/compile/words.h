// SPDX-License-Identifier: Apache-2.0
// The model's values in the words of layout.h.
#pragma once

#include <arpa/inet.h>

#include <algorithm>
#include <cstring>

#include "base/net.h"
#include "dataplane/layout/layout.h"
#include "model/network_interface.h"
#include "model/security_group_rules.h"

namespace postern::dataplane {

inline pn_addr addr_word(const IpAddress& address) {
  pn_addr word{};
  std::memcpy(&word, address.bytes().data(), sizeof word);
  return word;
}

// The mask of a network over the 16-byte form.
inline pn_addr mask_word(const Cidr& net) {
  std::array<std::uint8_t, 16> bytes{};
  for (unsigned bit = 0; bit < net.mapped_prefix(); ++bit) {
    bytes[bit / 8] = static_cast<std::uint8_t>(bytes[bit / 8] | (0x80U >> (bit % 8)));
  }
  return addr_word(IpAddress(bytes));
}

// The direction in the keys of rules.
inline __u32 direction_word(pn_direction direction, model::AddressFamily family) {
  return direction + (family == model::AddressFamily::Ipv6 ? __u32{kPnRulesIpv6} : 0U);
}

template <std::size_t N>
void copy_mac(const MacAddress& mac, __u8 (&out)[N]) {
  static_assert(N == 6);
  std::copy(mac.bytes().begin(), mac.bytes().end(), out);
}

inline __u16 port_word(int port) {
  return htons(static_cast<std::uint16_t>(port));
}

// The MAC of eth0 in a VPC's services namespace. Of no interface: those begin 02:00.
inline MacAddress services_mac(std::uint32_t vpc) {
  return MacAddress::local((std::uint64_t{0x50} << 32) | vpc);
}

}  // namespace postern::dataplane
