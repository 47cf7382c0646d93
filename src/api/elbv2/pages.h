// SPDX-License-Identifier: Apache-2.0
// Marker and PageSize of describe actions, NextMarker of their answers.
#pragma once

#include <optional>
#include <string>

#include "api/action/pages.h"
#include "base/result.h"

namespace postern::api::elbv2 {

// PageSize is 1 to 400, and 400 when it is not given. [API reference, DescribeLoadBalancers]
Result<Page> page_of(const std::optional<std::string>& marker, const std::optional<int>& page_size);

}  // namespace postern::api::elbv2
