// SPDX-License-Identifier: Apache-2.0
#include "health/state/drain.h"

#include <algorithm>

namespace postern::health {
namespace {

bool is_draining(const model::Target& target) {
  return target.draining_until != TimePoint{};
}

}  // namespace

std::optional<TimePoint> next_drain_end(const model::World& world) {
  std::optional<TimePoint> next;
  for (const auto& [id, target] : world.all<model::Target>()) {
    if (is_draining(*target)) {
      next = std::min(next.value_or(target->draining_until), target->draining_until);
    }
  }
  return next;
}

void expire_draining(model::Transaction& tx) {
  const model::World before = tx.world();
  for (const auto& [id, target] : before.all<model::Target>()) {
    if (is_draining(*target) && target->draining_until <= tx.now()) {
      tx.erase(id);
    }
  }
}

}  // namespace postern::health
