// SPDX-License-Identifier: Apache-2.0
#include "api/ec2/elastic_ip_lookup.h"

namespace postern::api::ec2 {

using model::ElasticIp;
using model::World;

Result<> check_gateway(const World& world, const model::Id<model::Vpc>& vpc) {
  if (model::gateway_of(world, vpc) == nullptr) {
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
