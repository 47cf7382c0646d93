// SPDX-License-Identifier: Apache-2.0
// What it costs to compile a World, and to tell what has changed, as the World grows to 10,000
// endpoints. Prints one JSON array. Needs no root.
#include <chrono>
#include <cstdlib>
#include <functional>
#include <iostream>
#include <utility>

#include "bench/cases.h"
#include "bench/large_world.h"
#include "dataplane/apply/plan.h"
#include "dataplane/compile/compiler.h"

namespace postern {
namespace {

using namespace bench;

constexpr int kRounds = 15;

void measure(const std::string& name, const std::function<void()>& work) {
  std::vector<double> took;
  for (int round = 0; round < kRounds; ++round) {
    const auto begin = std::chrono::steady_clock::now();
    work();
    took.push_back(
        std::chrono::duration<double, std::milli>(std::chrono::steady_clock::now() - begin)
            .count());
  }
  print(name, figure_of(std::move(took)), "ms");
}

void measure_at(int consumers) {
  TestWorld world;
  fill(world, consumers);
  const std::string among = fmt::format("among {} endpoints", consumers * kEndpoints);
  dataplane::Program before;
  measure("a World's program, " + among, [&] { before = dataplane::compile(world.world(), {}); });
  dataplane::Compiler compiler;
  before = compiler.compile(world.world());
  dataplane::Program after;
  int port = 1;
  // One more rule of an endpoint's group is what has changed.
  measure("the program with a new rule, " + among, [&] {
    world.allow_in("sg-endpoint-c0", "tcp", port++, "10.0.0.0/8");
    after = compiler.compile(world.world());
  });
  dataplane::Actual actual{.applied = before};
  for (const auto& services : before.services()) {
    actual.services.push_back(services.vpc_id);
  }
  std::size_t steps = 0;
  measure("what the rule changes in the maps, " + among,
          [&] { steps = dataplane::plan(actual, after).size(); });
  if (steps != 2) {
    std::cerr << "bench_compile: " << steps << " steps\n";
    std::exit(1);
  }
}

}  // namespace
}  // namespace postern

int main() {
  for (const int consumers : {2, 20, postern::bench::kConsumers}) {
    postern::measure_at(consumers);
  }
  postern::bench::end_cases();
  return 0;
}
