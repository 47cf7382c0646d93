// SPDX-License-Identifier: Apache-2.0
// AWS's own services that interface endpoints lead to, as endpoint services that are in no World:
// every region has them, and everybody may use them. Pure.
//
// An endpoint to one has in `service` what its DNS names end in (ec2, api.ecr), where others have
// the id of a record.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "model/world.h"

namespace postern::model {

// Their owner, as DescribeVpcEndpointServices names it.
inline constexpr const char* kAmazon = "amazon";

// Those of a region, by name.
std::vector<EndpointService> aws_services(std::string_view region);
// com.amazonaws.<region>.ec2
std::optional<EndpointService> find_aws_service(std::string_view region, std::string_view name);

bool leads_to_aws(const VpcEndpoint& endpoint);

// What requests to the endpoint's service are signed for, if it is a service of AWS's that Postern
// serves. For the others there are endpoints, and nothing is behind them.
std::optional<std::string_view> served_as(const VpcEndpoint& endpoint);

// The service that the endpoint leads to, whoever's it is.
std::optional<EndpointService> service_of(const World& world, const VpcEndpoint& endpoint);

}  // namespace postern::model
