// SPDX-License-Identifier: Apache-2.0
#include "health/state/observation.h"

namespace postern::health {

Result<> record(model::Transaction& tx, const Observation& observation) {
  const model::Target* target = tx.world().find(observation.target);
  if (target == nullptr || target->number != observation.registration ||
      target->draining_until != TimePoint{} || target->verdict == observation.verdict) {
    return {};
  }
  model::Target changed = *target;
  changed.verdict = observation.verdict;
  tx.put(std::move(changed));
  return {};
}

}  // namespace postern::health
