// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <vector>

#include "api/action/action.h"

namespace postern::api::acm {

std::vector<Action> certificate_actions();       // certificate.cc
std::vector<Action> certificate_list_actions();  // certificate_list.cc
std::vector<Action> tag_actions();               // tag.cc
std::vector<Action> refused_actions();           // refused.cc

}  // namespace postern::api::acm
