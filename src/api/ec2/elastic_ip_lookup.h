// SPDX-License-Identifier: Apache-2.0
// Elastic IPs as requests name them, and the gateways that they need.
#pragma once

#include <optional>
#include <string>

#include "base/result.h"
#include "model/public_addresses.h"

namespace postern::api::ec2 {

// Gateway.NotAttached when there is none.
Result<> check_gateway(const model::World& world, const model::Id<model::Vpc>& vpc);

// The caller's address by its allocation id or, without one, by itself.
Result<const model::ElasticIp*> find_address(const model::World& world, const model::Caller& caller,
                                             const std::optional<std::string>& allocation_id,
                                             const std::optional<std::string>& public_ip);

}  // namespace postern::api::ec2
