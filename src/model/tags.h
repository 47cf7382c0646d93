// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <map>
#include <string>

namespace postern::model {

using Tags = std::map<std::string, std::string>;

}  // namespace postern::model
