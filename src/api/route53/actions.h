// SPDX-License-Identifier: Apache-2.0
// What each file gives to the service's table.
#pragma once

#include <vector>

#include "api/action/action.h"

namespace postern::api::route53 {

std::vector<Action> hosted_zone_actions();       // hosted_zone.cc
std::vector<Action> hosted_zone_list_actions();  // hosted_zone_list.cc
std::vector<Action> record_set_actions();        // record_set.cc
std::vector<Action> tag_actions();               // tag.cc
std::vector<Action> zone_vpc_actions();          // zone_vpc.cc

}  // namespace postern::api::route53
