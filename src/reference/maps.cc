// SPDX-License-Identifier: Apache-2.0
#include "reference/maps.h"

#include <arpa/inet.h>

#include <algorithm>
#include <array>
#include <cstring>

namespace postern::reference {
namespace {

using dataplane::from_bytes;
using dataplane::MapId;

// Calls `take(key, value)` for each row.
template <class Key, class Value, class Take>
void each(const dataplane::Tables& tables, MapId map, Take take) {
  const dataplane::Table& table = tables[map];
  for (std::size_t at = 0; at < table.size(); ++at) {
    take(from_bytes<Key>(table.key(at)), from_bytes<Value>(table.value(at)));
  }
}

RulesKey rules_key(std::uint32_t number, std::uint32_t direction) {
  return {.number = number,
          .direction = static_cast<pn_direction>(direction % kPnRulesIpv6),
          .ipv6 = direction >= kPnRulesIpv6};
}

}  // namespace

MacAddress mac_of(const std::uint8_t (&mac)[6]) {
  std::array<std::uint8_t, 6> bytes;
  std::copy(std::begin(mac), std::end(mac), bytes.begin());
  return MacAddress(bytes);
}

pn_addr word_of(const IpAddress& address) {
  pn_addr word;
  std::memcpy(&word, address.bytes().data(), sizeof word);
  return word;
}

std::uint16_t port_of(std::uint16_t word_be) {
  return ntohs(word_be);
}

const pn_port* link_at(const Maps& maps, std::uint32_t port) {
  const pn_port* link = find(maps.ports, port);
  return link != nullptr && link->kind != kPnPortNone ? link : nullptr;
}

Maps maps_of(const dataplane::Tables& tables) {
  Maps maps;
  each<std::uint32_t, pn_port>(tables, MapId::Ports,
                               [&](auto key, const auto& value) { maps.ports[key] = value; });
  each<std::uint32_t, pn_vpc>(tables, MapId::Vpcs,
                              [&](auto key, const auto& value) { maps.vpcs[key] = value; });
  each<std::uint32_t, pn_vpc_blocks>(
      tables, MapId::VpcBlocks, [&](auto key, const auto& value) { maps.vpc_blocks[key] = value; });
  each<std::uint32_t, pn_node>(tables, MapId::Nodes,
                               [&](auto key, const auto& value) { maps.nodes[key] = value; });
  each<pn_addr_key, pn_addr_info>(tables, MapId::Addresses, [&](auto key, const auto& value) {
    maps.addresses[{key.vpc, address_of(key.address)}] = value;
  });
  each<pn_group_key, pn_group>(tables, MapId::Groups, [&](auto key, const auto& value) {
    maps.groups[rules_key(key.group, key.direction)] = value;
  });
  each<pn_acl_key, pn_acl>(tables, MapId::Acls, [&](auto key, const auto& value) {
    maps.acls[rules_key(key.acl, key.direction)] = value;
  });
  each<std::uint32_t, pn_endpoint>(
      tables, MapId::Endpoints, [&](auto key, const auto& value) { maps.endpoints[key] = value; });
  each<pn_listener_key, pn_listener>(tables, MapId::Listeners, [&](auto key, const auto& value) {
    maps.listeners[{key.balancer, key.protocol, port_of(key.port_be),
                    static_cast<pn_listener_side>(key.side)}] = value;
  });
  each<std::uint32_t, pn_split>(tables, MapId::Splits,
                                [&](auto key, const auto& value) { maps.splits[key] = value; });
  each<pn_choice_key, pn_choice>(tables, MapId::Choices, [&](auto key, const auto& value) {
    maps.choices[{key.target_group, key.node_eni}] = value;
  });
  each<std::uint32_t, pn_target>(tables, MapId::Targets,
                                 [&](auto key, const auto& value) { maps.targets[key] = value; });
  each<std::uint32_t, std::uint64_t>(tables, MapId::Generations, [&](auto key, const auto& value) {
    (key == kPnAclGeneration ? maps.acl_generation : maps.cut_generation) = value;
  });
  return maps;
}

}  // namespace postern::reference
