// SPDX-License-Identifier: Apache-2.0
// Names of NLBs: [<zone>.]<name>-<hex>, below elb.<region>.amazonaws.com.
#include "dns/zones/node.h"
#include "dns/zones/text.h"
#include "model/dns_names.h"
#include "model/target_health.h"

namespace postern::dns {
namespace {

using model::LoadBalancer;
using model::LoadBalancerZone;
using model::NetworkInterface;
using model::Vpc;
using model::World;

bool is_known_in(const LoadBalancer& load_balancer, const Vpc& vpc) {
  return load_balancer.owner == vpc.owner && load_balancer.region == vpc.region &&
         load_balancer.state == model::LoadBalancerState::Active;
}

void add_address(const World& world, const LoadBalancerZone& zone, Node& node) {
  const NetworkInterface* interface = world.find(zone.network_interface);
  if (interface != nullptr) {
    node.addresses.push_back(interface->address);
  }
}

// [NLB guide: a node whose zone is not healthy is taken out of DNS; when no zone is, all stay in]
Node regional_node(const World& world, const LoadBalancer& load_balancer) {
  Node all;
  Node healthy;
  for (const LoadBalancerZone& zone : load_balancer.zones) {
    add_address(world, zone, all);
    if (model::is_zone_healthy(world, load_balancer, zone)) {
      add_address(world, zone, healthy);
    }
  }
  return healthy.addresses.empty() ? all : healthy;
}

// What `name` is among the names of this NLB.
std::optional<Node> node_of(const World& world, const LoadBalancer& load_balancer,
                            std::string_view name) {
  const auto zone_label = below(name, lower(model::regional_name(load_balancer)));
  if (!zone_label) {
    return std::nullopt;
  }
  if (zone_label->empty()) {
    return regional_node(world, load_balancer);
  }
  for (const LoadBalancerZone& zone : load_balancer.zones) {
    if (zone.zone == *zone_label) {
      Node node;
      add_address(world, zone, node);
      return node;
    }
  }
  return std::nullopt;
}

}  // namespace

std::optional<Node> load_balancer_node(const World& world, const Vpc& vpc, std::string_view below) {
  if (below.empty()) {
    return Node{};
  }
  const std::string name = std::string(below) + "." + model::load_balancer_zone(vpc.region);
  for (const auto& [id, load_balancer] : world.all<LoadBalancer>()) {
    if (!is_known_in(*load_balancer, vpc)) {
      continue;
    }
    if (auto node = node_of(world, *load_balancer, name)) {
      return node;
    }
  }
  return std::nullopt;
}

}  // namespace postern::dns
