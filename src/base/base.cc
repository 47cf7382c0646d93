// SPDX-License-Identifier: Apache-2.0
// The parts of result.h, check.h, faults.h and fd.h that need no header of their own.
#include <algorithm>
#include <array>
#include <cerrno>
#include <cstdio>
#include <cstdlib>
#include <cstring>

#include "base/check.h"
#include "base/fd.h"
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

bool write_all(const Fd& file, std::string_view content) {
  while (!content.empty()) {
    const ssize_t written = write(file.get(), content.data(), content.size());
    if (written < 0 && errno != EINTR) {
      return false;
    }
    content.remove_prefix(static_cast<std::size_t>(std::max<ssize_t>(written, 0)));
  }
  return true;
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
