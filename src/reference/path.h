// SPDX-License-Identifier: Apache-2.0
// The network ACLs on a packet's way: each stretch between two interfaces asks the subnet that it
// leaves and the one that it enters. [VPC user guide, "Network ACL basics"]
#pragma once

#include "reference/datagram.h"

namespace postern::reference {

// The first ACL that says no to a packet of `connection`, which comes from `link`; `answers`: of
// the side that did not begin.
std::optional<Verdict> ask_acls(const Maps& maps, const pn_port& link, const Datagram& packet,
                                const Connection& connection, bool answers);

}  // namespace postern::reference
