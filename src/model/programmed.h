// SPDX-License-Identifier: Apache-2.0
// What becomes of records once the data plane carries them: pending endpoints are available,
// deleting ones are gone, provisioning load balancers are active.
#pragma once

#include "model/transaction.h"

namespace postern::model {

// Whether `world` holds a record that waits for the data plane.
bool awaits_programming(const World& world);

// Moves on what waited in `programmed`, a World that the data plane carries now, and has not
// changed since.
void mark_programmed(Transaction& tx, const World& programmed);

}  // namespace postern::model
