// SPDX-License-Identifier: Apache-2.0
// Where the machine's tables differ from what they shall be, told apart by when each difference may
// be written.
#pragma once

#include <vector>

#include "dataplane/kernel/table.h"

namespace postern::dataplane {

// The differences of one map, told apart by when they may be written.
struct MapChanges {
  explicit MapChanges(MapId map)
      : narrowed(map), removed(map), added(map), mixed(map), given(map), closed(map), left(map) {}

  // First. What both the old and the new World let through, and what the new one has no more of.
  Table narrowed;
  Table removed;
  // Then. Entries that nothing points at yet; one entry that both takes away and gives, at once;
  // and what gives.
  Table added;
  Table mixed;
  Table given;
  // Last. Targets that nothing new goes to any more, and entries that nothing points at any more.
  Table closed;
  Table left;
};

// One for each map, in the maps' order.
std::vector<MapChanges> changes_between(const Tables& actual, const Tables& desired);

}  // namespace postern::dataplane
