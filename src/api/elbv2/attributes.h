// SPDX-License-Identifier: Apache-2.0
// The attributes of load balancers, target groups and listeners: which there are, what each one is
// when it is not set, which values it takes, and their Describe and Modify actions.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "api/action/action.h"
#include "model/load_balancer.h"

namespace postern::api::elbv2 {

// The value in force, set or not. `key` is one of a target group's attributes.
std::string target_group_attribute(const model::TargetGroup& group, std::string_view key);

std::vector<Action> attribute_actions();

}  // namespace postern::api::elbv2
