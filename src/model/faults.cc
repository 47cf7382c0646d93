// SPDX-License-Identifier: Apache-2.0
#include "model/faults.h"

#include "model/addresses.h"
#include "model/cross_region.h"
#include "model/target_health.h"

namespace postern::model {
namespace {

bool disturbs(const Fault& fault) {
  return fault.loss_percent != 0 || fault.delay_ms != 0;
}

}  // namespace

const Fault* darkening(const World& world, const NetworkInterface& interface) {
  for (const auto& [id, fault] : world.all<Fault>()) {
    if (disturbs(*fault)) {
      continue;
    }
    if (fault->kind == FaultKind::Interface) {
      if (fault->subject == interface.id.value) {
        return fault.get();
      }
    } else if (const Subnet* subnet = world.find(interface.subnet);
               subnet != nullptr && subnet->zone_id == fault->subject) {
      return fault.get();
    }
  }
  return nullptr;
}

const Fault* disturbing(const World& world, const Id<NetworkInterface>& interface) {
  for (const auto& [id, fault] : world.all<Fault>()) {
    if (disturbs(*fault) && fault->subject == interface.value) {
      return fault.get();
    }
  }
  return nullptr;
}

const NetworkInterface* interface_at(const World& world, const Id<Vpc>& vpc,
                                     const IpAddress& address) {
  for (const auto& [id, interface] : world.all<NetworkInterface>()) {
    if (interface->vpc == vpc && std::ranges::count(addresses_of(*interface), address) != 0) {
      return interface.get();
    }
  }
  return nullptr;
}

const NetworkInterface* node_behind(const World& world, const EndpointSubnet& subnet) {
  const LoadBalancerZone* zone = entered_zone(world, subnet);
  return zone != nullptr ? world.find(zone->network_interface) : nullptr;
}

void end_faults(Transaction& tx) {
  const Table<Fault> faults = tx.world().all<Fault>();
  for (const auto& [id, fault] : faults) {
    const bool gone = fault->kind == FaultKind::Interface &&
                      tx.world().find(Id<NetworkInterface>(fault->subject)) == nullptr;
    if (gone || tx.now() >= fault->ends_at) {
      tx.erase(id);
    }
  }
}

}  // namespace postern::model
