// SPDX-License-Identifier: Apache-2.0
#include "metrics/places.h"

#include "model/cross_region.h"

namespace postern::metrics {
namespace {

template <class T>
std::shared_ptr<const T> shared(const model::World& world, const model::Id<T>& id) {
  const auto& table = world.all<T>();
  const auto at = table.lower_bound(id);
  return at == table.end() || at->first != id ? nullptr : at->second;
}

}  // namespace

std::string dimension_of(const model::LoadBalancer& balancer) {
  return fmt::format("net/{}/{}", balancer.name, balancer.hex);
}

std::string dimension_of(const model::TargetGroup& group) {
  return fmt::format("targetgroup/{}/{}", group.name, group.hex);
}

std::vector<Scope> scopes_of(const model::LoadBalancer& balancer,
                             const model::LoadBalancerZone& zone) {
  Scope whole{.owner = balancer.owner,
              .region = balancer.region,
              .name_space = kOfBalancers,
              .dimensions = {{"LoadBalancer", dimension_of(balancer)}}};
  Scope part = whole;
  part.dimensions["AvailabilityZone"] = zone.zone;
  return {std::move(whole), std::move(part)};
}

Places::Places(const model::World& before, const model::World& now) {
  add(before);
  add(now);
}

void Places::add(const model::World& world) {
  for (const auto& [id, endpoint] : world.all<model::VpcEndpoint>()) {
    for (const model::EndpointSubnet& subnet : endpoint->subnets) {
      if (const auto* interface = world.find(subnet.network_interface)) {
        entrances_[interface->number] = {.endpoint = endpoint,
                                         .service = shared(world, endpoint->service),
                                         .subnet = subnet.subnet.value};
      }
    }
  }
  for (const auto& [id, balancer] : world.all<model::LoadBalancer>()) {
    if (is_application(*balancer)) {
      continue;  // nothing is counted of them
    }
    for (const model::LoadBalancerZone& zone : balancer->zones) {
      if (const auto* interface = world.find(zone.network_interface)) {
        nodes_[interface->number] = {.balancer = balancer, .zone = zone};
      }
    }
  }
  add_targets(world);
}

void Places::add_targets(const model::World& world) {
  std::set<model::Id<model::TargetGroup>> behind_tls;
  for (const auto& [id, listener] : world.all<model::Listener>()) {
    if (listener->protocol == "TLS") {
      const auto groups = model::groups_of(*listener);
      behind_tls.insert(groups.begin(), groups.end());
    }
  }
  for (const auto& [id, target] : world.all<model::Target>()) {
    targets_.insert(target->number);
    if (behind_tls.contains(target->target_group)) {
      relayed_.insert(target->number);
    }
  }
  for (const auto& [id, target] : world.all<model::RetiredTarget>()) {
    targets_.insert(target->number);
  }
}

std::vector<Scope> Places::endpoint(const pn_meter_key& key) const {
  const auto at = entrances_.find(key.endpoint);
  // [PrivateLink guide, "Cross-Region access": the consumer gets no metrics]
  if (at == entrances_.end() || model::is_cross_region(*at->second.endpoint)) {
    return {};
  }
  const auto& [endpoint, service, subnet] = at->second;
  Scope whole{.owner = endpoint->owner,
              .region = endpoint->region,
              .name_space = kOfEndpoints,
              .dimensions = {{"Endpoint Type", endpoint->type},
                             {"Service Name", endpoint->service_name},
                             {"VPC Endpoint Id", endpoint->id.value},
                             {"VPC Id", endpoint->vpc.value}}};
  Scope part = whole;
  part.dimensions["Subnet Id"] = subnet;
  return {std::move(whole), std::move(part)};
}

std::vector<Scope> Places::service(const pn_meter_key& key) const {
  const auto at = entrances_.find(key.endpoint);
  if (at == entrances_.end() || at->second.service == nullptr) {
    return {};
  }
  const auto& [endpoint, service, subnet] = at->second;
  const Scope whole{.owner = service->owner,
                    .region = service->region,
                    .name_space = kOfServices,
                    .dimensions = {{"Service Id", service->id.value}}};
  std::vector<Scope> out = {whole};
  const auto add_part = [&](const std::map<std::string, std::string>& dimensions) {
    out.push_back(whole);
    out.back().dimensions.insert(dimensions.begin(), dimensions.end());
  };
  add_part({{"VPC Endpoint Id", endpoint->id.value}});
  if (const auto node = nodes_.find(key.node_eni); node != nodes_.end()) {
    const std::pair<const std::string, std::string> zone = {"Az", node->second.zone.zone};
    const std::pair<const std::string, std::string> balancer = {"Load Balancer Arn",
                                                                node->second.balancer->id.value};
    add_part({zone});
    add_part({balancer});
    add_part({zone, balancer});
  }
  return out;
}

std::vector<Scope> Places::balancer(const pn_meter_key& key) const {
  const auto at = nodes_.find(key.node_eni);
  return at == nodes_.end() ? std::vector<Scope>()
                            : scopes_of(*at->second.balancer, at->second.zone);
}

bool Places::knows(const pn_meter_key& key) const {
  return (key.endpoint == 0 || entrances_.contains(key.endpoint)) &&
         (key.node_eni == 0 || nodes_.contains(key.node_eni)) &&
         (key.target == 0 || targets_.contains(key.target));
}

}  // namespace postern::metrics
