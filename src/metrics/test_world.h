// SPDX-License-Identifier: Apache-2.0
// For tests: an endpoint in one zone, its service, and the load balancer that it leads to, by the
// numbers that the data plane knows them by.
#pragma once

#include "metrics/baseline.h"
#include "model/world.h"

namespace postern::metrics {

constexpr std::uint32_t kEndpoint = 13, kNode = 21, kTarget = 31;
inline const model::Id<model::Account> kConsumer("111111111111");
inline const model::Id<model::Account> kProvider("222222222222");

inline model::World test_world(const char* listener_protocol = "TCP") {
  const std::string region = "r-1";
  const model::Id<model::NetworkInterface> at_endpoint("eni-endpoint");
  const model::Id<model::NetworkInterface> at_node("eni-node");
  const model::Id<model::LoadBalancer> balancer("arn:nlb");
  const model::Id<model::TargetGroup> group("arn:tg");
  const model::Id<model::EndpointService> service("vpce-svc-1");
  model::WorldBuilder world;
  world.put(model::NetworkInterface{.id = at_endpoint, .owner = kConsumer, .number = kEndpoint});
  world.put(model::NetworkInterface{.id = at_node, .owner = kProvider, .number = kNode});
  world.put(model::EndpointService{
      .id = service, .owner = kProvider, .region = region, .name = "com.service"});
  world.put(model::VpcEndpoint{.id = model::Id<model::VpcEndpoint>("vpce-1"),
                               .owner = kConsumer,
                               .region = region,
                               .type = "Interface",
                               .vpc = model::Id<model::Vpc>("vpc-a"),
                               .service_name = "com.service",
                               .service = service,
                               .subnets = {{.subnet = model::Id<model::Subnet>("subnet-a"),
                                            .zone = "r-1a",
                                            .network_interface = at_endpoint,
                                            .load_balancer = balancer}},
                               .state = model::EndpointState::Available});
  world.put(model::LoadBalancer{.id = balancer,
                                .owner = kProvider,
                                .region = region,
                                .name = "nlb",
                                .hex = "0123456789abcdef",
                                .zones = {{.zone = "r-1c", .network_interface = at_node}},
                                .state = model::LoadBalancerState::Active});
  world.put(model::TargetGroup{.id = group,
                               .owner = kProvider,
                               .region = region,
                               .name = "tg",
                               .hex = "fedcba9876543210",
                               .target_type = "ip"});
  world.put(model::Listener{.id = model::Id<model::Listener>("arn:listener"),
                            .load_balancer = balancer,
                            .protocol = listener_protocol,
                            .default_action = model::forward_to(group)});
  world.put(model::Target{.id = model::Id<model::Target>("t"),
                          .target_group = group,
                          .target_id = "10.0.9.9",
                          .zone = std::string("all"),
                          .verdict = model::HealthVerdict::Healthy,
                          .number = kTarget});
  return world.build();
}

// Three packets of 300 bytes in all, one with RST, through the endpoint.
inline Counted counted(std::uint8_t verdict, bool reply = false) {
  return {.key = {.endpoint = kEndpoint,
                  .node_eni = kNode,
                  .target = kTarget,
                  .verdict = verdict,
                  .protocol = 6,
                  .reply = static_cast<std::uint8_t>(reply ? 1 : 0)},
          .meter = {.packets = 3, .bytes = 300, .resets = 1}};
}

}  // namespace postern::metrics
