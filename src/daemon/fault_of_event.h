// SPDX-License-Identifier: Apache-2.0
// Which fault of `postern fault` a packet was dropped for, as far as its verdict and its addresses
// tell: pure.
#pragma once

#include "dataplane/layout/verdict.h"
#include "model/faults.h"

namespace postern::daemon {

// Null: none. `sender`: whose link it came from; null: not known.
const model::Fault* fault_of_event(const model::World& world, const pn_event& event,
                                   const model::NetworkInterface* sender);

}  // namespace postern::daemon
