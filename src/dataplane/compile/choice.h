// SPDX-License-Identifier: Apache-2.0
// The targets of a node as the programs draw from them.
#pragma once

#include <cstdint>
#include <span>

#include "dataplane/layout/layout.h"

namespace postern::dataplane {

// `registered`: numbers of the targets that the group has anywhere, sorted; `routed`: those that
// this node may choose, in any order, some of them or not registered any more. Beyond kPnTargetsMax
// routed ones are left out. A target's slot depends on `registered` alone, so that one that turns
// unhealthy moves nobody else's connections.
pn_choice choice_of(std::span<const std::uint32_t> registered,
                    std::span<const std::uint32_t> routed);

// What a connection of that hash is given: a target's number; 0 without any.
std::uint32_t drawn(const pn_choice& choice, std::uint32_t hash);

}  // namespace postern::dataplane
