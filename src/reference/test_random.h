// SPDX-License-Identifier: Apache-2.0
// Random choices that a seed repeats.
#pragma once

#include <cstdint>
#include <initializer_list>
#include <random>
#include <vector>

namespace postern::reference::testing {

class Random {
 public:
  explicit Random(std::uint64_t seed) : engine_(seed) {}

  std::uint32_t bits() { return static_cast<std::uint32_t>(engine_()); }
  // From 0 to `count` - 1.
  std::uint32_t below(std::size_t count) { return static_cast<std::uint32_t>(engine_() % count); }
  // From `low` to `high`.
  std::uint32_t between(std::uint32_t low, std::uint32_t high) {
    return low + below(high - low + 1);
  }
  bool chance(unsigned percent) { return below(100) < percent; }

  template <class T>
  T pick(std::initializer_list<T> from) {
    return from.begin()[below(from.size())];
  }
  template <class T>
  const T& pick(const std::vector<T>& from) {
    return from[below(from.size())];
  }
  template <class Map>
  auto pick_entry(Map& map) {
    auto at = map.begin();
    std::advance(at, below(map.size()));
    return at;
  }

 private:
  std::mt19937_64 engine_;
};

}  // namespace postern::reference::testing
