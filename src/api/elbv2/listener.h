// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <vector>

#include "api/action/action.h"

namespace postern::api::elbv2 {

// Create-, Describe-, Modify- and DeleteListener(s), DescribeRules.
std::vector<Action> listener_actions();

}  // namespace postern::api::elbv2
