// SPDX-License-Identifier: Apache-2.0
#include "dns/zones/node.h"
#include "dns/zones/text.h"
#include "model/dns_names.h"

namespace postern::dns {

std::optional<Located> locate_in_aws_zones(const model::World& world, const model::Vpc& vpc,
                                           std::string_view name, const Asking& asking) {
  const std::string endpoints = model::endpoint_zone(vpc.region);
  if (const auto rest = below(name, endpoints)) {
    return Located{endpoints, endpoint_node(world, vpc, *rest)};
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
