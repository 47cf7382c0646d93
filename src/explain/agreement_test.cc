// SPDX-License-Identifier: Apache-2.0
// The tutorial, broken at random in several places: explain names the verdict that the reference
// model gives to the packet, in each world and for each pair of ends.
#include <fmt/ranges.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <cstdlib>
#include <random>
#include <set>

#include "dataplane/compile/program.h"
#include "explain/packet.h"
#include "explain/test_breaker.h"

namespace postern::explain {
namespace {

using dataplane::TestWorld;
using dataplane::Verdict;

std::string names(const std::vector<Verdict>& verdicts) {
  std::string text;
  for (const Verdict verdict : verdicts) {
    text += std::string(dataplane::info(verdict).name) + " ";
  }
  return text;
}

TEST(Agreement, Explain_and_the_reference_give_one_verdict_in_every_broken_world) {
  const char* from_environment = std::getenv("POSTERN_PROPERTY_SEED");
  const auto seed = static_cast<std::uint32_t>(from_environment != nullptr
                                                   ? std::strtoul(from_environment, nullptr, 10)
                                                   : std::random_device()());
  RecordProperty("seed", static_cast<int>(seed));
  std::cout << "POSTERN_PROPERTY_SEED=" << seed << "\n";
  Breaker breaker(seed);
  std::set<Verdict> seen;
  for (int n = 0; n < 5000; ++n) {
    const TestWorld world = breaker.broken_world();
    const auto maps = reference::maps_of(compile(world.world(), dataplane::Node()).tables());
    for (int packet = 0; packet < 4; ++packet) {
      const auto [source_id, destination, traffic] = breaker.draw_packet();
      const auto source = world.get<model::NetworkInterface>(source_id);
      const bool has_address = destination.is_v4() || !source.ipv6_addresses.empty();
      if (!maps.ports.contains(source.port) || !has_address) {
        continue;  // it does not run, or has no address to send from: it sends nothing
      }
      const Verdict verdict = reference_verdict(maps, first_packet(source, destination, traffic));
      const auto expected = verdicts_of(explain_path(world.world(), source, destination, traffic));
      ASSERT_TRUE(std::ranges::find(expected, verdict) != expected.end())
          << "world " << n << ": " << source.id.value << " to " << destination.text() << " "
          << int{traffic.protocol} << "/" << traffic.port << ": the packet gets "
          << dataplane::info(verdict).name << ", explain says " << names(expected);
      seen.insert(verdict);
    }
  }
  std::cout << seen.size() << " verdicts: " << names({seen.begin(), seen.end()}) << "\n";
  EXPECT_GE(seen.size(), 25U);
}

}  // namespace
}  // namespace postern::explain
