// SPDX-License-Identifier: Apache-2.0
// What is left behind when a target group loses a listener.
#pragma once

#include "model/transaction.h"

namespace postern::api::elbv2 {

// Removes the listener. See leave_group.
void remove_listener(model::Transaction& tx, const model::Listener& listener);

// To be called once a listener no longer forwards to `group`. When no other does, its targets are
// unused: what the checks found is forgotten, so that they start as `initial` when the group is
// used again, and those that were draining are gone. [NLB guide, "Target health status"]
void leave_group(model::Transaction& tx, const model::Id<model::TargetGroup>& group);

}  // namespace postern::api::elbv2
