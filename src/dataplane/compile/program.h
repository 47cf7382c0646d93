// SPDX-License-Identifier: Apache-2.0
// Program: what the machine shall hold for a World, every byte of it decided.
#pragma once

#include <map>
#include <memory>
#include <vector>

#include "dataplane/kernel/kernel.h"
#include "model/world.h"

namespace postern::dataplane {

// Which node is being programmed. There is one; it is named here because each node of several would
// compile the same World to a Program of its own.
struct Node {};

// What the machine shall hold for a VPC. No row's key is in another's part.
struct Part {
  Tables tables;  // sorted
  // Links of instances' interfaces, that may be there; sorted. Whether packets pass through one is
  // for pn_ports to say.
  std::vector<Link> links;
  std::vector<Services> services;  // the namespace that shall be there, or none
  // Of which network ACL stands where, and what it says. 0: there is none.
  std::uint64_t acl_hash = 0;
  // Of the rows of pn_endpoints and pn_targets. 0: there are none.
  std::uint64_t cut_hash = 0;

  bool operator==(const Part&) const = default;
};

struct Program {
  std::uint64_t revision = 0;  // of the World
  // The newest number given out: a link of a newer owner is not this World's to judge.
  std::uint32_t last_number = 0;
  // A part that is as it was in an earlier Program of the same Compiler is the same object.
  std::map<model::Id<model::Vpc>, std::shared_ptr<const Part>> parts;

  // What all parts hold together, sorted; with pn_generations.
  Tables tables() const;
  std::vector<Link> links() const;
  std::vector<Services> services() const;  // by VPC id
};

// pn_generations: another number whenever an ACL says something else or stands elsewhere, and
// whenever an endpoint or a target is another.
Table generations(const Program& program);

// Cannot fail on a World that AWS's rules have made: what does not fit together there (an interface
// without its VPC) is left out, and its packets are dropped.
Program compile(const model::World& world, const Node& node);

}  // namespace postern::dataplane
