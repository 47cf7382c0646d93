// SPDX-License-Identifier: Apache-2.0
// The policies that AWS manages and everybody may attach, as far as the services go that Postern
// serves. [AWS managed policy reference guide]
#pragma once

#include <optional>
#include <string_view>

namespace postern::model {

// The document of the policy with this ARN (arn:aws:iam::aws:policy/AdministratorAccess); nullopt
// for one that Postern does not have.
std::optional<std::string_view> managed_policy(std::string_view arn);

}  // namespace postern::model
