// SPDX-License-Identifier: Apache-2.0
// What each file gives to the service's table.
#pragma once

#include <vector>

#include "api/action/action.h"

namespace postern::api::iam {

std::vector<Action> access_key_actions();         // access_key.cc
std::vector<Action> group_actions();              // group.cc
std::vector<Action> group_membership_actions();   // group_membership.cc
std::vector<Action> instance_profile_actions();   // instance_profile.cc
std::vector<Action> managed_policy_actions();     // managed_policy.cc
std::vector<Action> permission_policy_actions();  // permission_policy.cc
std::vector<Action> policy_version_actions();     // policy_version.cc
std::vector<Action> role_actions();               // role.cc
std::vector<Action> tag_actions();                // tag.cc
std::vector<Action> user_actions();               // user.cc

}  // namespace postern::api::iam
