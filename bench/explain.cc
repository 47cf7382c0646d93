// SPDX-License-Identifier: Apache-2.0
// What an answer of `postern explain` costs in a large World: 10,000 endpoints of 200 consumers to
// 50 services, in two zones each, with 2,500 instances. From the question's text to the answer's,
// as the operator's API gives it, without the packet
// program's word.
// Prints one JSON array. Needs no root.
#include <fmt/format.h>

#include <algorithm>
#include <boost/json.hpp>
#include <chrono>
#include <cstdlib>
#include <functional>
#include <iostream>
#include <random>

#include "daemon/explain_api.h"
#include "dataplane/compile/test_world.h"
#include "model/dns_names.h"

namespace postern {
namespace {

namespace json = boost::json;
using dataplane::TestWorld;

constexpr int kConsumers = 200, kEndpoints = 50;  // of each: what AWS gives a VPC
constexpr int kClients = 10, kServices = 50, kTargets = 10;
constexpr int kQuestions = 200;

std::string address(int zone, int host) {
  return fmt::format("10.0.{}.{}", zone, host);
}

// A VPC with a subnet in each of two zones and a group of each of `groups`.
void add_vpc(TestWorld& world, const std::string& name, const std::string& account,
             const std::vector<std::string>& groups) {
  world.vpc("vpc-" + name, "10.0.0.0/16");
  world.edit<model::Vpc>("vpc-" + name, [&](model::Vpc& vpc) {
    vpc.owner = model::Id<model::Account>(account);
    vpc.region = "ap-northeast-1";
    vpc.enable_dns_support = vpc.enable_dns_hostnames = true;
  });
  for (int zone = 1; zone <= 2; ++zone) {
    world.subnet(
        fmt::format("subnet-{}-{}", name, zone), "vpc-" + name, fmt::format("10.0.{}.0/24", zone),
        zone == 1 ? "ap-northeast-1a" : "ap-northeast-1c", zone == 1 ? "apne1-az4" : "apne1-az1");
  }
  for (const std::string& group : groups) {
    world.group(fmt::format("sg-{}-{}", group, name), "vpc-" + name);
  }
}

void add_service(TestWorld& world, int n) {
  const std::string name = fmt::format("p{}", n);
  add_vpc(world, name, "222222222222", {"nlb", "web"});
  world.allow_in("sg-nlb-" + name, "tcp", 80, "10.0.0.0/16");
  world.allow_all_out("sg-nlb-" + name);
  world.allow_in("sg-web-" + name, "tcp", 8080, "sg-nlb-" + name);
  world.balancer(
      "nlb-" + name,
      {{"subnet-" + name + "-1", address(1, 200)}, {"subnet-" + name + "-2", address(2, 200)}},
      {"sg-nlb-" + name});
  world.listener("nlb-" + name, "tg-" + name, "TCP", 80);
  for (int target = 0; target < kTargets; ++target) {
    const std::string instance = fmt::format("i-{}-{}", name, target);
    const int zone = 1 + target % 2;
    world.instance(instance, fmt::format("subnet-{}-{}", name, zone), address(zone, 10 + target),
                   {"sg-web-" + name});
    world.target("tg-" + name, instance, 8080);
  }
  const model::Id<model::EndpointService> id("vpce-svc-" + name);
  world.put(
      model::EndpointService{.id = id,
                             .owner = model::Id<model::Account>("222222222222"),
                             .region = "ap-northeast-1",
                             .name = "com.amazonaws.vpce.ap-northeast-1." + id.value,
                             .load_balancers = {model::Id<model::LoadBalancer>("nlb-" + name)},
                             .zone_ids = {"apne1-az1", "apne1-az4"},
                             .state = model::ServiceState::Available});
}

std::string endpoint_id(int consumer, int n) {
  return fmt::format("vpce-{:017x}", 0x0a1b2c3d00000000U + 1000U * static_cast<unsigned>(consumer) +
                                         static_cast<unsigned>(n));
}

void add_consumer(TestWorld& world, int n) {
  const std::string name = fmt::format("c{}", n);
  add_vpc(world, name, "111111111111", {"client", "endpoint"});
  world.allow_all_out("sg-client-" + name);
  world.allow_in("sg-endpoint-" + name, "tcp", 80, "sg-client-" + name);
  for (int client = 0; client < kClients; ++client) {
    world.instance(fmt::format("i-{}-{}", name, client), "subnet-" + name + "-1",
                   address(1, 10 + client), {"sg-client-" + name});
  }
  for (int endpoint = 0; endpoint < kEndpoints; ++endpoint) {
    const std::string service = fmt::format("p{}", endpoint % kServices);
    world.endpoint(endpoint_id(n, endpoint),
                   {{"subnet-" + name + "-1", address(1, 100 + endpoint)},
                    {"subnet-" + name + "-2", address(2, 100 + endpoint)}},
                   {"sg-endpoint-" + name}, "nlb-" + service);
    world.edit<model::VpcEndpoint>(endpoint_id(n, endpoint), [&](model::VpcEndpoint& record) {
      record.owner = model::Id<model::Account>("111111111111");
      record.region = "ap-northeast-1";
      record.type = "Interface";
      record.service = model::Id<model::EndpointService>("vpce-svc-" + service);
      record.service_name = "com.amazonaws.vpce.ap-northeast-1.vpce-svc-" + service;
      record.dns_suffix = "0a1b2c3d";
    });
  }
}

// There is no link here that the packet program could be asked about.
Result<dataplane::Verdict> no_link(const reference::Packet& /*packet*/) {
  return dataplane::Verdict::PortUnknown;
}

class Bench {
 public:
  Bench() {
    for (int n = 0; n < kServices; ++n) {
      add_service(world_, n);
    }
    for (int n = 0; n < kConsumers; ++n) {
      add_consumer(world_, n);
    }
  }

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
    std::cout << "]\n";
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
    std::ranges::sort(took);
    std::cout << (first_ ? "[" : ",\n") << "{\"case\": \"" << name
              << "\", \"unit\": \"ms\", \"median\": " << took[took.size() / 2]
              << ", \"min\": " << took.front() << ", \"max\": " << took.back() << "}" << std::flush;
    first_ = false;
  }

  TestWorld world_;
  std::mt19937 random_{1};
  int consumer_ = 0;
  bool first_ = true;
};

}  // namespace
}  // namespace postern

int main() {
  postern::Bench().run();
  return 0;
}
