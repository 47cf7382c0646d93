// SPDX-License-Identifier: Apache-2.0
// MaxResults and NextToken of describe actions.
#pragma once

#include <optional>
#include <string>

#include "api/action/pages.h"
#include "base/result.h"

namespace postern::api::ec2 {

// MaxResults is 5 to 1000, more is taken as 1000; without it everything comes at once.
// [EC2 API reference, "Pagination"]
Result<Page> page_of(const std::optional<int>& max_results,
                     const std::optional<std::string>& next_token);

}  // namespace postern::api::ec2
