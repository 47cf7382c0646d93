// SPDX-License-Identifier: Apache-2.0
// Which target a new connection gets. [NLB guide, "Network Load Balancer overview"; "Sticky
// sessions"; docs/adr/0006]
#pragma once

#include "reference/connections.h"

namespace postern::reference {

// What the NLB hashes of a connection.
std::uint32_t connection_hash(const Tuple& begin, std::uint32_t sequence);
// And of a client, for a sticky target group or a sticky action.
std::uint32_t client_hash(const Tuple& begin);

// The share of a split that the hash draws; null: none.
const pn_share* draw(const pn_split& split, std::uint32_t hash);

// The number of the target that the hash draws from a choice that has targets.
std::uint32_t draw(const pn_choice& choice, std::uint32_t hash);

}  // namespace postern::reference
