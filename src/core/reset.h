// SPDX-License-Identifier: Apache-2.0
// Reset: every resource of every account goes; the accounts and their keys stay.
#pragma once

#include <atomic>
#include <chrono>
#include <cstdint>

#include "core/core.h"

namespace postern::core {

// Terminates all instances, waits until their machines are gone, then wipes the World. Returns the
// revision that is wiped. An error when machines are still there after `timeout`, or when `stop` is
// set and `core.world()` woken: instances are then on their way out, and nothing else is changed.
//
// What the data plane must never use again (numbers) stays used. An account finds a fresh default
// VPC when it next looks.
Result<std::uint64_t> reset(Core& core, std::chrono::milliseconds timeout,
                            const std::atomic<bool>& stop);

}  // namespace postern::core
