// SPDX-License-Identifier: Apache-2.0
// What stands at an address of a VPC.
#pragma once

#include <variant>

#include "explain/ground.h"

namespace postern::explain {

struct Nothing {};
struct Router {};
struct Resolver {};
struct Metadata {};
struct Dark {
  const model::NetworkInterface* interface = nullptr;
  const model::Fault* fault = nullptr;
};
struct AtInstance {
  const model::NetworkInterface* interface = nullptr;
};
struct AtEndpoint {
  const model::NetworkInterface* interface = nullptr;
  const model::VpcEndpoint* endpoint = nullptr;  // null: its record is gone
  const model::EndpointSubnet* subnet = nullptr;
};
struct AtNode {
  const model::NetworkInterface* interface = nullptr;
  const model::LoadBalancer* balancer = nullptr;
  const model::LoadBalancerZone* zone = nullptr;
};

using Place =
    std::variant<Nothing, Router, Resolver, Metadata, Dark, AtInstance, AtEndpoint, AtNode>;

Place place_at(const model::World& world, const Ground& ground, const model::Vpc& vpc,
               const IpAddress& address);

// The instance that has the interface, or the interface itself.
std::string resource_of(const model::NetworkInterface& interface);

// Whether the listener takes that IP protocol: TCP or UDP.
bool takes(const model::Listener& listener, std::uint8_t protocol);

// The node of a load balancer's zone.
AtNode node_of(const model::World& world, const model::LoadBalancer& balancer,
               const model::LoadBalancerZone& zone);

}  // namespace postern::explain
