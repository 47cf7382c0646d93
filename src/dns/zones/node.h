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

// What a name that exists has. A name that only has others below it has nothing.
struct Node {
  std::vector<IpAddress> addresses;
  std::string pointer;
};

struct Located {
  std::string zone;          // the zone that the name is in
  std::optional<Node> node;  // nullopt: no such name
};

// nullopt when `name`, in lower case, is in none of the zones.
std::optional<Located> locate(const model::World& world, const model::Vpc& vpc,
                              std::string_view name, const Asking& asking);

// The kinds of zones, one file each. `below` is the name without its zone: empty for the zone's
// own.
std::optional<Node> endpoint_node(const model::World& world, const model::Vpc& vpc,
                                  std::string_view below);
std::optional<Node> load_balancer_node(const model::World& world, const model::Vpc& vpc,
                                       std::string_view below, const Asking& asking);
std::optional<Node> private_node(const model::World& world, const model::Vpc& vpc,
                                 std::string_view below);
// Takes the whole name: which names are the VPC's own depends on its CIDR.
std::optional<Located> locate_reverse(const model::World& world, const model::Vpc& vpc,
                                      std::string_view name);

}  // namespace postern::dns
