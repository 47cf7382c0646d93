// SPDX-License-Identifier: Apache-2.0
// What CreateNetworkInterface and RunInstances ask of a new interface's address.
#pragma once

#include <boost/describe/class.hpp>
#include <cstddef>
#include <optional>
#include <string>
#include <vector>

#include "base/result.h"
#include "model/world.h"

namespace postern::api::ec2 {

struct PrivateIpAddressSpecification {
  std::optional<bool> Primary;
  std::optional<std::string> PrivateIpAddress;
};
BOOST_DESCRIBE_STRUCT(PrivateIpAddressSpecification, (), (Primary, PrivateIpAddress))
using PrivateIpAddressSpecifications = std::vector<PrivateIpAddressSpecification>;

// The address that PrivateIpAddress or the one entry of PrivateIpAddresses asks for; nullopt when
// neither does. Unsupported for secondary addresses, InvalidParameterValue for what is none.
Result<std::optional<IpAddress>> wanted_address(const std::optional<std::string>& address,
                                                const PrivateIpAddressSpecifications& addresses);

// NetworkInterfaceLimitExceeded when `added` more would be too many for the region.
Result<> check_interface_limit(const model::World& world, const model::Caller& caller,
                               std::size_t added);

}  // namespace postern::api::ec2
