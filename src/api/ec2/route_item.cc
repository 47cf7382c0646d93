// SPDX-License-Identifier: Apache-2.0
#include "api/ec2/route_item.h"

namespace postern::api::ec2 {
namespace {

bool is_nat_gateway(const std::string& target) {
  return target.starts_with("nat-");
}

RouteItem local_route(const model::World& world, const model::RouteTable& table) {
  const model::Vpc* vpc = world.find(table.vpc);
  return {.destinationCidrBlock = vpc != nullptr ? std::optional(vpc->cidr.text()) : std::nullopt,
          .gatewayId = "local",
          .state = "active",
          .origin = "CreateRouteTable"};
}

RouteItem route_item(const model::World& world, const model::RouteTable& table,
                     const model::Route& route) {
  RouteItem item{.state = is_active(world, table, route) ? "active" : "blackhole",
                 .origin = "CreateRoute"};
  (is_nat_gateway(route.target) ? item.natGatewayId : item.gatewayId) = route.target;
  auto& destination = route.prefix_list     ? item.destinationPrefixListId
                      : route.cidr->is_v4() ? item.destinationCidrBlock
                                            : item.destinationIpv6CidrBlock;
  destination = destination_text(route);
  return item;
}

}  // namespace

std::vector<RouteItem> route_items(const model::World& world, const model::RouteTable& table) {
  std::vector<RouteItem> items{local_route(world, table)};
  for (const model::Route& route : table.routes) {
    items.push_back(route_item(world, table, route));
  }
  return items;
}

std::string destination_text(const model::Route& route) {
  return route.prefix_list ? route.prefix_list->value : route.cidr->text();
}

bool is_active(const model::World& world, const model::RouteTable& table,
               const model::Route& route) {
  if (is_nat_gateway(route.target)) {
    return world.find(model::Id<model::NatGateway>(route.target)) != nullptr;
  }
  const auto* gateway = world.find(model::Id<model::InternetGateway>(route.target));
  return gateway != nullptr && gateway->vpc == table.vpc;
}

}  // namespace postern::api::ec2
