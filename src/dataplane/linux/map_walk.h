// SPDX-License-Identifier: Apache-2.0
// All entries of a hash whose key and value have a type, many a call.
#pragma once

#include <bpf/bpf.h>

#include <array>
#include <cerrno>
#include <cstddef>
#include <span>
#include <string_view>
#include <vector>

#include "base/result.h"

namespace postern::dataplane {

// Calls `visit(keys, values)`, which gives a Result<>, with the entries of the map `fd`: as many
// times `value_bytes` bytes as there are keys. What comes or goes meanwhile may be among them or
// not.
template <class Key, class Visit>
Result<> walk_map_bytes(int fd, std::string_view what, std::size_t value_bytes, Visit visit) {
  std::vector<Key> keys(4096);
  std::vector<std::byte> values(value_bytes * keys.size());
  std::array<std::byte, sizeof(Key)> place{};  // the kernel's, in its walk
  bool first = true;
  while (true) {
    auto count = static_cast<__u32>(keys.size());
    const int code = bpf_map_lookup_batch(fd, first ? nullptr : place.data(), place.data(),
                                          keys.data(), values.data(), &count, nullptr);
    if (code == -ENOSPC) {
      keys.resize(2 * keys.size());  // one bucket alone holds more
      values.resize(value_bytes * keys.size());
      continue;
    }
    if (code != 0 && code != -ENOENT) {
      errno = -code;
      return unavailable_errno(what);
    }
    first = false;
    TRY(visit(std::span<const Key>(keys).first(count),
              std::span<const std::byte>(values).first(value_bytes * count)));
    if (code == -ENOENT) {
      return {};
    }
  }
}

// The same with values of a type; or `each` values of each key, one a CPU.
template <class Key, class Value, class Visit>
Result<> walk_map(int fd, std::string_view what, Visit visit, std::size_t each = 1) {
  return walk_map_bytes<Key>(
      fd, what, each * sizeof(Value),
      [&](std::span<const Key> keys, std::span<const std::byte> values) {
        return visit(keys,
                     std::span(reinterpret_cast<const Value*>(values.data()), each * keys.size()));
      });
}

}  // namespace postern::dataplane
