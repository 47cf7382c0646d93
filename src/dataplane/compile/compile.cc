// SPDX-License-Identifier: Apache-2.0
#include <algorithm>

#include "dataplane/compile/parts.h"

namespace postern::dataplane {

Program compile(const model::World& world, const Node&) {
  Program program{.revision = world.revision()};
  Lookup lookup(world);
  const InterfaceIndex linked = linked_interfaces(world);
  add_places(lookup, linked, program);
  add_acls(lookup, program);
  add_groups(lookup, program);
  add_balancers(world, linked, program);
  add_endpoints(lookup, program);
  program.tables.sort();
  add_acl_generation(program);
  std::sort(program.links.begin(), program.links.end());
  return program;
}

}  // namespace postern::dataplane
