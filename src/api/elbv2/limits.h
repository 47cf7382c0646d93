// SPDX-License-Identifier: Apache-2.0
// How much of each thing an account may have in a region, and DescribeAccountLimits.
// [NLB guide, "Quotas for your Network Load Balancers"]
#pragma once

#include <cstddef>
#include <vector>

#include "api/action/action.h"
#include "model/world.h"

namespace postern::api::elbv2 {

inline constexpr std::size_t kLoadBalancersMax = 50;
inline constexpr std::size_t kListenersMax = 50;     // of one load balancer
inline constexpr std::size_t kCertificatesMax = 25;  // of one load balancer, default ones apart
inline constexpr std::size_t kTargetGroupsMax = 3000;
inline constexpr std::size_t kTargetsMax = 1000;  // of one target group
// Of one load balancer: a target counts once for each group that it is in.
inline constexpr std::size_t kBalancerTargetsMax = 3000;
inline constexpr std::size_t kZoneTargetsMax = 500;  // in one zone; in all, with cross-zone on
inline constexpr std::size_t kNodesMax = 1200;       // of one VPC

// TooManyTargets when the groups that the load balancer's listeners forward to have too many.
Result<> check_balancer_targets(const model::World& world,
                                const model::LoadBalancer& load_balancer);

std::vector<Action> limit_actions();

}  // namespace postern::api::elbv2
