// SPDX-License-Identifier: Apache-2.0
// What a load balancer may have, and DescribeAccountLimits.
#pragma once

#include <vector>

#include "api/action/action.h"
#include "model/world.h"

namespace postern::api::elbv2 {

// TooManyTargets when the groups that the load balancer's listeners forward to have too many.
Result<> check_balancer_targets(const model::World& world,
                                const model::LoadBalancer& load_balancer);

std::vector<Action> limit_actions();

}  // namespace postern::api::elbv2
