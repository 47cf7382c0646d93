// SPDX-License-Identifier: Apache-2.0
#include "api/ec2/elastic_ip_lookup.h"

namespace postern::api::ec2 {

using model::ElasticIp;
using model::InternetGateway;
using model::NetworkInterface;
using model::World;

const NetworkInterface* interface_of(const World& world, const ElasticIp& address) {
  return address.association_id.empty() ? nullptr : world.find(address.network_interface);
}

const ElasticIp* address_of(const World& world, const model::Id<NetworkInterface>& interface) {
  for (const auto& [id, address] : world.all<ElasticIp>()) {
    if (!address->association_id.empty() && address->network_interface == interface) {
      return address.get();
    }
  }
  return nullptr;
}

bool has_public_addresses(const World& world, const model::Id<model::Vpc>& vpc) {
  for (const auto& [id, interface] : world.all<NetworkInterface>()) {
    if (interface->vpc == vpc && interface->public_ip) {
      return true;
    }
  }
  for (const auto& [id, address] : world.all<ElasticIp>()) {
    const NetworkInterface* interface = interface_of(world, *address);
    if (interface != nullptr && interface->vpc == vpc) {
      return true;
    }
  }
  return false;
}

const InternetGateway* gateway_of(const World& world, const model::Id<model::Vpc>& vpc) {
  for (const auto& [id, gateway] : world.all<InternetGateway>()) {
    if (gateway->vpc == vpc) {
      return gateway.get();
    }
  }
  return nullptr;
}

Result<> check_gateway(const World& world, const model::Id<model::Vpc>& vpc) {
  if (gateway_of(world, vpc) == nullptr) {
    return refuse(faults::GatewayNotAttached, "Network {} is not attached to any internet gateway",
                  vpc);
  }
  return {};
}

Result<const ElasticIp*> find_address(const World& world, const model::Caller& caller,
                                      const std::optional<std::string>& allocation_id,
                                      const std::optional<std::string>& public_ip) {
  if (!allocation_id.value_or("").empty()) {
    const auto* address = world.find(model::Id<ElasticIp>(*allocation_id));
    if (address == nullptr || !model::owns(caller, *address)) {
      return refuse(faults::InvalidAllocationIDNotFound, "The allocation ID '{}' does not exist",
                    *allocation_id);
    }
    return address;
  }
  const std::string text = public_ip.value_or("");
  if (text.empty()) {
    return refuse(faults::MissingParameter,
                  "Either 'allocationId' or 'publicIp' should be provided.");
  }
  for (const auto& [id, address] : world.all<ElasticIp>()) {
    if (address->public_ip.text() == text && model::owns(caller, *address)) {
      return address.get();
    }
  }
  return refuse(faults::InvalidAddressNotFound, "Address '{}' not found.", text);
}

}  // namespace postern::api::ec2
