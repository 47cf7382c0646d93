// SPDX-License-Identifier: Apache-2.0
#include "health/state/findings.h"

#include <algorithm>

namespace postern::health {

using model::HealthVerdict;

Finding after_check(const Finding& before, bool passed, const Thresholds& thresholds) {
  if (before.verdict == HealthVerdict::Unavailable) {
    return after_check({}, passed, thresholds);
  }
  if (before.verdict == HealthVerdict::None && passed) {
    return {HealthVerdict::Healthy, 0};
  }
  const bool is_unhealthy = before.verdict == HealthVerdict::Unhealthy;
  if (passed != is_unhealthy) {
    return {before.verdict, 0};
  }
  const int against = before.against + 1;
  if (against < (is_unhealthy ? thresholds.healthy : thresholds.unhealthy)) {
    return {before.verdict, against};
  }
  return {is_unhealthy ? HealthVerdict::Healthy : HealthVerdict::Unhealthy, 0};
}

Finding after_no_check(const Finding& before) {
  return before.verdict == HealthVerdict::None ? Finding{HealthVerdict::Unavailable, 0} : before;
}

HealthVerdict consensus(HealthVerdict present, std::span<const HealthVerdict> nodes) {
  const auto healthy = std::ranges::count(nodes, HealthVerdict::Healthy);
  const auto unhealthy = std::ranges::count(nodes, HealthVerdict::Unhealthy);
  const auto unavailable = std::ranges::count(nodes, HealthVerdict::Unavailable);
  if (present == HealthVerdict::None && healthy == 0 && unhealthy == 0 && unavailable > 0) {
    return HealthVerdict::Unavailable;
  }
  if (healthy == unhealthy) {
    return present;
  }
  return healthy > unhealthy ? HealthVerdict::Healthy : HealthVerdict::Unhealthy;
}

}  // namespace postern::health
