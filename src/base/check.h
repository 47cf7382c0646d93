// SPDX-License-Identifier: Apache-2.0
// POSTERN_CHECK: what must be true or we are wrong ourselves. Stays on in release builds.
#pragma once

#include <string_view>

namespace postern {

[[noreturn]] void check_failed(const char* file, int line, std::string_view expression,
                               std::string_view words);

}  // namespace postern

// Never reachable by input: a refusal is for that. A failed check ends the process; restarting is
// cheap and the kernel goes on carrying packets.
#define POSTERN_CHECK(expression, words)                                    \
  do {                                                                      \
    if (!(expression)) [[unlikely]] {                                       \
      ::postern::check_failed(__FILE__, __LINE__, #expression, words);      \
    }                                                                       \
  } while (false)
