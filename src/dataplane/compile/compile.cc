// SPDX-License-Identifier: Apache-2.0
#include <algorithm>

#include "dataplane/compile/hash.h"
#include "dataplane/compile/parts.h"

namespace postern::dataplane {
namespace {

// Of sorted tables.
std::uint64_t cut_hash(const Tables& tables) {
  Hash hash;
  bool any = false;
  for (const MapId map : {MapId::Targets, MapId::Endpoints}) {
    const Table& table = tables[map];
    for (std::size_t at = 0; at < table.size(); ++at) {
      any = true;
      hash.add(table.key(at));
      hash.add(table.value(at));
    }
  }
  return any ? std::max<std::uint64_t>(hash.value(), 1) : 0;
}

}  // namespace

Part compile_slice(const model::World& slice, const std::set<model::Id<model::Vpc>>& counted,
                   const std::optional<model::Id<model::Vpc>>& of) {
  Part part;
  Lookup lookup(slice);
  const InterfaceIndex linked = linked_interfaces(slice);
  add_places(lookup, linked, counted, of, part);
  add_acls(lookup, part);
  add_groups(lookup, part);
  add_balancers(slice, linked, part);
  add_endpoints(lookup, part);
  part.tables.sort();
  part.acl_hash = acl_hash(part.tables);
  part.cut_hash = cut_hash(part.tables);
  std::ranges::sort(part.links);
  return part;
}

}  // namespace postern::dataplane
