// SPDX-License-Identifier: Apache-2.0
// From single checks to a verdict: what one node makes of its checks of a target, and what all
// nodes of the NLB say together.
#pragma once

#include <span>

#include "model/load_balancer.h"

namespace postern::health {

// Consecutive results that change a node's mind.
struct Thresholds {
  int healthy = 5;
  int unhealthy = 2;
  bool operator==(const Thresholds&) const = default;
};

// What one node has found of one target.
struct Finding {
  model::HealthVerdict verdict = model::HealthVerdict::None;
  int against = 0;  // latest results in a row that speak against the verdict
  bool operator==(const Finding&) const = default;
};

// A node that cannot check a target: that is news only as long as it knows nothing of it.
Finding after_no_check(const Finding& before);

// The first check that passes makes a target healthy at once; everything after that, and failing
// before it, takes as many results in a row as the thresholds say.
// [NLB guide, "Health checks for Network Load Balancer target groups"]
Finding after_check(const Finding& before, bool passed, const Thresholds& thresholds);

// The one verdict that AWS shows: what most of the nodes that have a verdict say. When they are
// equally many, `present` stays; from None, the first to speak decides. Unavailable when all that
// is known is that checks cannot be made. AWS says no more than that "a consensus" is reached.
model::HealthVerdict consensus(model::HealthVerdict present,
                               std::span<const model::HealthVerdict> nodes);

}  // namespace postern::health
