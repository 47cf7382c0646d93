// SPDX-License-Identifier: Apache-2.0
// The property test finds what it is there for: each bug of planted_bugs.cmake.
#include <fmt/format.h>
#include <fmt/ranges.h>
#include <gtest/gtest.h>

#include <fstream>
#include <iterator>
#include <sstream>
#include <string>
#include <vector>

#include "reference/test_comparison.h"

namespace postern::reference::testing {
namespace {

constexpr std::uint64_t kSeed = 1;
constexpr std::uint64_t kPacketsAtMost = 60'000;

std::vector<std::string> names() {
  std::istringstream words(PLANTED_NAMES);
  return {std::istream_iterator<std::string>(words), {}};
}

class Planted : public ::testing::TestWithParam<std::string> {};

TEST_P(Planted, Bug_is_found) {
  std::ifstream file(fmt::format("{}/{}.bpf.o", PLANTED_FOLDER, GetParam()), std::ios::binary);
  const std::vector<char> object(std::istreambuf_iterator<char>(file), {});
  ASSERT_FALSE(object.empty());
  dataplane::testing::Fabric fabric({.half_open_max = 4, .hash_entries = 4096, .object = object});
  const Report report = compare(fabric, kSeed, kPacketsAtMost);
  EXPECT_FALSE(report.is_clean()) << "not in " << report.packets << " packets";
  for (const auto* each : {&report.disagreements, &report.leaks}) {
    for (const std::string& words : *each) {
      fmt::print("after {} packets: {}\n", report.packets, words.substr(0, words.find('\n')));
    }
  }
}

// So what is found above is the bug. And the packets come by every verdict but those that only a
// full table or all ports taken give.
TEST(WithoutBug, Nothing_is_found_in_the_same_packets_and_they_see_every_verdict) {
  dataplane::testing::Fabric fabric({.half_open_max = 4, .hash_entries = 4096});
  const Report report = compare(fabric, kSeed, 30'000);
  EXPECT_TRUE(report.is_clean()) << fmt::format("{}", fmt::join(report.disagreements, ""));
  for (const dataplane::VerdictInfo& each : dataplane::kVerdicts) {
    const bool unseen =
        each.verdict == Verdict::FlowTableFull || each.verdict == Verdict::PortAllocationError;
    EXPECT_EQ(report.count(each.verdict) == 0, unseen) << each.name;
  }
}

INSTANTIATE_TEST_SUITE_P(Each, Planted, ::testing::ValuesIn(names()),
                         [](const auto& each) { return each.param; });

}  // namespace
}  // namespace postern::reference::testing
