// SPDX-License-Identifier: Apache-2.0
// The routes of a table: as answers print them, and by their destinations.
#pragma once

#include <boost/describe/class.hpp>
#include <optional>
#include <string>
#include <vector>

#include "model/world.h"

namespace postern::api::ec2 {

struct RouteItem {
  std::optional<std::string> destinationCidrBlock;
  std::optional<std::string> destinationIpv6CidrBlock;
  std::optional<std::string> destinationPrefixListId;
  std::optional<std::string> gatewayId;
  std::optional<std::string> egressOnlyInternetGatewayId;
  std::optional<std::string> natGatewayId;
  std::string state;
  std::string origin;
};
BOOST_DESCRIBE_STRUCT(RouteItem, (),
                      (destinationCidrBlock, destinationIpv6CidrBlock, destinationPrefixListId,
                       gatewayId, egressOnlyInternetGatewayId, natGatewayId, state, origin))

// All routes of the table, the local one first.
std::vector<RouteItem> route_items(const model::World& world, const model::RouteTable& table);

// 10.1.0.0/16 or pl-….
std::string destination_text(const model::Route& route);

// Whether the route's target is there: a gateway that is attached to the table's VPC.
bool is_active(const model::World& world, const model::RouteTable& table,
               const model::Route& route);

}  // namespace postern::api::ec2
