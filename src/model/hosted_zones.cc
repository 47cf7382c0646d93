// SPDX-License-Identifier: Apache-2.0
#include "model/hosted_zones.h"

#include <algorithm>

namespace postern::model {
namespace {

// Of two zones that fit, the more specific one; of two of one name the older one.
bool is_better(const HostedZone& a, const HostedZone* b) {
  if (b == nullptr || a.name.size() != b->name.size()) {
    return b == nullptr || a.name.size() > b->name.size();
  }
  return a.created_at != b->created_at ? a.created_at < b->created_at : a.id < b->id;
}

template <class Wanted>
const HostedZone* best_zone(const World& world, std::string_view name, Wanted wanted) {
  const HostedZone* best = nullptr;
  for (const auto& [id, zone] : world.all<HostedZone>()) {
    if (wanted(*zone) && is_within(name, zone->name) && is_better(*zone, best)) {
      best = zone.get();
    }
  }
  return best;
}

std::vector<const ResourceRecordSet*> sets_of(const HostedZone& zone, const std::string& name) {
  std::vector<const ResourceRecordSet*> sets;
  const std::string prefix = record_set_key(name, "");
  for (auto at = zone.record_sets.lower_bound(prefix);
       at != zone.record_sets.end() && at->first.starts_with(prefix); ++at) {
    sets.push_back(&at->second);
  }
  return sets;
}

bool exists(const HostedZone& zone, const std::string& name) {
  return std::any_of(zone.record_sets.begin(), zone.record_sets.end(),
                     [&](const auto& row) { return is_within(row.second.name, name); });
}

}  // namespace

bool is_within(std::string_view name, std::string_view zone) {
  return name == zone || (name.ends_with(zone) && name[name.size() - zone.size() - 1] == '.');
}

const HostedZone* private_zone_of(const World& world, const Id<Vpc>& vpc, std::string_view name) {
  return best_zone(world, name, [&](const HostedZone& zone) {
    return zone.is_private && std::any_of(zone.vpcs.begin(), zone.vpcs.end(),
                                          [&](const ZoneVpc& joined) { return joined.vpc == vpc; });
  });
}

const HostedZone* public_zone_of(const World& world, std::string_view name) {
  return best_zone(world, name, [](const HostedZone& zone) { return !zone.is_private; });
}

RecordsAtName records_at(const HostedZone& zone, const std::string& name) {
  auto sets = sets_of(zone, name);
  if (!sets.empty() || exists(zone, name)) {
    return {.exists = true, .sets = std::move(sets)};
  }
  std::string_view closest = name;
  while (closest.size() > zone.name.size()) {
    closest.remove_prefix(closest.find('.') + 1);
    auto wild = sets_of(zone, fmt::format("{}.{}", kWildcardLabel, closest));
    if (!wild.empty()) {
      return {.exists = true, .sets = std::move(wild)};
    }
    if (exists(zone, std::string(closest))) {
      break;
    }
  }
  return {};
}

std::string text_of(std::string_view value) {
  std::string out;
  bool quoted = false;
  for (std::size_t i = 0; i < value.size(); ++i) {
    if (value[i] == '\\' && i + 1 < value.size()) {
      out += value[++i];
    } else if (value[i] == '"') {
      quoted = !quoted;
    } else if (quoted) {
      out += value[i];
    }
  }
  return out;
}

}  // namespace postern::model
