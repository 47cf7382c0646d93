// SPDX-License-Identifier: Apache-2.0
// The PROXY protocol's header in a TCP connection that nobody terminates.
// [NLB guide, "Proxy protocol"; "The PROXY protocol", version 2]
#pragma once

#include "reference/datagram.h"

namespace postern::reference {

std::size_t proxy_header_size(bool through_endpoint, bool ipv4);

// Changes a segment that has been made into the one that arrives. One that carries the client's
// first bytes becomes the segment with the header: they themselves go behind it.
void proxy_from_client(const Maps& maps, Connection& connection, Frame& frame);
void proxy_from_target(Connection& connection, Frame& frame);

}  // namespace postern::reference
