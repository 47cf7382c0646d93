// SPDX-License-Identifier: Apache-2.0
#include "dataplane/apply/plan.h"

#include <algorithm>
#include <ranges>

#include "base/overloaded.h"

namespace postern::dataplane {
namespace {

// The rows of one map, told apart by when they may be written.
struct MapChanges {
  explicit MapChanges(MapId map) : erased(map), narrowed(map), changed(map), added(map) {}
  Table erased;
  Table narrowed;
  Table changed;
  Table added;
};

// Whether writing `desired` over an older value can only take away, or is complete in itself: it
// can go first. A group's rules point at nothing that could be missing.
bool narrows(MapId map, Bytes desired) {
  switch (map) {
    case MapId::Groups:
      return true;
    case MapId::Endpoints:
      return from_bytes<pn_endpoint>(desired).state == kPnEndpointClosed;
    case MapId::Targets:
      return from_bytes<pn_target>(desired).state == kPnTargetClosed;
    case MapId::Vpcs:
    case MapId::Ports:
    case MapId::Choices:
    case MapId::Addresses:
    case MapId::Listeners:
      return false;
  }
  return false;
}

MapChanges changes_of(MapId map, const Tables& actual, const Tables& desired) {
  MapChanges changes(map);
  for (const Difference& row : difference(actual[map], desired[map])) {
    if (!row.desired) {
      changes.erased.append(row.key, *row.actual);
    } else if (!row.actual) {
      changes.added.append(row.key, *row.desired);
    } else if (narrows(map, *row.desired)) {
      changes.narrowed.append(row.key, *row.desired);
    } else {
      changes.changed.append(row.key, *row.desired);
    }
  }
  return changes;
}

// Entries that point come before what they point at.
void take_away(const std::vector<MapChanges>& all, std::vector<Step>& steps) {
  for (const MapChanges& changes : all | std::views::reverse) {
    if (!changes.narrowed.empty()) {
      steps.push_back(PutRows{changes.narrowed});
    }
    if (!changes.erased.empty()) {
      steps.push_back(EraseRows{changes.erased});
    }
  }
  if (!steps.empty()) {
    steps.push_back(Settle{});
  }
}

// What is pointed at comes before what points.
void give(const std::vector<MapChanges>& all, std::vector<Step>& steps) {
  bool replaced = false;
  for (const MapChanges& changes : all) {
    if (!changes.added.empty()) {
      steps.push_back(PutRows{changes.added});
    }
    if (!changes.changed.empty()) {
      steps.push_back(PutRows{changes.changed});
      replaced = true;
    }
  }
  // A replaced row may have taken something away too: a group from an interface.
  if (replaced) {
    steps.push_back(Settle{});
  }
}

void ensure_services(const Actual& actual, const Program& desired, std::vector<Step>& steps) {
  for (const Services& services : desired.services) {
    const bool there = std::ranges::binary_search(actual.services, services.vpc_id);
    const bool as_made = std::ranges::find(actual.made, services) != actual.made.end();
    if (!there || !as_made) {
      steps.push_back(EnsureServices{services});
    }
  }
}

bool is_wanted(const Link& link, const Program& desired) {
  if (link.owner > desired.last_number) {
    return true;  // of a newer World than this
  }
  if (link.kind == kPnPortServices) {
    return std::ranges::any_of(desired.services,
                               [&](const Services& services) { return services.link() == link; });
  }
  return std::ranges::binary_search(desired.links, link);
}

void settle_links(const Actual& actual, const Program& desired, std::vector<Step>& steps) {
  for (const FoundLink& found : actual.links) {
    if (!is_wanted(found.link, desired)) {
      steps.push_back(RemoveLink{found.link});
    } else if (!found.attached) {
      steps.push_back(AttachLink{found.link});
    }
  }
  for (const std::string& vpc_id : actual.services) {
    const bool wanted = std::ranges::any_of(
        desired.services, [&](const Services& services) { return services.vpc_id == vpc_id; });
    if (!wanted) {
      steps.push_back(RemoveServices{vpc_id});
    }
  }
}

}  // namespace

std::string describe(const Step& step) {
  return std::visit(
      Overloaded{
          [](const EraseRows& s) {
            return fmt::format("removing {} rows of {}", s.rows.size(), info(s.rows.map()).name);
          },
          [](const PutRows& s) {
            return fmt::format("writing {} rows of {}", s.rows.size(), info(s.rows.map()).name);
          },
          [](const Settle&) { return std::string("waiting for packets under way"); },
          [](const EnsureServices& s) {
            return fmt::format("making the services namespace of {}", s.services.vpc_id);
          },
          [](const AttachLink& s) { return fmt::format("attaching to link {}", s.link.port); },
          [](const RemoveLink& s) { return fmt::format("removing link {}", s.link.port); },
          [](const RemoveServices& s) {
            return fmt::format("removing the services namespace of {}", s.vpc_id);
          },
          [](const SetRevision& s) { return fmt::format("noting revision {}", s.revision); },
      },
      step);
}

std::vector<Step> plan(const Actual& actual, const Program& desired) {
  std::vector<MapChanges> changes;
  for (const MapInfo& map : kMaps) {
    changes.push_back(changes_of(map.id, actual.tables, desired.tables));
  }
  std::vector<Step> steps;
  take_away(changes, steps);
  ensure_services(actual, desired, steps);
  give(changes, steps);
  settle_links(actual, desired, steps);
  if (actual.revision != desired.revision) {
    steps.push_back(SetRevision{desired.revision});
  }
  return steps;
}

}  // namespace postern::dataplane
