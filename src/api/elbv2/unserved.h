// SPDX-License-Identifier: Apache-2.0
// What a load balancer here has none of, and what there is to say about it all the same: reserved
// capacity, policies of resources.
#pragma once

#include <vector>

#include "api/action/action.h"

namespace postern::api::elbv2 {

std::vector<Action> unserved_actions();

}  // namespace postern::api::elbv2
