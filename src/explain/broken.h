// SPDX-License-Identifier: Apache-2.0
// What `postern fault` has broken, as hops of a path.
#pragma once

#include <optional>

#include "explain/explanation.h"
#include "model/world.h"

namespace postern::explain {

// Nothing goes in or out at the interface.
Hop cut_off(const model::NetworkInterface& interface, const model::Fault& fault,
            std::optional<dataplane::Verdict> verdict);

// Packets of the interface are lost or late, which stops none for good. nullopt: they are not.
std::optional<Hop> disturbed(const model::World& world, const model::NetworkInterface& interface);

}  // namespace postern::explain
