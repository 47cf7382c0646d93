// SPDX-License-Identifier: Apache-2.0
// Where a name lies in the zones of a VPC's resolver, and what is there.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "dns/zones/zones.h"
#include "model/world.h"

namespace postern::dns {

// A record of a hosted zone.
struct ZoneRecord {
  RecordType type = 0;
  std::uint32_t ttl_seconds = 0;
  ZoneFileText text;
};

// What a name that exists has. A name that only has others below it has nothing.
struct Node {
  std::vector<IpAddress> addresses;  // of both families
  std::string pointer;
  std::uint32_t ttl_seconds = kTtlSeconds;  // of these two, and of `canonical`
  std::string canonical;                    // the name that this one is another of; empty: none
  std::vector<ZoneRecord> records;
};

struct Located {
  std::string zone;          // the zone that the name is in
  std::optional<Node> node;  // nullopt: no such name
  std::uint32_t negative_ttl_seconds = kTtlSeconds;
};

// nullopt when `name`, in lower case, is in none of the zones.
std::optional<Located> locate(const model::World& world, const model::Vpc& vpc,
                              std::string_view name, const Asking& asking);

// The same in the zones of AWS's own names only, as an alias's target is.
std::optional<Located> locate_in_aws_zones(const model::World& world, const model::Vpc& vpc,
                                           std::string_view name, const Asking& asking);

// The kinds of zones, one file each. `below` is the name without its zone: empty for the zone's
// own. Endpoints' names are in a zone of the region of their service.
std::optional<Node> endpoint_node(const model::World& world, const model::Vpc& vpc,
                                  std::string_view zone, std::string_view below);
// The addresses of the endpoint's regional name.
Node regional_node(const model::World& world, const model::VpcEndpoint& endpoint);
std::optional<Node> private_node(const model::World& world, const model::Vpc& vpc,
                                 std::string_view below);
// This takes the whole name, since load balancers have two zones.
std::optional<Node> load_balancer_node(const model::World& world, const model::Vpc& vpc,
                                       std::string_view name, const Asking& asking);
// These take the whole name: which zones there are depends on the World. Private zones hide every
// other zone below their names; public ones are asked last.
std::optional<Located> locate_in_private_zones(const model::World& world, const model::Vpc& vpc,
                                               std::string_view name, const Asking& asking);
std::optional<Located> locate_in_public_zones(const model::World& world, const model::Vpc& vpc,
                                              std::string_view name, const Asking& asking);
// Takes the whole name: which names are the VPC's own depends on its CIDR.
std::optional<Located> locate_reverse(const model::World& world, const model::Vpc& vpc,
                                      std::string_view name);

}  // namespace postern::dns
