// SPDX-License-Identifier: Apache-2.0
#include "model/addresses.h"

#include <algorithm>
#include <array>
#include <set>

namespace postern::model {
namespace {

// The first four addresses and the last. [VPC user guide, "Subnet CIDR blocks"]
constexpr std::uint64_t kReservedFirst = 4;
constexpr std::uint64_t kReservedInAll = 5;

std::set<IpAddress> taken_addresses(const World& world, const Subnet& subnet) {
  std::set<IpAddress> taken;
  for (const auto& [id, interface] : world.all<NetworkInterface>()) {
    if (interface->subnet == subnet.id) {
      taken.insert(interface->address);
    }
  }
  return taken;
}

std::set<IpAddress> taken_ipv6_addresses(const World& world, const Subnet& subnet) {
  std::set<IpAddress> taken;
  for (const auto& [id, interface] : world.all<NetworkInterface>()) {
    if (interface->subnet == subnet.id) {
      taken.insert(interface->ipv6_addresses.begin(), interface->ipv6_addresses.end());
    }
  }
  return taken;
}

// Draws what stands behind a /64's prefix.
IpAddress draw_address(const Cidr& block, IdSource& ids) {
  std::array<std::uint8_t, 16> bytes = block.base().bytes();
  std::uint64_t rest = ids.next();
  for (std::size_t at = bytes.size(); at > 8; --at, rest >>= 8) {
    bytes[at - 1] = static_cast<std::uint8_t>(rest);
  }
  return IpAddress(bytes);
}

Result<IpAddress> check_wanted(const Cidr& cidr, bool reserved, const std::set<IpAddress>& taken,
                               const IpAddress& wanted) {
  if (!cidr.contains(wanted)) {
    return refuse(faults::InvalidParameterValue,
                  "Address {} does not fall within the subnet's address range", wanted.text());
  }
  if (reserved) {
    return refuse(faults::InvalidParameterValue, "Address {} is in subnet's reserved address range",
                  wanted.text());
  }
  if (taken.contains(wanted)) {
    return refuse(faults::InvalidIPAddressInUse, "Address {} is in use.", wanted.text());
  }
  return wanted;
}

}  // namespace

std::vector<IpAddress> addresses_of(const NetworkInterface& interface) {
  std::vector<IpAddress> addresses = {interface.address};
  addresses.insert(addresses.end(), interface.ipv6_addresses.begin(),
                   interface.ipv6_addresses.end());
  return addresses;
}

std::optional<IpAddress> address_like(const NetworkInterface& interface, const IpAddress& like) {
  if (like.is_v4()) {
    return interface.address;
  }
  return interface.ipv6_addresses.empty() ? std::nullopt
                                          : std::optional(interface.ipv6_addresses.front());
}

Result<IpAddress> allocate_address(const World& world, const Subnet& subnet,
                                   const std::optional<IpAddress>& wanted) {
  const std::set<IpAddress> taken = taken_addresses(world, subnet);
  if (wanted) {
    return check_wanted(subnet.cidr, subnet.cidr.contains(*wanted) && is_reserved(subnet, *wanted),
                        taken, *wanted);
  }
  for (std::uint64_t n = kReservedFirst; n + 1 < subnet.cidr.size(); ++n) {
    const IpAddress candidate = subnet.cidr.at(n);
    if (!taken.contains(candidate)) {
      return candidate;
    }
  }
  return refuse(faults::InsufficientFreeAddressesInSubnet,
                "There are not enough free addresses in subnet '{}' to satisfy the request.",
                subnet.id);
}

Result<IpAddress> allocate_ipv6_address(Transaction& tx, const Subnet& subnet,
                                        const std::optional<IpAddress>& wanted) {
  if (!subnet.ipv6_block) {
    return refuse(faults::InvalidParameterValue,
                  "The subnet '{}' does not have an IPv6 CIDR block associated with it.",
                  subnet.id);
  }
  const Cidr& block = subnet.ipv6_block->cidr;
  const std::set<IpAddress> taken = taken_ipv6_addresses(tx.world(), subnet);
  if (wanted) {
    return check_wanted(block, is_reserved_ipv6(block, *wanted), taken, *wanted);
  }
  IpAddress drawn = draw_address(block, tx.ids());
  while (is_reserved_ipv6(block, drawn) || taken.contains(drawn)) {
    drawn = draw_address(block, tx.ids());
  }
  return drawn;
}

std::uint64_t available_addresses(const World& world, const Subnet& subnet) {
  return subnet.cidr.size() - kReservedInAll - taken_addresses(world, subnet).size();
}

Result<NetworkInterface> add_interface(Transaction& tx, const Subnet& subnet,
                                       const std::optional<IpAddress>& wanted,
                                       NetworkInterface draft) {
  TRY_ASSIGN(draft.address, allocate_address(tx.world(), subnet, wanted));
  draft.id = Id<NetworkInterface>(tx.ids().ec2_id("eni-"));
  draft.owner = subnet.owner;
  draft.region = subnet.region;
  draft.vpc = subnet.vpc;
  draft.subnet = subnet.id;
  draft.zone = subnet.zone;
  draft.number = tx.next_number();
  draft.mac = MacAddress::local(draft.number);
  draft.port = draft.type == InterfaceType::Interface ? tx.free_port() : 0;
  tx.put(draft);
  return draft;
}

}  // namespace postern::model
