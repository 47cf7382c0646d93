// SPDX-License-Identifier: Apache-2.0
// Whose packets are counted for flow logs: those that an interface with a flow log may see. They
// come from its own VPC, or by PrivateLink from one that is connected to it.
#include "dataplane/compile/parts.h"

namespace postern::dataplane {
namespace {

using model::Id;
using model::Vpc;
using model::World;

// The VPC of what the log is about; empty when that is gone.
Id<Vpc> vpc_of(const World& world, const model::FlowLog& log) {
  if (const auto* vpc = world.find(Id<Vpc>(log.resource_id))) {
    return vpc->id;
  }
  if (const auto* subnet = world.find(Id<model::Subnet>(log.resource_id))) {
    return subnet->vpc;
  }
  const auto* interface = world.find(Id<model::NetworkInterface>(log.resource_id));
  return interface != nullptr ? interface->vpc : Id<Vpc>();
}

}  // namespace

std::set<Id<Vpc>> counted_vpcs(const World& world) {
  std::set<Id<Vpc>> logged;
  for (const auto& [id, log] : world.all<model::FlowLog>()) {
    logged.insert(vpc_of(world, *log));
  }
  if (logged.empty()) {
    return logged;
  }
  std::set<Id<Vpc>> counted = logged;
  for (const auto& [id, endpoint] : world.all<model::VpcEndpoint>()) {
    for (const model::EndpointSubnet& subnet : endpoint->subnets) {
      const auto* balancer = world.find(subnet.load_balancer);
      if (balancer != nullptr &&
          (logged.contains(endpoint->vpc) || logged.contains(balancer->vpc))) {
        counted.insert(endpoint->vpc);
        counted.insert(balancer->vpc);
      }
    }
  }
  return counted;
}

}  // namespace postern::dataplane
