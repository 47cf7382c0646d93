// SPDX-License-Identifier: Apache-2.0
// AllowedPattern: the regular expression that a parameter's values match as a whole.
#pragma once

#include <string>

#include "base/result.h"

namespace postern::api::ssm {

// InvalidAllowedPatternException for what is no regular expression, or one that takes too long;
// ParameterPatternMismatchException for a value that does not match.
Result<> check_allowed(const std::string& pattern, const std::string& value);

}  // namespace postern::api::ssm
