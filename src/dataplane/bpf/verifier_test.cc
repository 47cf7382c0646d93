// SPDX-License-Identifier: Apache-2.0
// How much work the kernel's verifier has with the programs. Growth is looked at: an older kernel
// prunes less, and its limit is one million.
#include <gtest/gtest.h>

#include <cstdio>
#include <cstdlib>

#include "dataplane/bpf/test_fabric.h"

namespace postern::dataplane::testing {
namespace {

TEST(Verifier, The_program_stays_far_from_its_limit) {
  const std::string& log = fabric().verifier_log();
  const auto at = log.find("processed ");
  ASSERT_NE(at, std::string::npos) << log;
  std::printf("pn_from_eni: %s", log.c_str() + at);
  EXPECT_LT(std::atoi(log.c_str() + at + 10), 100000);
}

}  // namespace
}  // namespace postern::dataplane::testing
