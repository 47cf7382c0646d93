// SPDX-License-Identifier: Apache-2.0
// Elastic IPs by what they are associated with, and the gateways that they need.
#pragma once

#include <optional>
#include <string>

#include "base/result.h"
#include "model/world.h"

namespace postern::api::ec2 {

// The interface that the address is associated with; null if none is, or is any more.
const model::NetworkInterface* interface_of(const model::World& world,
                                            const model::ElasticIp& address);

// The address that is associated with the interface, or null.
const model::ElasticIp* address_of(const model::World& world,
                                   const model::Id<model::NetworkInterface>& interface);

// Whether any interface of the VPC has an elastic IP, or was given an address at its launch.
bool has_public_addresses(const model::World& world, const model::Id<model::Vpc>& vpc);

// The internet gateway that is attached to the VPC, or null.
const model::InternetGateway* gateway_of(const model::World& world,
                                         const model::Id<model::Vpc>& vpc);

// Gateway.NotAttached when there is none.
Result<> check_gateway(const model::World& world, const model::Id<model::Vpc>& vpc);

// The caller's address by its allocation id or, without one, by itself.
Result<const model::ElasticIp*> find_address(const model::World& world, const model::Caller& caller,
                                             const std::optional<std::string>& allocation_id,
                                             const std::optional<std::string>& public_ip);

}  // namespace postern::api::ec2
