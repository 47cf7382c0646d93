// SPDX-License-Identifier: Apache-2.0
// What each resource's file gives to the service's table.
#pragma once

#include <vector>

#include "api/action/action.h"

namespace postern::api::autoscaling {

std::vector<Action> activity_actions();      // activity.cc
std::vector<Action> group_actions();         // group.cc
std::vector<Action> instance_actions();      // instance.cc
std::vector<Action> process_actions();       // process.cc
std::vector<Action> tag_actions();           // tag.cc
std::vector<Action> target_group_actions();  // target_group.cc

}  // namespace postern::api::autoscaling
