// SPDX-License-Identifier: Apache-2.0
#include "dataplane/apply/plan.h"

#include <algorithm>
#include <ranges>

#include "base/overloaded.h"
#include "dataplane/apply/changes.h"

namespace postern::dataplane {
namespace {

bool put(const Table& rows, std::vector<Step>& steps) {
  if (!rows.empty()) {
    steps.push_back(PutRows{rows});
  }
  return !rows.empty();
}

bool erase(const Table& rows, std::vector<Step>& steps) {
  if (!rows.empty()) {
    steps.push_back(EraseRows{rows});
  }
  return !rows.empty();
}

const MapChanges& of(MapId map, const std::vector<MapChanges>& all) {
  return all[static_cast<std::size_t>(map)];
}

// What points goes before what it points at. New network ACLs come first: an address that gets one
// is narrowed by it, and would else let nothing pass for a while.
void take_away(const std::vector<MapChanges>& all, std::vector<Step>& steps) {
  put(of(MapId::Acls, all).added, steps);
  bool took_away = false;
  for (const MapChanges& changes : all | std::views::reverse) {
    took_away = put(changes.narrowed, steps) || took_away;
    took_away = erase(changes.removed, steps) || took_away;
  }
  if (took_away) {
    steps.push_back(Settle{});
  }
}

// What is pointed at comes before what points.
void give(const std::vector<MapChanges>& all, std::vector<Step>& steps) {
  for (const MapChanges& changes : all) {
    if (&changes != &of(MapId::Acls, all)) {
      put(changes.added, steps);
    }
  }
  bool took_away = false;
  for (const MapChanges& changes : all) {
    took_away = put(changes.mixed, steps) || took_away;
  }
  if (took_away) {
    steps.push_back(Settle{});
  }
  for (const MapChanges& changes : all) {
    put(changes.given, steps);
  }
  // From here on each packet of each connection asks the ACLs as they are now.
  if (!of(MapId::AclGeneration, all).given.empty()) {
    steps.push_back(Settle{});
  }
}

void clean_up(const std::vector<MapChanges>& all, std::vector<Step>& steps) {
  bool cut = false;
  for (const MapChanges& changes : all | std::views::reverse) {
    cut = put(changes.closed, steps) || cut;
    const bool left = erase(changes.left, steps);
    cut = cut || (left && changes.left.map() == MapId::Targets);
  }
  if (cut) {
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
  const std::vector<MapChanges> changes = changes_between(actual.tables, desired.tables);
  std::vector<Step> steps;
  take_away(changes, steps);
  ensure_services(actual, desired, steps);
  give(changes, steps);
  settle_links(actual, desired, steps);
  clean_up(changes, steps);
  if (actual.revision != desired.revision) {
    steps.push_back(SetRevision{desired.revision});
  }
  return steps;
}

}  // namespace postern::dataplane
