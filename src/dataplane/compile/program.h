// SPDX-License-Identifier: Apache-2.0
// Program: what the machine shall hold for a World, every byte of it decided.
#pragma once

#include <vector>

#include "dataplane/kernel/kernel.h"
#include "model/world.h"

namespace postern::dataplane {

// Which node is being programmed. There is one; it is named here because each node of several would
// compile the same World to a Program of its own.
struct Node {};

struct Program {
  std::uint64_t revision = 0;  // of the World
  Tables tables;               // sorted
  // Links of instances' interfaces, that may be there; sorted. Whether packets pass through one is
  // for pn_ports to say.
  std::vector<Link> links;
  // The newest number given out: a link of a newer owner is not this World's to judge.
  std::uint32_t last_number = 0;
  std::vector<Services> services;  // namespaces that shall be there; sorted by VPC id
};

// Cannot fail on a World that AWS's rules have made: what does not fit together there (an interface
// without its VPC) is left out, and its packets are dropped.
Program compile(const model::World& world, const Node& node);

}  // namespace postern::dataplane
