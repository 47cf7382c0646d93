// SPDX-License-Identifier: Apache-2.0
#include "api/ec2/interface_address.h"

#include <algorithm>

#include "model/quotas.h"

namespace postern::api::ec2 {
namespace {}  // namespace

Result<std::optional<IpAddress>> wanted_address(const std::optional<std::string>& address,
                                                const PrivateIpAddressSpecifications& addresses) {
  if (address && !addresses.empty()) {
    return refuse(faults::InvalidParameterCombination,
                  "The parameter privateIpAddress cannot be used with the parameter "
                  "privateIpAddresses");
  }
  if (addresses.size() > 1) {
    return refuse(faults::Unsupported, "Secondary private IP addresses are not supported");
  }
  if (!addresses.empty() && !addresses.front().Primary.value_or(true)) {
    return refuse(faults::InvalidParameterCombination,
                  "One of the private IP addresses has to be the primary one");
  }
  const std::string text =
      addresses.empty() ? address.value_or("") : addresses.front().PrivateIpAddress.value_or("");
  if (text.empty()) {
    return std::nullopt;
  }
  const auto parsed = IpAddress::parse(text);
  if (!parsed || !parsed->is_v4()) {
    return refuse(faults::InvalidParameterValue, "invalid value for parameter address: {}", text);
  }
  return parsed;
}

Result<> check_interface_limit(const model::World& world, const model::Caller& caller,
                               std::size_t added) {
  const auto& interfaces = world.all<model::NetworkInterface>();
  const auto owned = std::count_if(interfaces.begin(), interfaces.end(), [&](const auto& entry) {
    return model::owns(caller, *entry.second);
  });
  if (owned + static_cast<std::ptrdiff_t>(added) >
      model::quota(world, model::Quota::NetworkInterfaces)) {
    return refuse(faults::NetworkInterfaceLimitExceeded,
                  "The maximum number of network interfaces has been reached.");
  }
  return {};
}

}  // namespace postern::api::ec2
