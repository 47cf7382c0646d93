// SPDX-License-Identifier: Apache-2.0
#include <algorithm>

#include "dataplane/compile/parts.h"

namespace postern::dataplane {

Program compile(const model::World& world, const Node&) {
  Program program{.revision = world.revision()};
  const InterfaceIndex linked = linked_interfaces(world);
  add_places(world, linked, program);
  add_acls(world, program);
  add_groups(world, program);
  add_balancers(world, linked, program);
  add_endpoints(world, program);
  program.tables.sort();
  add_acl_generation(program);
  std::sort(program.links.begin(), program.links.end());
  return program;
}

}  // namespace postern::dataplane
