// SPDX-License-Identifier: Apache-2.0
// How a registration ends, and what becomes of the connections on it. [docs/adr/0008]
// [NLB guide, "Deregistration delay", "Connection termination"]
#pragma once

#include <chrono>
#include <cstdint>
#include <optional>
#include <set>

#include "model/transaction.h"

namespace postern::model {

// deregistration_delay.timeout_seconds of the group, 300 unless set.
std::chrono::seconds deregistration_delay(const TargetGroup& group);

// The registration is over, its delay included. Its established connections live on, unless the
// group says that they end (deregistration_delay.connection_termination.enabled).
void end_registration(Transaction& tx, const Target& target);

// The target stays registered, and all connections on it end.
void end_connections(Transaction& tx, const Target& target);

// Ends what is over at tx.now(): the deregistration delay of targets, and the time for which
// unhealthy ones keep their connections.
void expire_targets(Transaction& tx);

// Forgets the retired targets of `numbers`: no connection is on them any more.
void forget_retired(Transaction& tx, const std::set<std::uint32_t>& numbers);

}  // namespace postern::model
