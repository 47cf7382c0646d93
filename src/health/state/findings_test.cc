// SPDX-License-Identifier: Apache-2.0
#include "health/state/findings.h"

#include <gtest/gtest.h>

#include <optional>
#include <ostream>
#include <vector>

namespace postern::health {
namespace {

using enum model::HealthVerdict;
using model::HealthVerdict;

constexpr Thresholds kThresholds = {.healthy = 3, .unhealthy = 2};

struct Case {
  const char* name;
  Finding before;
  bool passed;
  Finding after;
};

// Every verdict, every number of results against it, both results.
// [NLB guide, "Health checks": HealthyThresholdCount, UnhealthyThresholdCount]
TEST(Findings, Each_result_changes_a_finding_as_the_table_says) {
  for (const Case& c : {
           Case{"the first success", {None, 0}, true, {Healthy, 0}},
           Case{"a success after a failure", {None, 1}, true, {Healthy, 0}},
           Case{"the first failure", {None, 0}, false, {None, 1}},
           Case{"failures from the start", {None, 1}, false, {Unhealthy, 0}},
           Case{"a first success after none could be made", {Unavailable, 0}, true, {Healthy, 0}},
           Case{"a first failure after none could be made", {Unavailable, 0}, false, {None, 1}},
           Case{"healthy stays", {Healthy, 0}, true, {Healthy, 0}},
           Case{"a success between failures", {Healthy, 1}, true, {Healthy, 0}},
           Case{"one failure", {Healthy, 0}, false, {Healthy, 1}},
           Case{"failures in a row", {Healthy, 1}, false, {Unhealthy, 0}},
           Case{"unhealthy stays", {Unhealthy, 0}, false, {Unhealthy, 0}},
           Case{"a failure between successes 1", {Unhealthy, 1}, false, {Unhealthy, 0}},
           Case{"a failure between successes 2", {Unhealthy, 2}, false, {Unhealthy, 0}},
           Case{"one success is not enough", {Unhealthy, 0}, true, {Unhealthy, 1}},
           Case{"nor are two", {Unhealthy, 1}, true, {Unhealthy, 2}},
           Case{"three in a row are", {Unhealthy, 2}, true, {Healthy, 0}},
       }) {
    SCOPED_TRACE(c.name);
    EXPECT_EQ(after_check(c.before, c.passed, kThresholds), c.after);
  }
}

// A count may be beyond a threshold that was lowered meanwhile.
TEST(Findings, A_lowered_threshold_counts_what_was_before) {
  EXPECT_EQ(after_check({Healthy, 5}, false, kThresholds), (Finding{Unhealthy, 0}));
  EXPECT_EQ(after_check({Unhealthy, 5}, true, kThresholds), (Finding{Healthy, 0}));
}

TEST(Findings, A_check_that_cannot_be_made_says_nothing_of_a_target_that_is_known) {
  EXPECT_EQ(after_no_check({None, 1}), (Finding{Unavailable, 0}));
  for (const Finding& known :
       {Finding{Healthy, 1}, Finding{Unhealthy, 2}, Finding{Unavailable, 0}}) {
    EXPECT_EQ(after_no_check(known), known);
  }
}

TEST(Findings, The_nodes_agree_by_majority_and_otherwise_nothing_changes) {
  struct Row {
    const char* name;
    HealthVerdict present;
    std::vector<HealthVerdict> nodes;
    HealthVerdict agreed;
  };
  for (const Row& c : {
           Row{"nobody has spoken", None, {None, None}, None},
           Row{"there are no nodes", Healthy, {}, Healthy},
           Row{"the first to speak decides", None, {Healthy, None}, Healthy},
           Row{"also when it failed", None, {None, Unhealthy}, Unhealthy},
           Row{"nobody could check", None, {None, Unavailable}, Unavailable},
           Row{"one could check", Unavailable, {Unavailable, Unhealthy}, Unhealthy},
           Row{"not to be checked is no news of a healthy one", Healthy, {Unavailable}, Healthy},
           Row{"all agree", Healthy, {Unhealthy, Unhealthy}, Unhealthy},
           Row{"one of two is not enough to fail", Healthy, {Unhealthy, Healthy}, Healthy},
           Row{"nor to recover", Unhealthy, {Unhealthy, Healthy}, Unhealthy},
           Row{"nor to begin with", None, {Unhealthy, Healthy}, None},
           Row{"two of three fail", Healthy, {Unhealthy, Healthy, Unhealthy}, Unhealthy},
           Row{"two of three recover", Unhealthy, {Unhealthy, Healthy, Healthy}, Healthy},
       }) {
    SCOPED_TRACE(c.name);
    EXPECT_EQ(consensus(c.present, c.nodes), c.agreed);
  }
}

}  // namespace
}  // namespace postern::health
