// SPDX-License-Identifier: Apache-2.0
// How long things stay in the states that they pass through. Pure.
#pragma once

#include <string_view>

#include "model/transaction.h"

namespace postern::model {

// The states that are waited in.
enum class Passing {
  InstancePending,       // to running
  InstanceStopping,      // to stopped
  InstanceShuttingDown,  // to terminated
  BalancerProvisioning,  // to active
  EndpointPending,       // to available, after its acceptance and after each change
  EndpointDeleting,      // to deleted
};

// Whether a record that came into the state at `since` may leave it now. At once, unless the timing
// is AWS's; then after a time that follows from its id, within what is usual there.
bool may_move_on(const Transaction& tx, Passing passing, TimePoint since, std::string_view id);

}  // namespace postern::model
