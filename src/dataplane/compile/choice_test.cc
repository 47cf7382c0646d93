// SPDX-License-Identifier: Apache-2.0
// How evenly connections are spread, and how few of them change their target with the list.
#include "dataplane/compile/choice.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <map>
#include <numeric>
#include <random>
#include <vector>

namespace postern::dataplane {
namespace {

using Numbers = std::vector<std::uint32_t>;

constexpr int kConnections = 20000;

Numbers numbers(std::uint32_t from, std::uint32_t count) {
  Numbers all(count);
  std::iota(all.begin(), all.end(), from);
  return all;
}

std::vector<std::uint32_t> draws(const pn_choice& choice) {
  std::mt19937 random(7);
  std::vector<std::uint32_t> targets(kConnections);
  std::generate(targets.begin(), targets.end(),
                [&] { return drawn(choice, static_cast<std::uint32_t>(random())); });
  return targets;
}

// Part of the connections that `before` gave to a target that is still there and `after` moves.
double moved(const pn_choice& before, const pn_choice& after, const Numbers& stay) {
  const auto a = draws(before);
  const auto b = draws(after);
  int count = 0;
  int of = 0;
  for (std::size_t i = 0; i < a.size(); ++i) {
    if (std::ranges::find(stay, a[i]) == stay.end()) {
      continue;
    }
    ++of;
    count += a[i] != b[i] ? 1 : 0;
  }
  return static_cast<double>(count) / of;
}

TEST(Choice, Each_target_gets_its_share) {
  for (const std::uint32_t count : {1U, 2U, 3U, 7U, 64U, 100U, 1000U}) {
    SCOPED_TRACE(count);
    const Numbers all = numbers(501, count);
    std::map<std::uint32_t, int> got;
    for (const std::uint32_t target : draws(choice_of(all, all))) {
      ++got[target];
    }
    EXPECT_EQ(got.size(), count);
    const double share = static_cast<double>(kConnections) / count;
    for (const auto& [target, times] : got) {
      EXPECT_NEAR(times, share, 6 * std::sqrt(share)) << target;
    }
  }
}

TEST(Choice, A_target_that_fails_moves_no_connection_of_the_others) {
  for (const std::uint32_t count : {2U, 5U, 100U, 1000U}) {
    SCOPED_TRACE(count);
    const Numbers all = numbers(501, count);
    Numbers healthy = all;
    healthy.erase(healthy.begin() + count / 2);
    // But for the rare one whose draws all find free slots.
    EXPECT_LT(moved(choice_of(all, all), choice_of(all, healthy), healthy), 0.001);
  }
}

TEST(Choice, A_target_more_takes_little_more_than_its_share) {
  for (const std::uint32_t count : {5U, 20U, 100U}) {
    SCOPED_TRACE(count);
    const Numbers before = numbers(501, count);
    const Numbers after = numbers(501, count + 1);
    EXPECT_LT(moved(choice_of(before, before), choice_of(after, after), before), 1.3 / count);
  }
}

// [NLB guide, "Target group health"]: all of a group but one may fail.
TEST(Choice, One_healthy_target_of_many_gets_everything) {
  const Numbers all = numbers(501, 1000);
  const Numbers healthy{777};
  for (const std::uint32_t target : draws(choice_of(all, healthy))) {
    EXPECT_EQ(target, 777U);
  }
}

TEST(Choice, Without_targets_nothing_is_drawn_and_who_is_registered_is_known) {
  const pn_choice choice = choice_of(numbers(501, 3), {});
  EXPECT_EQ(choice.registered, 3U);
  EXPECT_EQ(choice.count, 0U);
  EXPECT_EQ(drawn(choice, 1), 0U);
}

TEST(Choice, More_targets_than_there_is_room_for_are_left_out) {
  const Numbers all = numbers(1, kPnTargetsMax + 500);
  const pn_choice choice = choice_of(all, all);
  EXPECT_EQ(choice.count, +kPnTargetsMax);
  EXPECT_EQ(choice.registered, kPnTargetsMax + 500U);
}

}  // namespace
}  // namespace postern::dataplane
