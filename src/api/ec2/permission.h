// SPDX-License-Identifier: Apache-2.0
// What an action asks of the caller beside the permission for itself.
#pragma once

#include <string_view>

#include "base/result.h"
#include "model/world.h"

namespace postern::api::ec2 {

// Of both sides of an endpoint to a service of another region. [PrivateLink guide, "Cross-Region
// access"; service authorization reference, "vpce:AllowMultiRegion": an action of permission only]
inline constexpr std::string_view kAllowMultiRegion = "vpce:AllowMultiRegion";

// Whether the caller may also do `action` (ssm:GetParameters): the account's root, and whom
// policies let. UnauthorizedOperation.
Result<> check_may(const model::World& world, const model::Caller& caller, std::string_view action);

}  // namespace postern::api::ec2
