// SPDX-License-Identifier: Apache-2.0
#include "health/state/observation.h"

#include "model/target_health.h"

namespace postern::health {

namespace {

// A target that turns unhealthy may keep its connections for a while.
// [NLB guide, "Connection termination for unhealthy targets"]
TimePoint unhealthy_draining_end(const model::Transaction& tx, const model::Target& target) {
  const auto* group = tx.world().find(target.target_group);
  if (target.verdict != model::HealthVerdict::Unhealthy || group == nullptr ||
      model::terminates_unhealthy(*group)) {
    return {};
  }
  const auto interval = model::unhealthy_draining_interval(*group);
  return interval.count() > 0 ? tx.now() + interval : TimePoint{};
}

}  // namespace

Result<> record(model::Transaction& tx, const Observation& observation) {
  const model::Target* target = tx.world().find(observation.target);
  if (target == nullptr || target->number != observation.registration ||
      target->draining_until != TimePoint{} || target->verdict == observation.verdict) {
    return {};
  }
  model::Target changed = *target;
  changed.verdict = observation.verdict;
  changed.unhealthy_draining_until = unhealthy_draining_end(tx, changed);
  tx.put(std::move(changed));
  return {};
}

}  // namespace postern::health
