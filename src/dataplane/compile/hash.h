// SPDX-License-Identifier: Apache-2.0
// Hash: tells whether bytes are others than before. Not for those who would like it not to.
#pragma once

#include <cstdint>
#include <cstring>

#include "dataplane/kernel/table.h"

namespace postern::dataplane {

// A hash of the rows that are put in.
class Hash {
 public:
  void add(Bytes bytes) {
    while (!bytes.empty()) {
      std::uint64_t word = 0;
      const std::size_t length = std::min(bytes.size(), sizeof word);
      std::memcpy(&word, bytes.data(), length);
      mix(word);
      bytes = bytes.subspan(length);
    }
  }
  std::uint64_t value() const { return value_; }

 private:
  // As splitmix64 mixes its state.
  void mix(std::uint64_t word) {
    value_ = (value_ ^ word) * 0xbf58476d1ce4e5b9U;
    value_ = (value_ ^ value_ >> 27) * 0x94d049bb133111ebU;
    value_ ^= value_ >> 31;
  }

  std::uint64_t value_ = 1;
};

}  // namespace postern::dataplane
