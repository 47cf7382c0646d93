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
  switch (random.below(9)) {
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
      random.pick_entry(map)->second = make();
    }
  };
  switch (random.below(10)) {
    case 0:
      lose_something(random, maps);
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
      random_rules(maps.groups, [&] { return random_group(random); });
      break;
    default:
      random_rules(maps.acls, [&] { return random_acl(random); });
  }
  // "It changes with the contents of pn_acls and with which ACL an address has."
  maps.acl_generation += maps.acl_generation != 0 ? 1 : 0;
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
