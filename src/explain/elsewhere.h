// SPDX-License-Identifier: Apache-2.0
// Addresses and ids that are meant for the other side of an endpoint: VPCs overlap, and from one of
// them only its own addresses are reached.
#pragma once

#include <optional>
#include <string>

#include "explain/explanation.h"
#include "model/world.h"

namespace postern::explain {

// The endpoint of the source's VPC through which a load balancer reaches the interface; null: none.
const model::VpcEndpoint* endpoint_towards(const model::World& world,
                                           const model::NetworkInterface& source,
                                           const model::NetworkInterface& target);

// The hop that says so, where a target behind an endpoint of the source's VPC has the address.
std::optional<Hop> same_address_elsewhere(const model::World& world,
                                          const model::NetworkInterface& source,
                                          const IpAddress& address);

// The route by which the source's subnet sends to an address outside the VPC, as a clause; empty:
// there is none.
struct RouteOut {
  std::string table;  // rtb-…
  std::string words;
};
RouteOut route_out(const model::World& world, const model::NetworkInterface& source,
                   const IpAddress& address);

// For who asks for a service by its id or name: the endpoint of the source's VPC to it, or the hops
// that say why there is none.
struct ServiceMeant {
  const model::VpcEndpoint* endpoint = nullptr;
  std::vector<Hop> hops;
};
std::optional<ServiceMeant> service_meant(const model::World& world,
                                          const model::NetworkInterface& source,
                                          const std::string& name);

}  // namespace postern::explain
