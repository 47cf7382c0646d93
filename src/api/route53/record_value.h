// SPDX-License-Identifier: Apache-2.0
// What a record of a type may say. [Route 53 guide, "Supported DNS record types"]
#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "base/result.h"

namespace postern::api::route53 {

// Whether records of the type are served.
bool is_record_type(std::string_view type);

// What is wrong with the value, in Route 53's words; nullopt if nothing is.
std::optional<std::string> value_problem(std::string_view type, std::string_view value);

}  // namespace postern::api::route53
