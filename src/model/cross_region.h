// SPDX-License-Identifier: Apache-2.0
// Endpoints to services of another region. What they enter is a node of the service's load
// balancers in a zone of that region, since the two sides have no zone in common. Pure.
// [PrivateLink guide, "Cross-Region access"]
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "model/transaction.h"

namespace postern::model {

// The region of the service that the endpoint leads to: its own, but for services that their owner
// offers in others.
std::string_view service_region(const VpcEndpoint& endpoint);
inline bool is_cross_region(const VpcEndpoint& endpoint) {
  return service_region(endpoint) != endpoint.region;
}

// Whether VPCs of the region may have endpoints to the service. Endpoints that are there already
// stay when a region is taken back.
bool is_offered_in(const EndpointService& service, std::string_view region);

// What DescribeRegions may list, and names of their form: <letters>-<letters>-<digit>.
bool is_region_name(std::string_view text);

// The zones of a region that have endpoints to other regions, and whose load balancers are entered
// from others, by id: all but a few. [PrivateLink guide, "Cross-Region access: considerations"]
std::vector<std::string> remote_zone_ids(const Id<Account>& account, std::string_view region);

// The zone whose node the connections of that interface enter, by its id; and as the NLB has it:
// null if it has none there.
const std::string& entered_zone_id(const EndpointSubnet& subnet);
const LoadBalancerZone* entered_zone(const World& world, const EndpointSubnet& subnet);

// The zone of the NLB that an interface in another region enters: one with healthy targets, if
// there is one, beginning with that of `start` modulo their number. Empty: the NLB has none that
// may be entered from other regions. AWS says that it moves connections between the zones of the
// service's region, not how.
std::string pick_remote_zone(const World& world, const LoadBalancer& balancer, std::uint64_t start);

// Takes endpoints out of remote zones that are not healthy, or no more their NLB's, where another
// is. Connections that are under way stay as long as their target does.
void leave_unhealthy_zones(Transaction& tx);

}  // namespace postern::model
