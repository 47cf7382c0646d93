// SPDX-License-Identifier: Apache-2.0
// Which addresses of a subnet are taken, and which one a new network interface gets.
#pragma once

#include <cstdint>
#include <optional>
#include <vector>

#include "base/result.h"
#include "model/transaction.h"

namespace postern::model {

// All addresses of the interface: the IPv4 address and those of IPv6.
std::vector<IpAddress> addresses_of(const NetworkInterface& interface);

// Its first address of the family of `like`. nullopt: it has no IPv6 address.
std::optional<IpAddress> address_like(const NetworkInterface& interface, const IpAddress& like);

// The lowest free address of the subnet, or `wanted` if it is free. Never one that AWS keeps for
// itself (is_reserved). InsufficientFreeAddressesInSubnet, InvalidIPAddress.InUse, or
// InvalidParameterValue when `wanted` is not one of the subnet's usable addresses.
Result<IpAddress> allocate_address(const World& world, const Subnet& subnet,
                                   const std::optional<IpAddress>& wanted);

// A free IPv6 address of the subnet, or `wanted` if it is free. Never one that AWS keeps for
// itself. InvalidParameterValue when the subnet has no IPv6 CIDR or `wanted` is none of its usable
// addresses, InvalidIPAddress.InUse.
Result<IpAddress> allocate_ipv6_address(Transaction& tx, const Subnet& subnet,
                                        const std::optional<IpAddress>& wanted);

// How many addresses can still be allocated.
std::uint64_t available_addresses(const World& world, const Subnet& subnet);

// Puts `draft` as a new interface in `subnet` and gives it as it was put. The draft says what it is
// for: IPv6 addresses, groups, type, description, requester, attachment, tags. The rest is filled
// in here: id, owner and place, address, MAC, number, and a port when instances can hold it.
Result<NetworkInterface> add_interface(Transaction& tx, const Subnet& subnet,
                                       const std::optional<IpAddress>& wanted,
                                       NetworkInterface draft);

}  // namespace postern::model
