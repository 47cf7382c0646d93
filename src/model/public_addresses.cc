// SPDX-License-Identifier: Apache-2.0
#include "model/public_addresses.h"

#include <algorithm>

namespace postern::model {

const NetworkInterface* interface_of(const World& world, const ElasticIp& address) {
  return address.association_id.empty() ? nullptr : world.find(address.network_interface);
}

const ElasticIp* elastic_ip_of(const World& world, const Id<NetworkInterface>& interface) {
  for (const auto& [id, address] : world.all<ElasticIp>()) {
    if (!address->association_id.empty() && address->network_interface == interface) {
      return address.get();
    }
  }
  return nullptr;
}

std::optional<IpAddress> public_address_of(const World& world, const NetworkInterface& interface) {
  const ElasticIp* elastic = elastic_ip_of(world, interface.id);
  return elastic != nullptr ? std::optional(elastic->public_ip) : interface.public_ip;
}

const NetworkInterface* publicly_at(const World& world, const Id<Vpc>& vpc,
                                    const IpAddress& address) {
  for (const auto& [id, elastic] : world.all<ElasticIp>()) {
    const NetworkInterface* interface = interface_of(world, *elastic);
    if (elastic->public_ip == address && interface != nullptr && interface->vpc == vpc) {
      return interface;
    }
  }
  for (const auto& [id, interface] : world.all<NetworkInterface>()) {
    if (interface->vpc == vpc && interface->public_ip == address) {
      return interface.get();
    }
  }
  return nullptr;
}

bool has_public_addresses(const World& world, const Id<Vpc>& vpc) {
  const auto is_given = [&](const auto& row) {
    return row.second->vpc == vpc && row.second->public_ip.has_value();
  };
  const auto is_elastic = [&](const auto& row) {
    const NetworkInterface* interface = interface_of(world, *row.second);
    return interface != nullptr && interface->vpc == vpc;
  };
  return std::ranges::any_of(world.all<NetworkInterface>(), is_given) ||
         std::ranges::any_of(world.all<ElasticIp>(), is_elastic);
}

const InternetGateway* gateway_of(const World& world, const Id<Vpc>& vpc) {
  for (const auto& [id, gateway] : world.all<InternetGateway>()) {
    if (gateway->vpc == vpc) {
      return gateway.get();
    }
  }
  return nullptr;
}

void associate(Transaction& tx, ElasticIp address, const Id<NetworkInterface>& interface) {
  address.network_interface = interface;
  address.association_id = tx.ids().ec2_id("eipassoc-");
  tx.put(std::move(address));
}

void disassociate(Transaction& tx, ElasticIp address) {
  address.association_id.clear();
  address.network_interface = {};
  tx.put(std::move(address));
}

}  // namespace postern::model
