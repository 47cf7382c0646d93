// SPDX-License-Identifier: Apache-2.0
#include "dns/zones/node.h"
#include "dns/zones/text.h"
#include "model/cross_region.h"
#include "model/dns_names.h"

namespace postern::dns {
namespace {

// The zone of endpoints' names that the name is in: of the VPC's own region, or of another's to
// whose services endpoints lead.
std::optional<std::string> endpoint_zone_of(const model::World& world, const model::Vpc& vpc,
                                            std::string_view name) {
  std::string own = model::endpoint_zone(vpc.region);
  if (below(name, own)) {
    return own;
  }
  if (!name.contains(".vpce.amazonaws.com")) {
    return std::nullopt;  // far most names are not to be compared with every endpoint's
  }
  for (const auto& [id, endpoint] : world.all<model::VpcEndpoint>()) {
    if (endpoint->owner != vpc.owner || endpoint->region != vpc.region ||
        !model::is_cross_region(*endpoint)) {
      continue;
    }
    std::string zone = model::endpoint_zone(model::service_region(*endpoint));
    if (below(name, zone)) {
      return zone;
    }
  }
  return std::nullopt;
}

}  // namespace

std::optional<Located> locate_in_aws_zones(const model::World& world, const model::Vpc& vpc,
                                           std::string_view name, const Asking& asking) {
  if (const auto zone = endpoint_zone_of(world, vpc, name)) {
    return Located{*zone, endpoint_node(world, vpc, *zone, *below(name, *zone))};
  }
  for (const std::string& zone :
       {model::load_balancer_zone(vpc.region), model::application_zone(vpc.region)}) {
    if (below(name, zone)) {
      return Located{zone, load_balancer_node(world, vpc, name, asking)};
    }
  }
  const std::string addresses = model::private_zone(vpc.region);
  if (const auto rest = below(name, addresses)) {
    return Located{addresses, private_node(world, vpc, *rest)};
  }
  return locate_reverse(world, vpc, name);
}

// [VPC guide, "Amazon DNS server"; Route 53 guide, "Considerations when working with a private
// hosted zone"]
std::optional<Located> locate(const model::World& world, const model::Vpc& vpc,
                              std::string_view name, const Asking& asking) {
  if (auto located = locate_in_private_zones(world, vpc, name, asking)) {
    return located;
  }
  if (auto located = locate_in_aws_zones(world, vpc, name, asking)) {
    return located;
  }
  return locate_in_public_zones(world, vpc, name, asking);
}

}  // namespace postern::dns
