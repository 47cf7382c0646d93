// SPDX-License-Identifier: Apache-2.0
#include "explain/ground.h"

#include "model/addresses.h"

namespace postern::explain {

using model::NetworkInterface;

const Ground::Found& Ground::in(const model::Id<model::Vpc>& vpc) const {
  const auto [at, is_new] = found_.try_emplace(vpc);
  Found& found = at->second;
  if (!is_new) {
    return found;
  }
  for (const auto& [id, interface] : world_.all<NetworkInterface>()) {
    if (interface->vpc == vpc) {
      for (const IpAddress& address : model::addresses_of(*interface)) {
        found.interfaces.emplace(address, interface.get());
      }
    }
  }
  for (const auto& [id, endpoint] : world_.all<model::VpcEndpoint>()) {
    if (endpoint->vpc == vpc) {
      for (const model::EndpointSubnet& subnet : endpoint->subnets) {
        found.endpoints.emplace(subnet.network_interface, EndpointZone{endpoint.get(), &subnet});
      }
    }
  }
  return found;
}

const NetworkInterface* Ground::interface_at(const model::Id<model::Vpc>& vpc,
                                             const IpAddress& address) const {
  const auto& interfaces = in(vpc).interfaces;
  const auto at = interfaces.find(address);
  return at != interfaces.end() ? at->second : nullptr;
}

EndpointZone Ground::endpoint_of(const NetworkInterface& interface) const {
  const auto& endpoints = in(interface.vpc).endpoints;
  const auto at = endpoints.find(interface.id);
  return at != endpoints.end() ? at->second : EndpointZone();
}

}  // namespace postern::explain
