// SPDX-License-Identifier: Apache-2.0
// The state of a Network Load Balancer: provisioning until the data plane carries it, then active.
#pragma once

#include <string_view>

#include "model/transaction.h"

namespace postern::model {

// As AWS writes it: provisioning, active, failed.
std::string_view text(LoadBalancerState state);

// Its nodes are programmed. Gives whether something was changed: false for one that is gone from
// the World or was not provisioning.
bool mark_active(Transaction& tx, const Id<LoadBalancer>& id);

}  // namespace postern::model
