// SPDX-License-Identifier: Apache-2.0
// All entries of a hash whose key and value have a type, many a call.
#pragma once

#include <bpf/bpf.h>

#include <array>
#include <cerrno>
#include <span>
#include <string_view>
#include <vector>

#include "base/result.h"

namespace postern::dataplane {

// Calls `visit(keys, values)`, which gives a Result<>, with the entries of the map `fd`, as many of
// one as of the other; or `each` values of each key, one a CPU. What comes or goes meanwhile may be
// among them or not.
template <class Key, class Value, class Visit>
Result<> walk_map(int fd, std::string_view what, Visit visit, std::size_t each = 1) {
  std::vector<Key> keys(4096);
  std::vector<Value> values(each * keys.size());
  std::array<std::byte, sizeof(Key)> place{};  // the kernel's, in its walk
  bool first = true;
  while (true) {
    auto count = static_cast<__u32>(keys.size());
    const int code = bpf_map_lookup_batch(fd, first ? nullptr : place.data(), place.data(),
                                          keys.data(), values.data(), &count, nullptr);
    if (code == -ENOSPC) {
      keys.resize(2 * keys.size());  // one bucket alone holds more
      values.resize(each * keys.size());
      continue;
    }
    if (code != 0 && code != -ENOENT) {
      errno = -code;
      return unavailable_errno(what);
    }
    first = false;
    TRY(visit(std::span<const Key>(keys).first(count),
              std::span<const Value>(values).first(each * count)));
    if (code == -ENOENT) {
      return {};
    }
  }
}

}  // namespace postern::dataplane
