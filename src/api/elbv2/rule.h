// SPDX-License-Identifier: Apache-2.0
// CreateRule, DescribeRules, ModifyRule, DeleteRule, SetRulePriorities.
#pragma once

#include <vector>

#include "api/action/action.h"

namespace postern::api::elbv2 {

std::vector<Action> rule_actions();

}  // namespace postern::api::elbv2
