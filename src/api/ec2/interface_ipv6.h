// SPDX-License-Identifier: Apache-2.0
// Which IPv6 addresses CreateNetworkInterface, RunInstances and AssignIpv6Addresses ask for, and
// how they are printed.
#pragma once

#include <boost/describe/class.hpp>
#include <optional>
#include <string>
#include <vector>

#include "base/result.h"
#include "model/transaction.h"

namespace postern::api::ec2 {

// Of one interface. [EC2 user guide, "IP addresses per network interface": 10 of the larger t3 and
// m5]
inline constexpr int kIpv6AddressesMax = 10;

struct Ipv6AddressSpecification {
  std::optional<std::string> Ipv6Address;
  std::optional<bool> IsPrimaryIpv6;
};
BOOST_DESCRIBE_STRUCT(Ipv6AddressSpecification, (), (Ipv6Address, IsPrimaryIpv6))
using Ipv6AddressSpecifications = std::vector<Ipv6AddressSpecification>;

struct Ipv6AddressItem {
  std::string ipv6Address;
  bool isPrimaryIpv6 = false;
};
BOOST_DESCRIBE_STRUCT(Ipv6AddressItem, (), (ipv6Address, isPrimaryIpv6))

std::vector<Ipv6AddressItem> ipv6_items(const model::NetworkInterface& interface);

// What filters compare.
std::vector<std::string> ipv6_values(const model::NetworkInterface& interface);

struct WantedIpv6 {
  std::vector<IpAddress> addresses;
  int count = 0;         // so many of AWS's choice
  bool primary = false;  // the first one stays for the interface's life

  bool any() const { return count != 0 || !addresses.empty(); }
};

// InvalidParameterCombination for a count and addresses, InvalidParameterValue for what is none.
Result<WantedIpv6> wanted_ipv6(const std::optional<int>& count,
                               const std::vector<std::string>& addresses,
                               const std::optional<bool>& primary);
Result<WantedIpv6> wanted_ipv6(const std::optional<int>& count,
                               const Ipv6AddressSpecifications& addresses,
                               const std::optional<bool>& primary);

// Gives the interface, which may have some already, the addresses in its subnet. One that is new
// gets one if nothing is asked for and the subnet gives each interface one.
Result<> assign_ipv6(model::Transaction& tx, const model::Subnet& subnet, const WantedIpv6& wanted,
                     model::NetworkInterface& interface);
Result<> assign_initial_ipv6(model::Transaction& tx, const model::Subnet& subnet, WantedIpv6 wanted,
                             model::NetworkInterface& interface);

}  // namespace postern::api::ec2
