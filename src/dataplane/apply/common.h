// SPDX-License-Identifier: Apache-2.0
// What two values of one entry both let through: the value to hold while other entries change.
#pragma once

#include <optional>
#include <vector>

#include "dataplane/kernel/table.h"

namespace postern::dataplane {

// An entry of `map` that admits nothing that not both `a` and `b` admit, as much as that allows.
// nullopt: only no entry at all does.
std::optional<std::vector<std::byte>> common(MapId map, Bytes a, Bytes b);

}  // namespace postern::dataplane
