// SPDX-License-Identifier: Apache-2.0
#include "model/addresses.h"

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

Result<IpAddress> check_wanted(const Subnet& subnet, const std::set<IpAddress>& taken,
                               const IpAddress& wanted) {
  if (!subnet.cidr.contains(wanted)) {
    return refuse(faults::InvalidParameterValue,
                  "Address {} does not fall within the subnet's address range", wanted.text());
  }
  if (is_reserved(subnet, wanted)) {
    return refuse(faults::InvalidParameterValue, "Address {} is in subnet's reserved address range",
                  wanted.text());
  }
  if (taken.contains(wanted)) {
    return refuse(faults::InvalidIPAddressInUse, "Address {} is in use.", wanted.text());
  }
  return wanted;
}

}  // namespace

Result<IpAddress> allocate_address(const World& world, const Subnet& subnet,
                                   const std::optional<IpAddress>& wanted) {
  const std::set<IpAddress> taken = taken_addresses(world, subnet);
  if (wanted) {
    return check_wanted(subnet, taken, *wanted);
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
