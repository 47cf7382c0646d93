// SPDX-License-Identifier: Apache-2.0
// Comparison: the programs in the kernel and the reference, packet by packet through the same
// random Worlds.
#pragma once

#include <array>
#include <cstdint>
#include <string>
#include <vector>

#include "dataplane/bpf/test_fabric.h"
#include "reference/judge.h"

namespace postern::reference::testing {

struct Report {
  std::uint64_t packets = 0;
  std::uint64_t sent = 0;
  std::uint64_t worlds = 0;
  std::uint64_t crossings = 0;  // packets that came out in another VPC
  std::array<std::uint64_t, kPnVerdictCount> verdicts{};
  // What the programs and the reference disagree about, in words; one World adds one at most.
  std::vector<std::string> disagreements;
  // Packets that came out where isolation forbids it.
  std::vector<std::string> leaks;

  bool is_clean() const { return disagreements.empty() && leaks.empty(); }
};

// Sends `packets` packets, or until the first thing that is not clean. World n of them comes from
// `seed` + n.
Report compare(dataplane::testing::Fabric& fabric, std::uint64_t seed, std::uint64_t packets);

}  // namespace postern::reference::testing
