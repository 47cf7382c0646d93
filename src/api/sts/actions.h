// SPDX-License-Identifier: Apache-2.0
// What each file gives to the service's table.
#pragma once

#include <vector>

#include "api/action/action.h"

namespace postern::api::sts {

std::vector<Action> caller_identity_actions();  // caller_identity.cc
std::vector<Action> assume_role_actions();      // assume_role.cc
std::vector<Action> session_token_actions();    // session_token.cc

}  // namespace postern::api::sts
