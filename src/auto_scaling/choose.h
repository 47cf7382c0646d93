// SPDX-License-Identifier: Apache-2.0
// Where a group launches, and which of its instances it ends. Pure.
#pragma once

#include <string_view>
#include <vector>

#include "model/world.h"

namespace postern::auto_scaling {

// The policies of UpdateAutoScalingGroup that are told apart; others are as Default.
inline constexpr std::string_view kPolicies[] = {"Default",
                                                 "OldestInstance",
                                                 "NewestInstance",
                                                 "OldestLaunchConfiguration",
                                                 "OldestLaunchTemplate",
                                                 "ClosestToNextInstanceHour",
                                                 "AllocationStrategy"};

// Whether the instance counts towards the group's capacity.
bool counts(const model::ScalingInstance& instance);

// The group's subnets that are there, in the order in which a launch tries them: those in zones
// with fewer of its instances first. [EC2 Auto Scaling user guide, "Availability Zone
// distribution": balanced best effort]
std::vector<const model::Subnet*> launch_subnets(const model::World& world,
                                                 const model::AutoScalingGroup& group);

// The instance that goes first when the group shrinks; null when all are protected. It is in the
// zone that has most of those that count. [EC2 Auto Scaling user guide, "Work with Amazon EC2 Auto
// Scaling termination policies"]
const model::ScalingInstance* first_to_go(const model::AutoScalingGroup& group);

}  // namespace postern::auto_scaling
