// SPDX-License-Identifier: Apache-2.0
// Maps: what the kernel's maps hold, as plain maps. Settings: what the programs are told before
// they are loaded.
//
// This folder is a second opinion: it predicts what the programs of dataplane/bpf do with a packet,
// from what dataplane/layout/layout.h says, and shares no code with them. It is made to be obvious,
// not fast.
#pragma once

#include <cstdint>
#include <map>
#include <optional>
#include <utility>

#include "base/net.h"
#include "dataplane/kernel/table.h"
#include "dataplane/layout/address.h"

namespace postern::reference {

// An address of a VPC, by the VPC's number.
using Place = std::pair<std::uint32_t, IpAddress>;

// The rules of a group or a network ACL, by its number.
struct RulesKey {
  std::uint32_t number = 0;
  pn_direction direction = kPnIngress;
  bool ipv6 = false;
  auto operator<=>(const RulesKey&) const = default;
};

struct ListenerKey {
  std::uint32_t balancer = 0;
  std::uint8_t protocol = 0;
  std::uint16_t port = 0;
  pn_listener_side side = kPnSideClients;
  auto operator<=>(const ListenerKey&) const = default;
};

struct Maps {
  std::map<std::uint32_t, pn_port> ports;
  std::map<std::uint32_t, pn_vpc> vpcs;
  std::map<std::uint32_t, pn_vpc_blocks> vpc_blocks;
  std::map<std::uint32_t, pn_node> nodes;
  std::map<Place, pn_addr_info> addresses;
  std::map<RulesKey, pn_group> groups;
  std::map<RulesKey, pn_acl> acls;
  std::map<std::uint32_t, pn_endpoint> endpoints;
  std::map<ListenerKey, pn_listener> listeners;
  // By the listener's number.
  std::map<std::uint32_t, pn_split> splits;
  // By target group and node.
  std::map<std::pair<std::uint32_t, std::uint32_t>, pn_choice> choices;
  std::map<std::uint32_t, pn_target> targets;
  // 0: no address has an ACL, none is asked. Its other values mean nothing here: each packet asks.
  std::uint64_t acl_generation = 0;
  // Means nothing here.
  std::uint64_t cut_generation = 0;
};

// What a compiled World puts into the kernel.
Maps maps_of(const dataplane::Tables& tables);

// As dataplane/bpf/lib/maps.h has them.
struct Settings {
  std::uint32_t half_open_max = 8192;
  std::uint32_t half_open_seconds = 30;
  std::uint32_t closed_seconds = 5;
  std::uint32_t tcp_idle_seconds = 432000;
  std::uint32_t udp_idle_seconds = 180;
  std::uint32_t udp_single_seconds = 30;  // less than two packets each way
  std::uint32_t icmp_idle_seconds = 30;
  std::uint32_t other_idle_seconds = 600;
  std::uint32_t fragment_seconds = 30;
};

// What stands for others at a relay, on either side of it. There is nothing there in any VPC.
const inline IpAddress kRelayClients = IpAddress::v4(kPnRelayClients);
const inline IpAddress kRelayTargets = IpAddress::v4(kPnRelayTargets);

using dataplane::address_of;
MacAddress mac_of(const std::uint8_t (&mac)[6]);
pn_addr word_of(const IpAddress& address);
// A port as layout.h's `_be` fields hold it.
std::uint16_t port_of(std::uint16_t word_be);

// What `map` holds at `key`, or null.
template <class Map>
const typename Map::mapped_type* find(const Map& map, const typename Map::key_type& key) {
  const auto found = map.find(key);
  return found == map.end() ? nullptr : &found->second;
}

// The link at `port`, or null if there is none.
const pn_port* link_at(const Maps& maps, std::uint32_t port);

}  // namespace postern::reference
