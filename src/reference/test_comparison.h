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
  // What the comparison leaves out. Packets that were cut shorter than the kernel runs in a test,
  // and were made longer again; first bytes of a client that leave by themselves behind a PROXY
  // header, and are not seen here.
  std::uint64_t lengthened = 0;
  std::uint64_t unseen = 0;
  // What the programs and the reference disagree about, in words; one World adds one at most.
  std::vector<std::string> disagreements;
  // Packets that came out where isolation forbids it.
  std::vector<std::string> leaks;

  std::uint64_t count(Verdict verdict) const { return verdicts[static_cast<std::size_t>(verdict)]; }
  bool is_clean() const { return disagreements.empty() && leaks.empty(); }
};

// Sends `packets` packets, or until the first thing that is not clean. World n of them comes from
// `seed` + n.
Report compare(dataplane::testing::Fabric& fabric, std::uint64_t seed, std::uint64_t packets);

}  // namespace postern::reference::testing
