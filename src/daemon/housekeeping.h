// SPDX-License-Identifier: Apache-2.0
// What changes by the passing of time alone.
#pragma once

#include "base/ids.h"
#include "base/time.h"
#include "model/transaction.h"

namespace postern::daemon {

// Removes what has been kept long enough: terminated instances, deleted endpoints, client tokens,
// expired sessions, changes of zones, and targets whose deregistration delay is over. Verifies
// private DNS names whose record has come, and moves endpoints out of another region's unhealthy
// zones.
void tidy(model::Transaction& tx);

// Whether tidy() would change `world` at `now`.
bool needs_tidying(const model::World& world, TimePoint now);

}  // namespace postern::daemon
