// SPDX-License-Identifier: Apache-2.0
// Names of NLBs: [<zone>.]<name>-<hex>, below elb.<region>.amazonaws.com; of ALBs:
// [internal-]<name>-<digits>, below <region>.elb.amazonaws.com.
#include <algorithm>

#include "dns/zones/node.h"
#include "dns/zones/text.h"
#include "model/addresses.h"
#include "model/attributes.h"
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

// The id of the zone that the client is in; empty if it is in none.
std::string zone_id_of(const World& world, const Vpc& vpc, const IpAddress& client) {
  for (const auto& [id, subnet] : world.all<model::Subnet>()) {
    if (subnet->vpc == vpc.id && subnet->cidr.contains(client)) {
      return subnet->zone_id;
    }
  }
  return "";
}

// Of a hundred questions, how many are answered with the node of the client's own zone alone.
// [NLB guide, "Availability Zone DNS affinity"]
std::uint32_t affinity_percent(const LoadBalancer& load_balancer) {
  const auto policy = model::attribute(load_balancer.attributes, "dns_record.client_routing_policy",
                                       "any_availability_zone");
  return policy == "availability_zone_affinity"           ? 100
         : policy == "partial_availability_zone_affinity" ? 85
                                                          : 0;
}

// The zones to answer with: those that are healthy, and all if none is. Of these, the client's own
// alone where the NLB prefers it; when that one fails, the others serve.
// [NLB guide, "DNS failover"]
std::vector<const LoadBalancerZone*> answered_zones(const World& world,
                                                    const LoadBalancer& load_balancer,
                                                    const Vpc& vpc, const Asking& asking) {
  std::vector<const LoadBalancerZone*> all;
  std::vector<const LoadBalancerZone*> healthy;
  for (const LoadBalancerZone& zone : load_balancer.zones) {
    all.push_back(&zone);
    if (model::is_zone_healthy(world, load_balancer, zone)) {
      healthy.push_back(&zone);
    }
  }
  auto& zones = healthy.empty() ? all : healthy;
  if (asking.rotation % 20 * 5 < affinity_percent(load_balancer)) {
    const auto own =
        std::ranges::find(zones, zone_id_of(world, vpc, asking.client), &LoadBalancerZone::zone_id);
    if (own != zones.end()) {
      return {*own};
    }
  }
  return std::move(zones);
}

void add_address(const World& world, const LoadBalancerZone& zone, Node& node) {
  const NetworkInterface* interface = world.find(zone.network_interface);
  if (interface != nullptr) {
    const std::vector<IpAddress> own = model::addresses_of(*interface);
    node.addresses.insert(node.addresses.end(), own.begin(), own.end());
  }
}

Node regional_node(const World& world, const LoadBalancer& load_balancer, const Vpc& vpc,
                   const Asking& asking) {
  Node node;
  for (const LoadBalancerZone* zone : answered_zones(world, load_balancer, vpc, asking)) {
    add_address(world, *zone, node);
  }
  return node;
}

// What `name` is among the names of this NLB.
std::optional<Node> node_of(const World& world, const LoadBalancer& load_balancer, const Vpc& vpc,
                            std::string_view name, const Asking& asking) {
  const auto zone_label = below(name, lower(model::regional_name(load_balancer)));
  if (!zone_label) {
    return std::nullopt;
  }
  if (zone_label->empty()) {
    return regional_node(world, load_balancer, vpc, asking);
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

std::optional<Node> load_balancer_node(const World& world, const Vpc& vpc, std::string_view name,
                                       const Asking& asking) {
  if (name == model::load_balancer_zone(vpc.region) ||
      name == model::application_zone(vpc.region)) {
    return Node{};
  }
  for (const auto& [id, load_balancer] : world.all<LoadBalancer>()) {
    if (!is_known_in(*load_balancer, vpc)) {
      continue;
    }
    if (auto node = node_of(world, *load_balancer, vpc, name, asking)) {
      return node;
    }
  }
  return std::nullopt;
}

}  // namespace postern::dns
