// SPDX-License-Identifier: Apache-2.0
// Observation: what was found of a target, and how it gets into the World.
#pragma once

#include <cstdint>

#include "base/result.h"
#include "model/transaction.h"

namespace postern::health {

struct Observation {
  model::Id<model::Target> target;
  std::uint32_t registration = 0;  // the target's number
  model::HealthVerdict verdict = model::HealthVerdict::None;
  bool operator==(const Observation&) const = default;
};

// Stores the verdict with its target. Nothing is written when the target is gone, was registered
// anew, is draining, or has this verdict already.
Result<> record(model::Transaction& tx, const Observation& observation);

}  // namespace postern::health
