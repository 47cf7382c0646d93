// SPDX-License-Identifier: Apache-2.0
// What each file gives to the service's table.
#pragma once

#include <vector>

#include "api/action/action.h"

namespace postern::api::sts {

std::vector<Action> caller_identity_actions();  // caller_identity.cc

}  // namespace postern::api::sts
