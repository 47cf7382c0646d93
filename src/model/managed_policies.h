// SPDX-License-Identifier: Apache-2.0
// The policies that AWS manages and everybody may attach, as far as the services go that Postern
// serves. [AWS managed policy reference guide]
#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "model/world.h"

namespace postern::model {

// The document of the policy with this ARN (arn:aws:iam::aws:policy/AdministratorAccess); nullopt
// for one that Postern does not have.
std::optional<std::string_view> managed_policy(std::string_view arn);

// All of their names, with paths.
std::vector<std::string_view> managed_policy_names();

// The document of a policy that `account` may attach: AWS's, or the default version of its own.
std::optional<std::string_view> policy_document(const World& world, const Id<Account>& account,
                                                const std::string& arn);

}  // namespace postern::model
