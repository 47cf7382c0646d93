// SPDX-License-Identifier: Apache-2.0
#include "dataplane/apply/changes.h"

#include <algorithm>
#include <optional>

#include "dataplane/apply/common.h"

namespace postern::dataplane {
namespace {

// Whether an entry says what may pass or that something is there, so that it has to go at once.
bool grants(MapId map) {
  switch (map) {
    case MapId::Ports:
    case MapId::Addresses:
    case MapId::Listeners:
    case MapId::Endpoints:
      return true;
    case MapId::Vpcs:
    case MapId::VpcBlocks:
    case MapId::Nodes:
    case MapId::Targets:
    case MapId::Choices:
    case MapId::Splits:
    case MapId::Acls:
    case MapId::Groups:
    case MapId::Generations:
      return false;
  }
  return true;
}

// An entry that both takes away and gives.
struct Mixed {
  MapId map;
  Difference row;
  std::optional<std::vector<std::byte>> common;
};

bool is_same(Bytes a, Bytes b) {
  return std::ranges::equal(a, b);
}

bool is_closed_target(MapId map, Bytes value) {
  return map == MapId::Targets && from_bytes<pn_target>(value).state == kPnTargetClosed;
}

void sort_changed(MapId map, const Difference& row, MapChanges& changes,
                  std::vector<Mixed>& mixed) {
  if (is_closed_target(map, *row.desired)) {
    changes.closed.append(row.key, *row.desired);
    return;
  }
  auto both = common(map, *row.actual, *row.desired);
  if (both && is_same(*both, *row.desired)) {
    changes.narrowed.append(row.key, *row.desired);
  } else if (both && is_same(*both, *row.actual)) {
    changes.given.append(row.key, *row.desired);
  } else {
    mixed.push_back({map, row, std::move(both)});
  }
}

MapChanges changes_of(MapId map, const Tables& actual, const Tables& desired,
                      std::vector<Mixed>& mixed) {
  MapChanges changes(map);
  for (const Difference& row : difference(actual[map], desired[map])) {
    if (!row.desired) {
      (grants(map) ? changes.removed : changes.left).append(row.key, *row.actual);
    } else if (row.actual) {
      sort_changed(map, row, changes, mixed);
    } else {
      (map >= MapId::Addresses ? changes.given : changes.added).append(row.key, *row.desired);
    }
  }
  return changes;
}

// One such entry is replaced at once, between what takes away and what gives. Of two, the first
// would for a moment stand beside the old value of the second, and let through what neither World
// does: all are narrowed first.
void sort_mixed(const std::vector<Mixed>& mixed, std::vector<MapChanges>& changes) {
  for (const Mixed& each : mixed) {
    MapChanges& map = changes[static_cast<std::size_t>(each.map)];
    if (mixed.size() == 1 && each.common) {
      map.mixed.append(each.row.key, *each.row.desired);
      return;
    }
    if (each.common) {
      map.narrowed.append(each.row.key, *each.common);
    } else {
      map.removed.append(each.row.key, *each.row.actual);
    }
    map.given.append(each.row.key, *each.row.desired);
  }
}

}  // namespace

std::vector<MapChanges> changes_between(const Tables& actual, const Tables& desired) {
  std::vector<Mixed> mixed;
  std::vector<MapChanges> changes;
  for (const MapInfo& map : kMaps) {
    changes.push_back(changes_of(map.id, actual, desired, mixed));
  }
  sort_mixed(mixed, changes);
  return changes;
}

}  // namespace postern::dataplane
