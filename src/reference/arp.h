// SPDX-License-Identifier: Apache-2.0
// ARP: questions about addresses of the VPC, answered for whoever has them.
#pragma once

#include "reference/datagram.h"

namespace postern::reference {

// The answer to an ARP frame from `link`, or why there is none.
std::expected<Frame, Verdict> answer_arp(const Maps& maps, const pn_port& link,
                                         const Packet& packet);

}  // namespace postern::reference
