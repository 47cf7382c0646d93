// SPDX-License-Identifier: Apache-2.0
#include "api/ec2/route_item.h"

#include <algorithm>

#include "api/ec2/gateway_endpoint.h"

namespace postern::api::ec2 {
namespace {

bool is_nat_gateway(const std::string& target) {
  return target.starts_with("nat-");
}

bool is_egress_only_gateway(const std::string& target) {
  return target.starts_with("eigw-");
}

std::vector<RouteItem> local_routes(const model::World& world, const model::RouteTable& table) {
  std::vector<RouteItem> items;
  const model::Vpc* vpc = world.find(table.vpc);
  for (const Cidr& cidr : vpc != nullptr ? model::cidrs_of(*vpc) : std::vector<Cidr>{}) {
    RouteItem item{.gatewayId = "local", .state = "active", .origin = "CreateRouteTable"};
    (cidr.is_v4() ? item.destinationCidrBlock : item.destinationIpv6CidrBlock) = cidr.text();
    items.push_back(std::move(item));
  }
  return items;
}

RouteItem route_item(const model::World& world, const model::RouteTable& table,
                     const model::Route& route) {
  RouteItem item{.state = is_active(world, table, route) ? "active" : "blackhole",
                 .origin = "CreateRoute"};
  auto& target = is_nat_gateway(route.target)           ? item.natGatewayId
                 : is_egress_only_gateway(route.target) ? item.egressOnlyInternetGatewayId
                                                        : item.gatewayId;
  target = route.target;
  auto& destination = route.prefix_list     ? item.destinationPrefixListId
                      : route.cidr->is_v4() ? item.destinationCidrBlock
                                            : item.destinationIpv6CidrBlock;
  destination = destination_text(route);
  return item;
}

// [PrivateLink guide, "Gateway endpoints: routing": AWS keeps these routes, and nobody else]
bool leads_to(const model::VpcEndpoint& endpoint, const model::RouteTable& table) {
  const auto& tables = endpoint.route_tables;
  return endpoint.state != model::EndpointState::Deleted &&
         std::find(tables.begin(), tables.end(), table.id) != tables.end();
}

RouteItem endpoint_route(const model::VpcEndpoint& endpoint) {
  const auto service = find_gateway_service(endpoint.region, endpoint.service_name);
  return {
      .destinationPrefixListId = service ? std::optional(service->prefix_list_id) : std::nullopt,
      .gatewayId = endpoint.id.value,
      .state = "active",
      .origin = "CreateRoute"};
}

}  // namespace

std::vector<RouteItem> route_items(const model::World& world, const model::RouteTable& table) {
  std::vector<RouteItem> items = local_routes(world, table);
  for (const model::Route& route : table.routes) {
    items.push_back(route_item(world, table, route));
  }
  for (const auto& [id, endpoint] : world.all<model::VpcEndpoint>()) {
    if (leads_to(*endpoint, table)) {
      items.push_back(endpoint_route(*endpoint));
    }
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
  if (is_egress_only_gateway(route.target)) {
    return world.find(model::Id<model::EgressOnlyInternetGateway>(route.target)) != nullptr;
  }
  const auto* gateway = world.find(model::Id<model::InternetGateway>(route.target));
  return gateway != nullptr && gateway->vpc == table.vpc;
}

}  // namespace postern::api::ec2
