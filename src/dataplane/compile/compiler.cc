// SPDX-License-Identifier: Apache-2.0
#include "dataplane/compile/compiler.h"

#include <algorithm>
#include <iterator>

#include "dataplane/compile/parts.h"

namespace postern::dataplane {

Program Compiler::compile(const model::World& world) {
  std::set<model::Id<model::Vpc>> changed = slices_.follow(world);
  std::set<model::Id<model::Vpc>> counted = counted_vpcs(world);
  std::ranges::set_symmetric_difference(counted_, counted, std::inserter(changed, changed.end()));
  counted_ = std::move(counted);
  for (const auto& vpc : changed) {
    const model::World* slice = slices_.of(vpc);
    if (slice == nullptr) {
      parts_.erase(vpc);
      continue;
    }
    Part part = compile_slice(*slice, counted_, vpc);
    std::shared_ptr<const Part>& before = parts_[vpc];
    if (before == nullptr || part != *before) {
      before = std::make_shared<const Part>(std::move(part));
    }
  }
  const auto* counters = world.find(model::Id<model::Counters>("counters"));
  return {.revision = world.revision(),
          .last_number = counters != nullptr ? counters->last_number : 0,
          .parts = parts_};
}

Program compile(const model::World& world, const Node&) {
  return Compiler().compile(world);
}

}  // namespace postern::dataplane
