// SPDX-License-Identifier: Apache-2.0
// Which HTTP codes pass a check: AWS's Matcher, "200", "200,301" or "200-399".
#pragma once

#include <string_view>

namespace postern::health {

// False for what is no matcher, too.
bool matches(std::string_view matcher, unsigned code);

}  // namespace postern::health
