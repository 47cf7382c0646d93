// SPDX-License-Identifier: Apache-2.0
// The packet that is explained, for those who judge packets.
#pragma once

#include "explain/explanation.h"
#include "model/world.h"
#include "reference/judge.h"

namespace postern::explain {

// The address that the interface's guest sends from to `destination`: one of the same family. A
// guest without an IPv6 address has the link's own only, which no VPC carries.
IpAddress source_address(const model::NetworkInterface& source, const IpAddress& destination);

// As the guest behind the interface would send it: a SYN (of an established connection, an ACK), a
// datagram, or an echo request.
reference::Packet first_packet(const model::NetworkInterface& source, const IpAddress& destination,
                               const Traffic& traffic);

// What the reference model does with it in an empty flow table.
dataplane::Verdict reference_verdict(const reference::Maps& maps, const reference::Packet& packet);

}  // namespace postern::explain
