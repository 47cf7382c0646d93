// SPDX-License-Identifier: Apache-2.0
// Gateway endpoints: routes from route tables to a service of AWS's. They are records. Nothing is
// behind them, so packets to such a service are dropped as those to any place outside.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"
#include "model/transaction.h"

namespace postern::api::ec2 {

// A service that gateway endpoints lead to, and the prefix list of its addresses.
struct GatewayService {
  std::string name;            // com.amazonaws.<region>.s3
  std::string prefix_list_id;  // pl-…
  std::vector<std::string> cidrs;
};

// Those of a region, by their prefix lists' ids.
std::vector<GatewayService> gateway_services(std::string_view region);
std::optional<GatewayService> find_gateway_service(std::string_view region, std::string_view name);

inline bool is_gateway(const model::VpcEndpoint& endpoint) {
  return endpoint.type == "Gateway";
}

// Joins the caller's route tables of those ids to the endpoint: of its VPC, and without a route to
// the service. `endpoint` is changed but not put.
Result<> add_route_tables(const model::World& world, const model::Caller& caller,
                          model::VpcEndpoint& endpoint, const std::vector<std::string>& ids);
Result<> remove_route_tables(model::VpcEndpoint& endpoint, const std::vector<std::string>& ids);

}  // namespace postern::api::ec2
