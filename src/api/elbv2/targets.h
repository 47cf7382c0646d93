// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <vector>

#include "api/action/action.h"

namespace postern::api::elbv2 {

// RegisterTargets, DeregisterTargets, DescribeTargetHealth.
std::vector<Action> target_actions();

}  // namespace postern::api::elbv2
