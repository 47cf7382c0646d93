// SPDX-License-Identifier: Apache-2.0
// What an IPv6 frame is before it is a datagram, and neighbor discovery (RFC 4861).
#pragma once

#include <expected>

#include "reference/datagram.h"

namespace postern::reference {

// Whether the frame is an IPv6 packet of the length that it says, from and to IPv6 addresses.
bool is_ipv6(const Packet& packet);

// Whether it is a message of neighbor discovery: those are never passed on.
bool is_discovery(const Packet& packet);

// The answer to a neighbor solicitation.
std::expected<Frame, Verdict> answer_solicitation(const Maps& maps, const pn_port& link,
                                                  const Packet& packet);

// Whether the interface that stands at link number `port` has the address.
bool has_ipv6(const Maps& maps, const pn_port& link, std::uint32_t port, const IpAddress& address);

}  // namespace postern::reference
