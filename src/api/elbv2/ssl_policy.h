// SPDX-License-Identifier: Apache-2.0
// The policies that TLS listeners choose from.
#pragma once

#include <vector>

#include "api/action/action.h"

namespace postern::api::elbv2 {

std::vector<Action> ssl_policy_actions();

}  // namespace postern::api::elbv2
