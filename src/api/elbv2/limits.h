// SPDX-License-Identifier: Apache-2.0
// How much of each thing an account may have in a region, and DescribeAccountLimits.
// [NLB guide, "Quotas for your Network Load Balancers"]
#pragma once

#include <cstddef>
#include <vector>

#include "api/action/action.h"

namespace postern::api::elbv2 {

inline constexpr std::size_t kLoadBalancersMax = 50;
inline constexpr std::size_t kListenersMax = 50;  // of one load balancer
inline constexpr std::size_t kTargetGroupsMax = 3000;
inline constexpr std::size_t kTargetsMax = 1000;  // of one target group

std::vector<Action> limit_actions();

}  // namespace postern::api::elbv2
