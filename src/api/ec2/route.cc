// SPDX-License-Identifier: Apache-2.0
// The routes of a table: CreateRoute, ReplaceRoute, DeleteRoute. Every packet within the VPC goes
// by the local route. There is nothing behind the gateways that others lead to: they are kept and
// described, and a packet that would take one has no route.
#include <algorithm>

#include "api/ec2/actions.h"
#include "api/ec2/cidr_block.h"
#include "api/ec2/find.h"
#include "api/ec2/route_item.h"
#include "api/ec2/supported.h"
#include "model/quotas.h"

namespace postern::api::ec2 {
namespace {

using model::Route;
using model::RouteTable;

// Of CreateRoute and ReplaceRoute.
struct RouteRequest {
  std::string RouteTableId;
  std::optional<std::string> DestinationCidrBlock;
  std::optional<std::string> DestinationIpv6CidrBlock;
  std::optional<std::string> DestinationPrefixListId;
  std::optional<std::string> GatewayId;
  std::optional<std::string> NatGatewayId;
  std::optional<std::string> EgressOnlyInternetGatewayId;
  std::optional<bool> LocalTarget;
  std::optional<Unserved> CarrierGatewayId;
  std::optional<Unserved> CoreNetworkArn;
  std::optional<Unserved> InstanceId;
  std::optional<Unserved> LocalGatewayId;
  std::optional<Unserved> NetworkInterfaceId;
  std::optional<Unserved> OdbNetworkArn;
  std::optional<Unserved> TransitGatewayId;
  std::optional<Unserved> VpcEndpointId;
  std::optional<Unserved> VpcPeeringConnectionId;
};
BOOST_DESCRIBE_STRUCT(RouteRequest, (),
                      (RouteTableId, DestinationCidrBlock, DestinationIpv6CidrBlock,
                       DestinationPrefixListId, GatewayId, NatGatewayId, LocalTarget,
                       CarrierGatewayId, CoreNetworkArn, EgressOnlyInternetGatewayId, InstanceId,
                       LocalGatewayId, NetworkInterfaceId, OdbNetworkArn, TransitGatewayId,
                       VpcEndpointId, VpcPeeringConnectionId))

struct DeleteRouteRequest {
  std::string RouteTableId;
  std::optional<std::string> DestinationCidrBlock;
  std::optional<std::string> DestinationIpv6CidrBlock;
  std::optional<std::string> DestinationPrefixListId;
};
BOOST_DESCRIBE_STRUCT(DeleteRouteRequest, (),
                      (RouteTableId, DestinationCidrBlock, DestinationIpv6CidrBlock,
                       DestinationPrefixListId))

bool is_given(const std::optional<std::string>& text) {
  return !text.value_or("").empty();
}

Result<Cidr> ipv6_block(const std::string& text) {
  const auto cidr = Cidr::parse(text);
  if (!cidr || cidr->is_v4()) {
    return refuse(faults::InvalidParameterValue,
                  "Value ({}) for parameter destinationIpv6CidrBlock is invalid. This is not a "
                  "valid IPv6 CIDR block.",
                  text);
  }
  return *cidr;
}

// A route to the request's one destination, without a target.
template <class Request>
Result<Route> route_to(const model::World& world, const model::Caller& caller,
                       const Request& request) {
  const int given = int{is_given(request.DestinationCidrBlock)} +
                    int{is_given(request.DestinationIpv6CidrBlock)} +
                    int{is_given(request.DestinationPrefixListId)};
  if (given != 1) {
    return refuse(given == 0 ? faults::MissingParameter : faults::InvalidParameterCombination,
                  "The request must contain exactly one of destinationCidrBlock, "
                  "destinationIpv6CidrBlock, destinationPrefixListId");
  }
  Route route;
  if (is_given(request.DestinationCidrBlock)) {
    TRY_ASSIGN(route.cidr, parse_cidr_block(*request.DestinationCidrBlock));
  } else if (is_given(request.DestinationIpv6CidrBlock)) {
    TRY_ASSIGN(route.cidr, ipv6_block(*request.DestinationIpv6CidrBlock));
  } else {
    TRY_ASSIGN(const model::PrefixList* const list,
               find<model::PrefixList>(world, caller, *request.DestinationPrefixListId));
    route.prefix_list = list->id;
  }
  return route;
}

std::vector<Route>::iterator find_route(RouteTable& table, const Route& wanted) {
  return std::ranges::find_if(table.routes, [&](const Route& route) {
    return route.cidr == wanted.cidr && route.prefix_list == wanted.prefix_list;
  });
}

bool is_local(const model::World& world, const RouteTable& table, const Route& route) {
  const model::Vpc* vpc = world.find(table.vpc);
  return vpc != nullptr && std::ranges::any_of(model::cidrs_of(*vpc), [&](const Cidr& cidr) {
           return route.cidr == cidr;
         });
}

Result<std::string> internet_gateway(const model::World& world, const model::Caller& caller,
                                     const RouteTable& table, const std::string& id) {
  const auto* gateway = world.find(model::Id<model::InternetGateway>(id));
  if (gateway == nullptr || !model::owns(caller, *gateway)) {
    return refuse(faults::InvalidGatewayIDNotFound, "The gateway ID '{}' does not exist", id);
  }
  if (gateway->vpc != table.vpc) {
    return refuse(faults::InvalidParameterValue,
                  "route table {} and network gateway {} belong to different networks", table.id,
                  id);
  }
  return id;
}

Result<std::string> nat_gateway(const model::World& world, const model::Caller& caller,
                                const RouteTable& table, const std::string& id) {
  const auto* gateway = world.find(model::Id<model::NatGateway>(id));
  if (gateway == nullptr || !model::owns(caller, *gateway)) {
    return refuse(faults::InvalidNatGatewayIDNotFound, "The natGateway ID '{}' does not exist", id);
  }
  if (gateway->vpc != table.vpc) {
    return refuse(faults::InvalidParameterValue,
                  "route table {} and nat gateway {} belong to different networks", table.id, id);
  }
  return id;
}

// [EC2 API reference, CreateRoute: "[IPv6 traffic only] The ID of an egress-only internet
// gateway."]
Result<std::string> egress_only_gateway(const model::World& world, const model::Caller& caller,
                                        const RouteTable& table, const RouteRequest& request) {
  TRY_ASSIGN(const auto* const gateway, find<model::EgressOnlyInternetGateway>(
                                            world, caller, *request.EgressOnlyInternetGatewayId));
  if (!is_given(request.DestinationIpv6CidrBlock)) {
    return refuse(faults::InvalidParameterValue,
                  "An egress-only internet gateway is a target for IPv6 destinations only");
  }
  if (gateway->vpc != table.vpc) {
    return refuse(faults::InvalidParameterValue,
                  "route table {} and egress-only internet gateway {} belong to different networks",
                  table.id, gateway->id);
  }
  return gateway->id.value;
}

// GatewayId takes the ids of NAT gateways and egress-only internet gateways too, and what is read
// back names them as they are. [Terraform's AWS provider, aws_route_table: "NOTE on gateway_id and
// nat_gateway_id"]
RouteRequest by_kind(RouteRequest request) {
  const std::string id = request.GatewayId.value_or("");
  if (id.starts_with("nat-") && !is_given(request.NatGatewayId)) {
    request.NatGatewayId = std::exchange(request.GatewayId, std::nullopt);
  } else if (id.starts_with("eigw-") && !is_given(request.EgressOnlyInternetGatewayId)) {
    request.EgressOnlyInternetGatewayId = std::exchange(request.GatewayId, std::nullopt);
  }
  return request;
}

Result<std::string> target_of(const model::World& world, const model::Caller& caller,
                              const RouteTable& table, const RouteRequest& asked) {
  const RouteRequest request = by_kind(asked);
  const int given = int{is_given(request.GatewayId)} + int{is_given(request.NatGatewayId)} +
                    int{is_given(request.EgressOnlyInternetGatewayId)};
  if (given != 1) {
    return refuse(given == 0 ? faults::MissingParameter : faults::InvalidParameterCombination,
                  "The request must contain exactly one of gatewayId, natGatewayId, "
                  "egressOnlyInternetGatewayId");
  }
  if (is_given(request.EgressOnlyInternetGatewayId)) {
    return egress_only_gateway(world, caller, table, request);
  }
  return is_given(request.GatewayId) ? internet_gateway(world, caller, table, *request.GatewayId)
                                     : nat_gateway(world, caller, table, *request.NatGatewayId);
}

// ---- CreateRoute ----

// The local route can be neither made again nor gone around: to do so would take an instance that
// forwards. [VPC user guide, "Middlebox routing wizard"]
Result<> check_not_within_vpc(const model::World& world, const RouteTable& table,
                              const Route& route) {
  const model::Vpc* vpc = world.find(table.vpc);
  const auto holds = [&](const Cidr& cidr) { return route.cidr && cidr.contains(*route.cidr); };
  if (vpc != nullptr && std::ranges::any_of(model::ipv4_cidrs_of(*vpc), holds)) {
    return refuse(faults::InvalidParameterValue,
                  "The destination CIDR block {} is equal to or more specific than one of this "
                  "VPC's CIDR blocks. This route can target only an interface or an instance.",
                  route.cidr->text());
  }
  return {};
}

Result<> check_new(const model::World& world, RouteTable& table, const Route& route) {
  if (find_route(table, route) != table.routes.end()) {
    return refuse(faults::RouteAlreadyExists, "The route identified by {} already exists.",
                  destination_text(route));
  }
  if (model::is_used_up(world, model::Quota::Routes, std::ssize(table.routes))) {
    return refuse(faults::RouteLimitExceeded, "The maximum number of routes has been reached.");
  }
  return {};
}

Result<Done> create_route(model::Transaction& tx, const model::Caller& caller,
                          const RouteRequest& request) {
  TRY_ASSIGN(const RouteTable* const found,
             find<RouteTable>(tx.world(), caller, request.RouteTableId));
  TRY(absent("LocalTarget", request.LocalTarget));
  TRY_ASSIGN(Route route, route_to(tx.world(), caller, request));
  if (is_local(tx.world(), *found, route)) {
    return refuse(faults::RouteAlreadyExists, "The route identified by {} already exists.",
                  destination_text(route));
  }
  TRY(check_not_within_vpc(tx.world(), *found, route));
  TRY_ASSIGN(route.target, target_of(tx.world(), caller, *found, request));
  RouteTable table = *found;
  TRY(check_new(tx.world(), table, route));
  table.routes.push_back(std::move(route));
  tx.put(std::move(table));
  return Done{};
}

// ---- ReplaceRoute ----

// The local route's target stays what it is.
Result<Nothing> keep_local(const RouteRequest& request, const Route& route) {
  if (request.LocalTarget.value_or(false) || request.GatewayId == "local") {
    return Nothing{};
  }
  return refuse(faults::Unsupported, "The target of the local route {} cannot be replaced",
                destination_text(route));
}

Result<Nothing> replace_route(model::Transaction& tx, const model::Caller& caller,
                              const RouteRequest& request) {
  TRY_ASSIGN(const RouteTable* const found,
             find<RouteTable>(tx.world(), caller, request.RouteTableId));
  TRY_ASSIGN(const Route route, route_to(tx.world(), caller, request));
  if (is_local(tx.world(), *found, route)) {
    return keep_local(request, route);
  }
  TRY(absent("LocalTarget", request.LocalTarget));
  RouteTable table = *found;
  const auto at = find_route(table, route);
  if (at == table.routes.end()) {
    return refuse(faults::InvalidParameterValue,
                  "There is no route defined for '{}' in the route table. Use CreateRoute instead.",
                  destination_text(route));
  }
  TRY_ASSIGN(at->target, target_of(tx.world(), caller, table, request));
  tx.put(std::move(table));
  return Nothing{};
}

// ---- DeleteRoute ----

Result<Done> delete_route(model::Transaction& tx, const model::Caller& caller,
                          const DeleteRouteRequest& request) {
  TRY_ASSIGN(const RouteTable* const found,
             find<RouteTable>(tx.world(), caller, request.RouteTableId));
  TRY_ASSIGN(const Route route, route_to(tx.world(), caller, request));
  if (is_local(tx.world(), *found, route)) {
    return refuse(faults::InvalidParameterValue, "cannot remove local route {} in route table {}",
                  destination_text(route), found->id);
  }
  RouteTable table = *found;
  const auto at = find_route(table, route);
  if (at == table.routes.end()) {
    return refuse(faults::InvalidRouteNotFound, "no route with {} {} in route table {}",
                  route.prefix_list     ? "destination-prefix-list-id"
                  : route.cidr->is_v4() ? "destination-cidr-block"
                                        : "destination-ipv6-cidr-block",
                  destination_text(route), table.id);
  }
  table.routes.erase(at);
  tx.put(std::move(table));
  return Done{};
}

}  // namespace

std::vector<Action> route_actions() {
  return {
      write<create_route>("CreateRoute"),
      write<delete_route>("DeleteRoute"),
      write<replace_route>("ReplaceRoute"),
  };
}

}  // namespace postern::api::ec2
