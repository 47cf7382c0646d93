// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <vector>

#include "api/action/action.h"

namespace postern::api::logs {

std::vector<Action> log_event_actions();  // log_event.cc
std::vector<Action> log_group_actions();  // log_group.cc

}  // namespace postern::api::logs
