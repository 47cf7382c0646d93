// SPDX-License-Identifier: Apache-2.0
#include "dataplane/apply/plan.h"

#include <algorithm>
#include <array>
#include <ranges>

#include "base/overloaded.h"
#include "dataplane/apply/changes.h"

namespace postern::dataplane {
namespace {

using model::Id;

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

// Whether connections that were let through may have to be cut.
bool cuts(const std::vector<MapChanges>& all) {
  return std::ranges::any_of(std::array{MapId::Endpoints, MapId::Targets}, [&](MapId map) {
    const MapChanges& changes = of(map, all);
    return !changes.narrowed.empty() || !changes.removed.empty() || !changes.mixed.empty() ||
           !changes.closed.empty() || !changes.left.empty();
  });
}

// From here on each packet of each connection is held to endpoints and targets as they are.
void ask_each_packet(std::vector<Step>& steps) {
  Table none(MapId::Generations);
  none.add(__u32{kPnCutGeneration}, __u64{0});
  put(none, steps);
}

// The row of the generation among those of pn_generations, or nothing.
Table generation_among(const Table& rows, pn_generation which) {
  Table found(MapId::Generations);
  if (const auto number = rows.get<__u64>(__u32{which})) {
    found.add(__u32{which}, *number);
  }
  return found;
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
  const MapChanges& generations = of(MapId::Generations, all);
  for (const MapChanges& changes : all) {
    if (&changes != &generations) {
      put(changes.given, steps);
    }
  }
  // From here on each packet of each connection asks the ACLs as they are now.
  if (put(generation_among(generations.given, kPnAclGeneration), steps)) {
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

// The part that the VPC had before; null: none.
const Part* part_before(const Actual& actual, const Id<model::Vpc>& vpc) {
  if (!actual.applied) {
    return nullptr;
  }
  const auto found = actual.applied->parts.find(vpc);
  return found != actual.applied->parts.end() ? found->second.get() : nullptr;
}

void ensure_services(const Actual& actual, const Program& desired, std::vector<Step>& steps) {
  for (const auto& [vpc, part] : desired.parts) {
    const Part* before = part_before(actual, vpc);
    const bool as_made =
        before != nullptr && (before == part.get() || before->services == part->services);
    for (const Services& services : part->services) {
      if (!as_made || !std::ranges::binary_search(actual.services, services.vpc_id)) {
        steps.push_back(EnsureServices{services});
      }
    }
  }
}

// All links that there shall be, sorted.
std::vector<Link> links_of(const Program& desired) {
  std::vector<Link> all = desired.links();
  for (const auto& [vpc, part] : desired.parts) {
    for (const Services& services : part->services) {
      all.push_back(services.link());
    }
  }
  std::ranges::sort(all);
  return all;
}

void settle_links(const Actual& actual, const Program& desired, std::vector<Step>& steps) {
  const std::vector<Link> wanted = links_of(desired);
  for (const FoundLink& found : actual.links) {
    // A link of a newer owner is of a newer World than this.
    const bool is_wanted =
        found.link.owner > desired.last_number || std::ranges::binary_search(wanted, found.link);
    if (!is_wanted) {
      steps.push_back(RemoveLink{found.link});
    } else if (!found.attached) {
      steps.push_back(AttachLink{found.link});
    }
  }
  for (const std::string& vpc_id : actual.services) {
    const auto part = desired.parts.find(Id<model::Vpc>(vpc_id));
    if (part == desired.parts.end() || part->second->services.empty()) {
      steps.push_back(RemoveServices{vpc_id});
    }
  }
}

// The rows of the parts of `program` that are others in `other`, sorted.
Tables rows_apart(const Program& program, const Program& other) {
  Tables rows;
  for (const auto& [vpc, part] : program.parts) {
    const auto found = other.parts.find(vpc);
    if (found == other.parts.end() || found->second != part) {
      rows.append(part->tables);
    }
  }
  rows[MapId::Generations] = generations(program);
  rows.sort();
  return rows;
}

std::vector<MapChanges> changes_between(const Actual& actual, const Program& desired) {
  if (!actual.applied) {
    return changes_between(actual.tables, desired.tables());
  }
  return changes_between(rows_apart(*actual.applied, desired),
                         rows_apart(desired, *actual.applied));
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
  const std::vector<MapChanges> changes = changes_between(actual, desired);
  std::vector<Step> steps;
  const bool cut = cuts(changes);
  if (cut) {
    ask_each_packet(steps);
  }
  take_away(changes, steps);
  ensure_services(actual, desired, steps);
  give(changes, steps);
  settle_links(actual, desired, steps);
  clean_up(changes, steps);
  // Endpoints and targets are all as they shall be: one answer for each connection is enough again.
  put(generation_among(cut ? generations(desired) : of(MapId::Generations, changes).given,
                       kPnCutGeneration),
      steps);
  if (actual.revision != desired.revision) {
    steps.push_back(SetRevision{desired.revision});
  }
  return steps;
}

}  // namespace postern::dataplane
