// SPDX-License-Identifier: Apache-2.0
#include "dataplane/compile/lookup.h"

#include "dataplane/compile/parts.h"
#include "model/cross_region.h"
#include "model/faults.h"

namespace postern::dataplane {

Lookup::SubnetOf Lookup::subnet(const model::Id<model::Subnet>& id) {
  const auto [at, is_new] = subnets_.try_emplace(id.value);
  if (is_new) {
    if (const model::Subnet* subnet = world_.find(id)) {
      const bool decides = acl_of(world_, *subnet) != 0;
      at->second = {.subnet = subnet, .acl = decides ? world_.find(subnet->network_acl) : nullptr};
    }
  }
  return at->second;
}

Lookup::NodeOf Lookup::node_behind(const model::EndpointSubnet& subnet) {
  const auto [at, is_new] =
      nodes_[subnet.load_balancer.value].try_emplace(model::entered_zone_id(subnet));
  if (is_new) {
    NodeOf& behind = at->second;
    behind.node = model::node_behind(world_, subnet);
    behind.balancer = world_.find(subnet.load_balancer);
    behind.vpc = behind.balancer != nullptr ? world_.find(behind.balancer->vpc) : nullptr;
    behind.is_dark = behind.node != nullptr && model::darkening(world_, *behind.node) != nullptr;
  }
  return at->second;
}

}  // namespace postern::dataplane
