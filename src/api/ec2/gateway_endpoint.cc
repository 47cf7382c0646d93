// SPDX-License-Identifier: Apache-2.0
#include "api/ec2/gateway_endpoint.h"

#include <algorithm>

#include "api/ec2/find.h"
#include "api/wire/digest.h"
#include "model/endpoint_state.h"

namespace postern::api::ec2 {
namespace {

using model::Id;
using model::RouteTable;
using model::VpcEndpoint;
using model::World;

// Made from the name, as AWS's own are not to be known for every region.
GatewayService service_of(std::string_view region, std::string_view service, std::string cidr) {
  GatewayService out{.name = fmt::format("com.amazonaws.{}.{}", region, service),
                     .cidrs = {std::move(cidr)}};
  out.prefix_list_id = "pl-" + wire::sha256_hex(out.name).substr(0, 8);
  return out;
}

bool has_route_table(const VpcEndpoint& endpoint, const Id<RouteTable>& table) {
  const auto& tables = endpoint.route_tables;
  return std::find(tables.begin(), tables.end(), table) != tables.end();
}

// "You can't create more than one gateway endpoint route to a service in a route table."
// [PrivateLink guide, "Gateway endpoints: routing"]
Result<> check_free(const World& world, const VpcEndpoint& endpoint, const RouteTable& table) {
  for (const auto& [id, other] : world.all<VpcEndpoint>()) {
    if (id != endpoint.id && is_gateway(*other) && other->service_name == endpoint.service_name &&
        other->state != model::EndpointState::Deleted && has_route_table(*other, table.id)) {
      return refuse(faults::RouteAlreadyExists,
                    "route table {} already has a route with destination-prefix-list-id {}",
                    table.id,
                    find_gateway_service(endpoint.region, endpoint.service_name)->prefix_list_id);
    }
  }
  return {};
}

}  // namespace

std::vector<GatewayService> gateway_services(std::string_view region) {
  std::vector<GatewayService> all = {service_of(region, "s3", "192.0.2.0/25"),
                                     service_of(region, "dynamodb", "192.0.2.128/25")};
  std::sort(all.begin(), all.end(), [](const GatewayService& a, const GatewayService& b) {
    return a.prefix_list_id < b.prefix_list_id;
  });
  return all;
}

std::optional<GatewayService> find_gateway_service(std::string_view region, std::string_view name) {
  for (GatewayService& service : gateway_services(region)) {
    if (service.name == name) {
      return std::move(service);
    }
  }
  return std::nullopt;
}

Result<> add_route_tables(const World& world, const model::Caller& caller, VpcEndpoint& endpoint,
                          const std::vector<std::string>& ids) {
  for (const std::string& id : ids) {
    TRY_ASSIGN(const auto* const table, find<RouteTable>(world, caller, id));
    if (table->vpc != endpoint.vpc) {
      return refuse(faults::InvalidParameter, "The route table {} does not belong to the VPC {}",
                    id, endpoint.vpc);
    }
    TRY(check_free(world, endpoint, *table));
    if (!has_route_table(endpoint, table->id)) {
      endpoint.route_tables.push_back(table->id);
    }
  }
  return {};
}

Result<> remove_route_tables(VpcEndpoint& endpoint, const std::vector<std::string>& ids) {
  for (const std::string& id : ids) {
    if (std::erase(endpoint.route_tables, Id<RouteTable>(id)) == 0) {
      return refuse(faults::InvalidRouteTableIDNotFound, "The routeTable ID '{}' does not exist",
                    id);
    }
  }
  return {};
}

}  // namespace postern::api::ec2
