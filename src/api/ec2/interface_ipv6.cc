// SPDX-License-Identifier: Apache-2.0
#include "api/ec2/interface_ipv6.h"

#include <algorithm>

#include "model/addresses.h"

namespace postern::api::ec2 {

std::vector<Ipv6AddressItem> ipv6_items(const model::NetworkInterface& interface) {
  std::vector<Ipv6AddressItem> items;
  for (const IpAddress& address : interface.ipv6_addresses) {
    items.push_back(
        {.ipv6Address = address.text(), .isPrimaryIpv6 = items.empty() && interface.primary_ipv6});
  }
  return items;
}

std::vector<std::string> ipv6_values(const model::NetworkInterface& interface) {
  std::vector<std::string> values;
  for (const IpAddress& address : interface.ipv6_addresses) {
    values.push_back(address.text());
  }
  return values;
}

Result<WantedIpv6> wanted_ipv6(const std::optional<int>& count,
                               const std::vector<std::string>& addresses,
                               const std::optional<bool>& primary) {
  if (count.value_or(0) != 0 && !addresses.empty()) {
    return refuse(faults::InvalidParameterCombination,
                  "The parameter ipv6Addresses cannot be used with the parameter "
                  "ipv6AddressCount");
  }
  if (count.value_or(0) < 0) {
    return refuse(faults::InvalidParameterValue,
                  "Value ({}) for parameter ipv6AddressCount is invalid.", *count);
  }
  WantedIpv6 wanted{.count = count.value_or(0), .primary = primary.value_or(false)};
  for (const std::string& text : addresses) {
    const auto address = IpAddress::parse(text);
    if (!address || address->is_v4()) {
      return refuse(faults::InvalidParameterValue, "invalid value for parameter address: {}", text);
    }
    if (std::ranges::count(wanted.addresses, *address) != 0) {
      return refuse(faults::InvalidParameterValue, "The address {} is given twice", text);
    }
    wanted.addresses.push_back(*address);
  }
  return wanted;
}

Result<WantedIpv6> wanted_ipv6(const std::optional<int>& count,
                               const Ipv6AddressSpecifications& addresses,
                               const std::optional<bool>& primary) {
  std::vector<std::string> texts;
  std::optional<bool> first_is_primary = primary;
  for (const Ipv6AddressSpecification& each : addresses) {
    if (each.IsPrimaryIpv6.value_or(false)) {
      if (!texts.empty()) {
        return refuse(faults::InvalidParameterValue, "The primary IPv6 address is the first one");
      }
      first_is_primary = true;
    }
    texts.push_back(each.Ipv6Address.value_or(""));
  }
  return wanted_ipv6(count, texts, first_is_primary);
}

Result<> assign_ipv6(model::Transaction& tx, const model::Subnet& subnet, const WantedIpv6& wanted,
                     model::NetworkInterface& interface) {
  std::vector<std::optional<IpAddress>> each(wanted.addresses.begin(), wanted.addresses.end());
  each.resize(each.size() + static_cast<std::size_t>(wanted.count));
  if (interface.ipv6_addresses.size() + each.size() > kIpv6AddressesMax) {
    return refuse(faults::PrivateIpAddressLimitExceeded,
                  "Number of IPv6 addresses will exceed limit of {}.", kIpv6AddressesMax);
  }
  for (const std::optional<IpAddress>& address : each) {
    TRY_ASSIGN(const IpAddress given, model::allocate_ipv6_address(tx, subnet, address));
    interface.ipv6_addresses.push_back(given);
  }
  if (wanted.primary && interface.ipv6_addresses.empty()) {
    return refuse(faults::InvalidParameterValue,
                  "EnablePrimaryIpv6 needs an IPv6 address, and the interface has none");
  }
  interface.primary_ipv6 = interface.primary_ipv6 || wanted.primary;
  return {};
}

Result<> assign_initial_ipv6(model::Transaction& tx, const model::Subnet& subnet, WantedIpv6 wanted,
                             model::NetworkInterface& interface) {
  if (!wanted.any() && subnet.assign_ipv6_address_on_creation) {
    wanted.count = 1;
  }
  return assign_ipv6(tx, subnet, wanted, interface);
}

}  // namespace postern::api::ec2
