// SPDX-License-Identifier: Apache-2.0
#include "metrics/baseline.h"

#include <gtest/gtest.h>

#include "metrics/test_world.h"

namespace postern::metrics {
namespace {

Counted total(std::uint64_t packets, std::uint32_t target = kTarget) {
  Counted out = counted(kPnVerdictFlowForwarded);
  out.key.target = target;
  out.meter = {.packets = packets, .bytes = 100 * packets, .resets = 0};
  return out;
}

std::vector<std::uint64_t> packets(const std::vector<Counted>& all) {
  std::vector<std::uint64_t> out;
  for (const Counted& one : all) {
    out.push_back(one.meter.packets);
  }
  return out;
}

using Packets = std::vector<std::uint64_t>;

TEST(Baseline, Gives_what_is_more_than_the_last_time) {
  Baseline baseline("");
  EXPECT_EQ(packets(baseline.advance({total(5)})), Packets{5});
  EXPECT_EQ(packets(baseline.advance({total(5)})), Packets{});
  EXPECT_EQ(packets(baseline.advance({total(7), total(2, 99)})), (Packets{2, 2}));
}

TEST(Baseline, Goes_on_where_an_earlier_one_has_ended) {
  Baseline before("");
  before.advance({total(5)});
  EXPECT_EQ(packets(Baseline(before.saved()).advance({total(8)})), Packets{3});
  EXPECT_EQ(packets(Baseline("what cannot be read").advance({total(8)})), Packets{8});
}

TEST(Baseline, Counts_from_0_when_the_maps_were_made_anew) {
  Baseline baseline("");
  baseline.advance({total(5)});
  EXPECT_EQ(packets(baseline.advance({total(2)})), Packets{2});
}

TEST(Baseline, Forgets_what_is_over_once_it_does_not_grow) {
  Baseline baseline("");
  baseline.advance({total(5), total(5, 99)});
  const auto is_over = [](const pn_meter_key& key) { return key.target == 99; };
  EXPECT_TRUE(baseline.forget(is_over).empty());  // it has just grown
  const auto over = baseline.forget(is_over);
  ASSERT_EQ(over.size(), 1U);
  EXPECT_EQ(over[0].target, 99U);
  EXPECT_TRUE(baseline.forget(is_over).empty());
}

}  // namespace
}  // namespace postern::metrics
