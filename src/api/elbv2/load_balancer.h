// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <vector>

#include "api/action/action.h"

namespace postern::api::elbv2 {

// Create-, Describe- and DeleteLoadBalancer(s), SetSecurityGroups, SetIpAddressType,
// DescribeCapacityReservation.
std::vector<Action> load_balancer_actions();

}  // namespace postern::api::elbv2
