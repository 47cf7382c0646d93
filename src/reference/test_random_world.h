// SPDX-License-Identifier: Apache-2.0
// Random Worlds, as they lie in the kernel's maps: a few VPCs with the same addresses, instances,
// security groups, network ACLs, load balancers, and endpoints between them. Some are programmed by
// half.
#pragma once

#include "reference/maps.h"
#include "reference/test_random.h"

namespace postern::reference::testing {

// Ports that rules, listeners and packets have in common.
inline const std::vector<std::uint16_t> kServicePorts = {22, 53, 80, 81, 443, 5353, 8080};

Maps random_world(Random& random);

pn_group random_group(Random& random, bool ipv6);
pn_acl random_acl(Random& random, bool ipv6);

// Takes one entry of one of the maps away.
void lose_something(Random& random, Maps& maps);

// Changes something, as an API call or a process that comes or goes would.
void change_world(Random& random, Maps& maps);

// Makes one link, or none, lose all packets: which of a share are lost nobody could say.
void change_losses(Random& random, Maps& maps);

}  // namespace postern::reference::testing
