// SPDX-License-Identifier: Apache-2.0
// The programs do with any packet what the reference says, and let none into another VPC but
// through an endpoint.
//
//   POSTERN_PROPERTY_PACKETS=200000   for more than the everyday 20,000
//   POSTERN_PROPERTY_SEED=…           to see the same Worlds and packets again
#include <fmt/format.h>
#include <gtest/gtest.h>

#include <chrono>
#include <cstdlib>
#include <random>

#include "reference/test_comparison.h"

namespace postern::reference::testing {
namespace {

std::uint64_t from_environment(const char* name, std::uint64_t otherwise) {
  const char* text = std::getenv(name);
  return text != nullptr ? std::strtoull(text, nullptr, 10) : otherwise;
}

TEST(Property, The_programs_and_the_reference_agree_and_VPCs_are_isolated) {
  const std::uint64_t seed = from_environment("POSTERN_PROPERTY_SEED", std::random_device{}());
  const std::uint64_t packets = from_environment("POSTERN_PROPERTY_PACKETS", 20000);
  dataplane::testing::Fabric fabric({.half_open_max = 4, .hash_entries = 4096});
  const auto begin = std::chrono::steady_clock::now();
  const Report report = compare(fabric, seed, packets);
  const std::chrono::duration<double> took = std::chrono::steady_clock::now() - begin;
  fmt::print("seed {}: {} packets in {} worlds, {} sent on, {} into another VPC, {:.1f} s\n", seed,
             report.packets, report.worlds, report.sent, report.crossings, took.count());
  fmt::print("left out: {} packets too short for the kernel, {} segments behind a PROXY header\n",
             report.lengthened, report.unseen);
  for (const dataplane::VerdictInfo& each : dataplane::kVerdicts) {
    fmt::print("  {:7} {}\n", report.count(each.verdict), each.name);
  }
  for (const std::string& each : report.disagreements) {
    ADD_FAILURE() << each;
  }
  for (const std::string& each : report.leaks) {
    ADD_FAILURE() << each;
  }
  EXPECT_GE(report.packets, report.is_clean() ? packets : 0);
}

}  // namespace
}  // namespace postern::reference::testing
