// SPDX-License-Identifier: Apache-2.0
// What changes in a World.
#include "reference/test_random_world.h"

namespace postern::reference::testing {

void lose_something(Random& random, Maps& maps) {
  const auto lose = [&](auto& map) {
    if (!map.empty()) {
      map.erase(random.pick_entry(map));
    }
  };
  switch (random.below(11)) {
    case 0:
      return lose(maps.ports);
    case 1:
      return lose(maps.vpcs);
    case 2:
      return lose(maps.addresses);
    case 3:
      return lose(maps.groups);
    case 4:
      return lose(maps.acls);
    case 5:
      return lose(maps.endpoints);
    case 6:
      return lose(maps.listeners);
    case 7:
      return lose(maps.choices);
    case 8:
      return lose(maps.nodes);
    case 9:
      return lose(maps.vpc_blocks);
    default:
      return lose(maps.targets);
  }
}

namespace {

void change_endpoint(Random& random, Maps& maps) {
  if (maps.endpoints.empty()) {
    return;
  }
  pn_endpoint& endpoint = random.pick_entry(maps.endpoints)->second;
  if (random.chance(60)) {
    endpoint.state =
        endpoint.state == kPnEndpointForwarding ? kPnEndpointClosed : kPnEndpointForwarding;
  } else {
    endpoint.connection += 1;
  }
}

// Health checks turn.
void change_targets(Random& random, Maps& maps) {
  for (auto& [number, target] : maps.targets) {
    if (random.chance(25)) {
      target.state = target.state == kPnTargetOpen ? kPnTargetClosed : kPnTargetOpen;
    }
  }
}

// An IPv6 address is taken from one interface and given to another.
void change_ipv6_address(Random& random, Maps& maps) {
  std::vector<Place> places;
  for (const auto& [place, info] : maps.addresses) {
    if (!place.second.is_v4() && info.kind == kPnAddrInstance) {
      places.push_back(place);
    }
  }
  if (places.empty()) {
    return;
  }
  const Place from = random.pick(places);
  for (const auto& [place, info] : maps.addresses) {
    if (place.first == from.first && info.kind == kPnAddrInstance && random.chance(40)) {
      maps.addresses[from] = info;
      return;
    }
  }
}

// Another interface comes to a link's number.
void change_owner(Random& random, Maps& maps) {
  if (maps.ports.empty()) {
    return;
  }
  pn_port& link = random.pick_entry(maps.ports)->second;
  if (link.kind != kPnPortInstance) {
    return;
  }
  link.owner += 40;
  const auto info = maps.addresses.find({link.vpc, address_of(link.address)});
  if (info != maps.addresses.end() && random.chance(70)) {
    info->second.eni = link.owner;
  }
}

}  // namespace

void change_world(Random& random, Maps& maps) {
  const auto random_rules = [&](auto& map, auto&& make) {
    if (!map.empty()) {
      auto& [key, rules] = *random.pick_entry(map);
      rules = make(key.ipv6);
    }
  };
  switch (random.below(11)) {
    case 0:
      lose_something(random, maps);
      break;
    case 10:
      change_ipv6_address(random, maps);
      break;
    case 1:
    case 2:
    case 3:
      change_endpoint(random, maps);
      break;
    case 4:
    case 5:
      change_targets(random, maps);
      break;
    case 6:
      change_owner(random, maps);
      break;
    case 7:
      random_rules(maps.groups, [&](bool ipv6) { return random_group(random, ipv6); });
      break;
    default:
      random_rules(maps.acls, [&](bool ipv6) { return random_acl(random, ipv6); });
  }
  // They change with the contents of the maps that they are of.
  maps.acl_generation += maps.acl_generation != 0 ? 1 : 0;
  maps.cut_generation += maps.cut_generation != 0 ? 1 : 0;
}

void change_losses(Random& random, Maps& maps) {
  if (maps.ports.empty()) {
    return;
  }
  for (auto& [port, link] : maps.ports) {
    link.loss = 0;
  }
  pn_port& link = random.pick_entry(maps.ports)->second;
  if (link.kind == kPnPortInstance && random.chance(50)) {
    link.loss = kPnLossAll;
  }
}

}  // namespace postern::reference::testing
