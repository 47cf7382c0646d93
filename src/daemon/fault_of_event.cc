// SPDX-License-Identifier: Apache-2.0
#include "daemon/fault_of_event.h"

#include "model/target_health.h"

namespace postern::daemon {
namespace {

using dataplane::Verdict;
using model::Fault;
using model::LoadBalancer;
using model::NetworkInterface;
using model::World;

const model::EndpointSubnet* endpoint_at(const World& world, const NetworkInterface& interface) {
  for (const auto& [id, endpoint] : world.all<model::VpcEndpoint>()) {
    for (const model::EndpointSubnet& subnet : endpoint->subnets) {
      if (subnet.network_interface == interface.id) {
        return &subnet;
      }
    }
  }
  return nullptr;
}

// The load balancer that the interface is a node of, or whose node is behind it.
const LoadBalancer* balancer_at(const World& world, const NetworkInterface& interface) {
  if (const auto* subnet = endpoint_at(world, interface)) {
    return world.find(subnet->load_balancer);
  }
  for (const auto& [id, balancer] : world.all<LoadBalancer>()) {
    for (const model::LoadBalancerZone& zone : balancer->zones) {
      if (zone.network_interface == interface.id) {
        return balancer.get();
      }
    }
  }
  return nullptr;
}

// Of the first target that has one: an event does not say which target was drawn.
const Fault* fault_of_target(const World& world, const NetworkInterface& receiver,
                             const Fault* (*fault_at)(const World&, const NetworkInterface&)) {
  const LoadBalancer* balancer = balancer_at(world, receiver);
  if (balancer == nullptr) {
    return nullptr;
  }
  for (const model::TargetGroup* group : model::groups_of(world, *balancer)) {
    for (const model::Target* target : model::targets_of(world, group->id)) {
      const auto address = model::target_address(world, *target);
      const auto* interface = address ? model::interface_at(world, group->vpc, *address) : nullptr;
      const Fault* fault = interface != nullptr ? fault_at(world, *interface) : nullptr;
      if (fault != nullptr) {
        return fault;
      }
    }
  }
  return nullptr;
}

const Fault* fault_of_node(const World& world, const NetworkInterface& receiver) {
  const auto* subnet = endpoint_at(world, receiver);
  const auto* node = subnet != nullptr ? model::node_behind(world, *subnet) : nullptr;
  return node != nullptr ? model::darkening(world, *node) : nullptr;
}

const Fault* disturbing(const World& world, const NetworkInterface& interface) {
  return model::disturbing(world, interface.id);
}

// Whether the verdict is one that what is missing from the maps gets.
bool is_of_failure(Verdict verdict) {
  return verdict == Verdict::PortUnknown || verdict == Verdict::SourceMissing ||
         verdict == Verdict::DestinationUnknown || verdict == Verdict::DestinationGone ||
         verdict == Verdict::EndpointMissing || verdict == Verdict::NodeMissing ||
         verdict == Verdict::TargetMissing || verdict == Verdict::ArpUnknownAddress;
}

}  // namespace

const Fault* fault_of_event(const World& world, Verdict verdict, const NetworkInterface* sender,
                            const NetworkInterface* receiver) {
  const bool is_lost = verdict == Verdict::LostOnPurpose;
  if (world.all<Fault>().empty() || (!is_lost && !is_of_failure(verdict))) {
    return nullptr;
  }
  auto* const fault_at = is_lost ? disturbing : model::darkening;
  if (const Fault* own = sender != nullptr ? fault_at(world, *sender) : nullptr) {
    return own;
  }
  if (receiver == nullptr) {
    return nullptr;
  }
  if (const Fault* there = fault_at(world, *receiver)) {
    return there;
  }
  if (verdict == Verdict::EndpointMissing) {
    return fault_of_node(world, *receiver);
  }
  const bool is_of_target =
      is_lost || verdict == Verdict::TargetMissing || verdict == Verdict::DestinationGone;
  return is_of_target ? fault_of_target(world, *receiver, fault_at) : nullptr;
}

}  // namespace postern::daemon
