// SPDX-License-Identifier: Apache-2.0
// Reachability Analyzer's actions, which are EC2's.
#pragma once

#include <vector>

#include "api/action/action.h"

namespace postern::api::insights {

std::vector<Action> path_actions();      // path.cc
std::vector<Action> analysis_actions();  // analysis.cc

}  // namespace postern::api::insights
