// SPDX-License-Identifier: Apache-2.0
// What assets.h promises, in a program without the console.
#include "console/assets.h"

namespace postern::console {

std::span<const Asset> assets() {
  return {};
}

std::string_view absence() {
  return POSTERN_CONSOLE_ABSENCE;
}

}  // namespace postern::console
