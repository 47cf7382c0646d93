// SPDX-License-Identifier: Apache-2.0
#include <algorithm>

#include "dataplane/compile/parts.h"

namespace postern::dataplane {

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
  std::ranges::sort(part.links);
  return part;
}

}  // namespace postern::dataplane
