// SPDX-License-Identifier: Apache-2.0
// A line on the instance's console.
#pragma once

#include <string>

namespace postern::instances::init {

void say(const std::string& words);

}  // namespace postern::instances::init
