// SPDX-License-Identifier: Apache-2.0
#include "flow_logs/interfaces.h"

#include "model/addresses.h"

namespace postern::flow_logs {
namespace {

const Cidr kLinkLocal(IpAddress::v4(0xa9fe0000), 16);  // 169.254.0.0/16

}  // namespace

Interfaces::Interfaces(const model::World& before, const model::World& now) {
  add(before);
  add(now);
}

void Interfaces::add(const model::World& world) {
  for (const auto& [id, interface] : world.all<model::NetworkInterface>()) {
    by_number_[interface->number] = interface;
    if (const model::Vpc* vpc = world.find(interface->vpc)) {
      for (const IpAddress& address : model::addresses_of(*interface)) {
        by_place_[{vpc->number, address}] = interface;
      }
    }
  }
  for (const auto& [id, vpc] : world.all<model::Vpc>()) {
    own_.insert({vpc->number, model::resolver_address(*vpc)});
  }
  for (const auto& [id, subnet] : world.all<model::Subnet>()) {
    if (const model::Vpc* vpc = world.find(subnet->vpc)) {
      own_.insert({vpc->number, subnet->cidr.at(1)});
    }
  }
}

Interface Interfaces::numbered(std::uint32_t number) const {
  const auto at = by_number_.find(number);
  return at == by_number_.end() ? nullptr : at->second;
}

Interface Interfaces::at(std::uint32_t vpc, const IpAddress& address) const {
  const auto at = by_place_.find({vpc, address});
  return at == by_place_.end() ? nullptr : at->second;
}

bool Interfaces::is_vpcs_own(std::uint32_t vpc, const IpAddress& address) const {
  return kLinkLocal.contains(address) || own_.contains({vpc, address});
}

}  // namespace postern::flow_logs
