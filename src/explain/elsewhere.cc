// SPDX-License-Identifier: Apache-2.0
#include "explain/elsewhere.h"

#include <fmt/format.h>

#include <algorithm>

#include "explain/fix.h"
#include "model/aws_services.h"
#include "model/cross_region.h"
#include "model/endpoint_state.h"
#include "model/principal.h"
#include "model/target_health.h"

namespace postern::explain {
namespace {

using model::NetworkInterface;
using model::Target;
using model::VpcEndpoint;
using model::World;

struct Behind {
  const VpcEndpoint* endpoint = nullptr;
  const Target* target = nullptr;
  const model::TargetGroup* group = nullptr;
};

// The first target behind an endpoint of the VPC at that address, in `vpc` if one is given.
Behind target_behind(const World& world, const NetworkInterface& source, const IpAddress& address,
                     const model::Id<model::Vpc>* vpc) {
  for (const auto& [id, endpoint] : world.all<VpcEndpoint>()) {
    if (endpoint->vpc != source.vpc) {
      continue;
    }
    for (const model::EndpointSubnet& subnet : endpoint->subnets) {
      const auto* balancer = world.find(subnet.load_balancer);
      if (balancer == nullptr || (vpc != nullptr && balancer->vpc != *vpc)) {
        continue;
      }
      for (const model::TargetGroup* group : model::groups_of(world, *balancer)) {
        for (const Target* target : model::targets_of(world, group->id)) {
          if (model::target_address(world, *target) == address) {
            return {endpoint.get(), target, group};
          }
        }
      }
    }
  }
  return {};
}

bool covers(const World& world, const model::Route& route, const IpAddress& address,
            unsigned& prefix) {
  if (route.cidr) {
    prefix = route.cidr->prefix();
    return route.cidr->is_v4() && route.cidr->contains(address);
  }
  const auto* list = world.find(*route.prefix_list);
  bool found = false;
  if (list != nullptr) {
    for (const model::PrefixListEntry& entry : list->versions.back().entries) {
      if (entry.cidr.is_v4() && entry.cidr.contains(address) &&
          (!found || entry.cidr.prefix() > prefix)) {
        found = true;
        prefix = entry.cidr.prefix();
      }
    }
  }
  return found;
}

std::optional<model::EndpointService> service_named(const World& world, std::string_view region,
                                                    const std::string& name) {
  for (const auto& [id, service] : world.all<model::EndpointService>()) {
    if (id.value == name || service->name == name) {
      return *service;
    }
  }
  return model::find_aws_service(region, name);
}

}  // namespace

const VpcEndpoint* endpoint_towards(const World& world, const NetworkInterface& source,
                                    const NetworkInterface& target) {
  return target_behind(world, source, target.address, &target.vpc).endpoint;
}

std::optional<Hop> same_address_elsewhere(const World& world, const NetworkInterface& source,
                                          const IpAddress& address) {
  const Behind found = target_behind(world, source, address, nullptr);
  if (found.endpoint == nullptr) {
    return std::nullopt;
  }
  return Hop{.step = "the same address behind an endpoint",
             .resource = found.target->target_id,
             .account = found.group->owner.value,
             .judgement = Judgement::Stops,
             .because = fmt::format("{} has {}, in {} behind {}: an address leads nowhere outside "
                                    "its own VPC",
                                    found.target->target_id, address.text(), found.group->vpc,
                                    found.endpoint->id),
             .advice = fmt::format("ask for {} instead", found.endpoint->id)};
}

RouteOut route_out(const World& world, const NetworkInterface& source, const IpAddress& address) {
  const auto* subnet = world.find(source.subnet);
  const auto* vpc = world.find(source.vpc);
  if (subnet == nullptr || vpc == nullptr) {
    return {};
  }
  const auto& id = subnet->route_table.empty() ? vpc->main_route_table_id : subnet->route_table;
  const auto* table = world.find(id);
  if (table == nullptr) {
    return {};
  }
  const model::Route* best = nullptr;
  unsigned longest = 0;
  for (const model::Route& route : table->routes) {
    unsigned prefix = 0;
    if (covers(world, route, address, prefix) && (best == nullptr || prefix > longest)) {
      best = &route;
      longest = prefix;
    }
  }
  if (best == nullptr) {
    return {.table = id.value, .words = fmt::format("no route of {} leads there", id)};
  }
  return {.table = id.value,
          .words = fmt::format("{} sends it to {} by the route for {}, and nothing is behind that",
                               id, best->target,
                               best->cidr ? best->cidr->text() : best->prefix_list->value)};
}

std::optional<ServiceMeant> service_meant(const World& world, const NetworkInterface& source,
                                          const std::string& name) {
  const auto service = service_named(world, source.region, name);
  if (!service) {
    return std::nullopt;
  }
  ServiceMeant meant;
  for (const auto& [id, endpoint] : world.all<VpcEndpoint>()) {
    if (endpoint->service == service->id && endpoint->vpc == source.vpc &&
        endpoint->state != model::EndpointState::Deleted &&
        (meant.endpoint == nullptr || model::forwards(endpoint->state))) {
      meant.endpoint = endpoint.get();
    }
  }
  if (meant.endpoint != nullptr) {
    return meant;
  }
  Hop permission{.step = "allowed principals of the service",
                 .resource = service->id.value,
                 .account = service->owner.value};
  if (service->owner.value == model::kAmazon) {
    permission.because = "AWS's services are everybody's";
  } else if (model::may_use(*service, model::root_of(source.owner))) {
    permission.because = fmt::format("account {} may make endpoints to it", source.owner);
  } else {
    permission.judgement = Judgement::Stops;
    permission.because = fmt::format(
        "account {} is not among them: for it the service does not exist", source.owner);
    permission.fixes.push_back(
        {service->owner.value, allow_principal_command(*service, source.owner)});
  }
  std::optional<Hop> offer;
  if (service->owner.value != model::kAmazon && !model::is_offered_in(*service, source.region)) {
    offer =
        Hop{.step = "Regions that the service supports",
            .resource = service->id.value,
            .account = service->owner.value,
            .judgement = Judgement::Stops,
            .because = fmt::format("{} is not among them: there the service does not exist",
                                   source.region),
            .fixes = {{service->owner.value, offer_in_region_command(*service, source.region)}}};
  }
  Hop endpoint{.step = "endpoint",
               .resource = source.vpc.value,
               .account = source.owner.value,
               .judgement = Judgement::Stops,
               .because = fmt::format("{} has no endpoint to {}", source.vpc, service->id)};
  if (std::string command = create_endpoint_command(world, *service, source); !command.empty()) {
    endpoint.fixes.push_back({source.owner.value, std::move(command)});
  } else {
    endpoint.advice = "make a subnet in a zone that the service is in, and an endpoint there";
  }
  meant.hops = {std::move(permission)};
  if (offer) {
    meant.hops.push_back(std::move(*offer));
  }
  meant.hops.push_back(std::move(endpoint));
  return meant;
}

}  // namespace postern::explain
