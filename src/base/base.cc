// SPDX-License-Identifier: Apache-2.0
// The parts of result.h, check.h and faults.h that need no header of their own.
#include <array>
#include <cerrno>
#include <cstdio>
#include <cstdlib>
#include <cstring>

#include "base/check.h"
#include "base/result.h"

namespace postern {

std::unexpected<Error> unavailable_errno(std::string_view what) {
  const int code = errno;
  return unavailable("{}: {}", what, std::strerror(code));
}

void check_failed(const char* file, int line, std::string_view expression, std::string_view words) {
  fmt::print(stderr, "{}:{}: check failed: {} ({})\n", file, line, words, expression);
  std::abort();
}

std::span<const Fault* const> all_faults() {
  static constexpr std::array kAll = {
#define FAULT(name, code, status) &faults::name,
#include "base/faults.def"
#undef FAULT
  };
  return kAll;
}

}  // namespace postern
