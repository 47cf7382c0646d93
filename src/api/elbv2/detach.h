// SPDX-License-Identifier: Apache-2.0
// What is left behind when a target group loses a listener.
#pragma once

#include "model/transaction.h"

namespace postern::api::elbv2 {

// Removes the listener. Its connections live on, as they do when it forwards elsewhere.
// [NLB guide, "Delete a listener for your Network Load Balancer"]
void remove_listener(model::Transaction& tx, const model::Listener& listener);

// Removes the listener of a load balancer that goes too, and its connections with them.
void end_listener(model::Transaction& tx, const model::Listener& listener);

// To be called once a listener may forward to fewer groups than `before`. When no other listener
// does, the targets of such a group are unused: what the checks found is forgotten, so that they
// start as `initial` when the group is used again, and those that were draining are gone.
// Established connections live on. [NLB guide, "Target health status"; "Update a listener"]
void leave_groups(model::Transaction& tx, const model::Listener& before);

}  // namespace postern::api::elbv2
