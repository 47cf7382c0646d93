// SPDX-License-Identifier: Apache-2.0
// The end of deregistration: targets whose delay is over.
#pragma once

#include <optional>

#include "model/transaction.h"

namespace postern::health {

// When the next draining target is to be removed; nullopt when none drains.
std::optional<TimePoint> next_drain_end(const model::World& world);

// Removes the targets whose deregistration delay is over at tx.now().
// [NLB guide, "Deregistration delay": draining, then unused]
void expire_draining(model::Transaction& tx);

}  // namespace postern::health
