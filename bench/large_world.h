// SPDX-License-Identifier: Apache-2.0
// The large World of the benchmarks: 10,000 endpoints of 200 consumers to 50 services, in two zones
// each, with 2,500 instances.
#pragma once

#include <fmt/format.h>

#include <string>
#include <vector>

#include "dataplane/compile/test_world.h"

namespace postern::bench {

using dataplane::TestWorld;

inline constexpr int kConsumers = 200, kEndpoints = 50;  // of each: what AWS gives a VPC
inline constexpr int kClients = 10, kServices = 50, kTargets = 10;

inline std::string address(int zone, int host) {
  return fmt::format("10.0.{}.{}", zone, host);
}

// A VPC with a subnet in each of two zones and a group of each of `groups`.
inline void add_vpc(TestWorld& world, const std::string& name, const std::string& account,
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

inline void add_service(TestWorld& world, int n) {
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

inline std::string endpoint_id(int consumer, int n) {
  return fmt::format("vpce-{:017x}", 0x0a1b2c3d00000000U + 1000U * static_cast<unsigned>(consumer) +
                                         static_cast<unsigned>(n));
}

inline void add_consumer(TestWorld& world, int n) {
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

// `consumers` of them: the World grows with their number.
inline void fill(TestWorld& world, int consumers = kConsumers) {
  for (int n = 0; n < kServices; ++n) {
    add_service(world, n);
  }
  for (int n = 0; n < consumers; ++n) {
    add_consumer(world, n);
  }
}

}  // namespace postern::bench
