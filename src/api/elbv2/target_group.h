// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <vector>

#include "api/action/action.h"

namespace postern::api::elbv2 {

// Create-, Describe-, Modify- and DeleteTargetGroup(s).
std::vector<Action> target_group_actions();

}  // namespace postern::api::elbv2
