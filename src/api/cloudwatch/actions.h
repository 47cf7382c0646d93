// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <vector>

#include "api/action/action.h"

namespace postern::api::cloudwatch {

std::vector<Action> list_metrics_actions();       // list_metrics.cc
std::vector<Action> metric_data_actions();        // metric_data.cc
std::vector<Action> metric_statistics_actions();  // metric_statistics.cc

}  // namespace postern::api::cloudwatch
