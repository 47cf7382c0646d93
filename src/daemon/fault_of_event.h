// SPDX-License-Identifier: Apache-2.0
// Which fault of `postern fault` a packet was dropped for, as far as its verdict and its addresses
// tell: pure.
#pragma once

#include "dataplane/layout/verdict.h"
#include "model/faults.h"

namespace postern::daemon {

// Null: none. `sender`: whose link it came from; `receiver`: who has the address that it was sent
// to; null: not known.
const model::Fault* fault_of_event(const model::World& world, dataplane::Verdict verdict,
                                   const model::NetworkInterface* sender,
                                   const model::NetworkInterface* receiver);

}  // namespace postern::daemon
