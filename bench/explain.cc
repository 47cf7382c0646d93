// SPDX-License-Identifier: Apache-2.0
// What an answer of `postern explain` costs in the large World: from the question's text to the
// answer's, as the operator's API gives it, without the packet program's word.
// Prints one JSON array. Needs no root.
#include <fmt/format.h>

#include <boost/json.hpp>
#include <chrono>
#include <cstdlib>
#include <functional>
#include <iostream>
#include <random>

#include "bench/cases.h"
#include "bench/large_world.h"
#include "daemon/explain_api.h"
#include "model/dns_names.h"

namespace postern {
namespace {

namespace json = boost::json;
using namespace bench;

constexpr int kQuestions = 200;

// There is no link here that the packet program could be asked about.
Result<dataplane::Verdict> no_link(const reference::Packet& /*packet*/) {
  return dataplane::Verdict::PortUnknown;
}

class Bench {
 public:
  Bench() { fill(world_); }

  void run() {
    const auto endpoint = [this] { return endpoint_id(consumer_, any(kEndpoints)); };
    measure("an endpoint by its id", "reachable", [&] { return endpoint() + ":80"; });
    measure("by its DNS name", "reachable", [&] {
      return model::regional_name(world_.get<model::VpcEndpoint>(endpoint())) + ":80";
    });
    measure("by its address", "reachable",
            [&] { return address(1, 100 + any(kEndpoints)) + ":80"; });
    measure("by its service", "reachable", [&] {
      return fmt::format("com.amazonaws.vpce.ap-northeast-1.vpce-svc-p{}:80", any(kServices));
    });
    measure("a port that the endpoint's group does not admit", "unreachable",
            [&] { return endpoint() + ":81"; });
    measure("an address that nothing has", "unreachable", [] { return address(9, 9) + ":80"; });
    measure("a DNS name that nothing has", "unreachable", [] {
      return std::string("vpce-none-0a1b2c3d.vpce-svc-p1.ap-northeast-1.vpce.amazonaws.com:80");
    });
    end_cases();
  }

 private:
  int any(int below) { return static_cast<int>(random_() % static_cast<unsigned>(below)); }

  void measure(const std::string& name, std::string_view expected,
               const std::function<std::string()>& to) {
    std::vector<double> took;
    for (int i = 0; i < kQuestions; ++i) {
      consumer_ = any(kConsumers);
      const std::string question = json::serialize(
          json::object{{"from", fmt::format("i-c{}-{}", consumer_, any(kClients))}, {"to", to()}});
      const auto begin = std::chrono::steady_clock::now();
      const auto answer = daemon::explain_answer(world_.world(), question, {.judge = no_link});
      took.push_back(
          std::chrono::duration<double, std::milli>(std::chrono::steady_clock::now() - begin)
              .count());
      const json::value said = json::parse(answer.json);
      const json::value* found = said.as_object().if_contains("answer");
      if (answer.status != 200 || found == nullptr ||
          (*found != json::value(expected) && expected == "reachable")) {
        std::cerr << "bench_explain: " << question << ": " << answer.json << "\n";
        std::exit(1);
      }
    }
    print(name, figure_of(std::move(took)), "ms");
  }

  TestWorld world_;
  std::mt19937 random_{1};
  int consumer_ = 0;
};

}  // namespace
}  // namespace postern

int main() {
  postern::Bench().run();
  return 0;
}
