// SPDX-License-Identifier: Apache-2.0
#include "dataplane/bpf/test_world.h"

#include <arpa/inet.h>

#include <algorithm>
#include <cstring>

#include "base/check.h"
#include "dataplane/layout/address.h"

namespace postern::dataplane::testing {
namespace {

constexpr std::uint8_t kTcp = 6, kUdp = 17;

void copy_mac(std::uint8_t* to, const MacAddress& mac) {
  std::ranges::copy(mac.bytes(), to);
}

pn_addr_info own_address(pn_addr_kind kind, std::uint32_t port) {
  pn_addr_info info{};
  info.kind = kind;
  info.port = port;
  const std::uint8_t router[] = PN_ROUTER_MAC;
  std::ranges::copy(router, info.mac);
  return info;
}

}  // namespace

pn_addr addr(const IpAddress& address) {
  pn_addr out;
  std::memcpy(&out, address.bytes().data(), sizeof(out));
  return out;
}
pn_addr addr(std::string_view text) {
  return addr(ip(text));
}

IpAddress ip(const pn_addr& address) {
  return address_of(address);
}

MacAddress mac_of(std::uint32_t port) {
  return MacAddress::local(port);
}

pn_rule rule(std::uint16_t protocol, std::uint16_t low, std::uint16_t high, std::string_view cidr) {
  const auto parsed = Cidr::parse(cidr);
  POSTERN_CHECK(parsed, "a test's CIDR is right");
  pn_rule out{};
  out.protocol = protocol;
  out.low = low;
  out.high = high;
  out.net = addr(parsed->base());
  std::array<std::uint8_t, 16> mask{};
  for (unsigned bit = 0; bit < parsed->mapped_prefix(); ++bit) {
    mask[bit / 8] = static_cast<std::uint8_t>(mask[bit / 8] | 0x80 >> bit % 8);
  }
  out.mask = addr(IpAddress(mask));
  return out;
}

pn_rule rule(std::uint16_t protocol, std::uint16_t low, std::uint16_t high, std::uint32_t group) {
  pn_rule out{};
  out.protocol = protocol;
  out.low = low;
  out.high = high;
  out.group = group;
  return out;
}

pn_acl_rule acl_rule(bool allow, std::uint16_t protocol, std::uint16_t low, std::uint16_t high,
                     std::string_view cidr) {
  const pn_rule like = rule(protocol, low, high, cidr);
  return {.net = like.net,
          .mask = like.mask,
          .protocol = protocol,
          .low = low,
          .high = high,
          .allow = static_cast<std::uint16_t>(allow)};
}

TestWorld::TestWorld(Fabric& fabric) : fabric_(fabric) {
  fabric.clear();
  const pn_rule cidr = rule(0, 0, 0, "10.0.0.0/16");
  for (const std::uint32_t vpc : {kConsumer, kProvider}) {
    const std::uint32_t services = vpc == kConsumer ? kConsumerServices : kProviderServices;
    fabric.put(fabric.maps().pn_vpcs, vpc, pn_vpc{.net = cidr.net, .mask = cidr.mask});
    port(services, kPnPortServices, vpc, vpc, "");
    for (const char* at : {"10.0.0.2", "169.254.169.253", "169.254.169.254"}) {
      address(vpc, at, own_address(kPnAddrService, services));
    }
    address(vpc, "10.0.1.1", own_address(kPnAddrRouter, 0));
  }
  instance(kConsumer, "10.0.1.10", kClientEni, kClientPort, {kClientGroup});
  instance(kConsumer, "10.0.1.11", kNeighbourEni, kNeighbourPort, {kNeighbourGroup});
  instance(kProvider, "10.0.1.10", kTarget1Eni, kTarget1Port, {kTargetGroupOfRules});
  instance(kProvider, "10.0.2.20", kTarget2Eni, kTarget2Port, {kTargetGroupOfRules});
  instance(kProvider, "10.0.1.30", kLocalEni, kLocalPort, {kLocalGroup});

  pn_addr_info interface{};
  interface.kind = kPnAddrEndpoint;
  interface.eni = kEndpointEni;
  interface.group_count = 1;
  interface.groups[0] = kEndpointGroup;
  copy_mac(interface.mac, MacAddress::local(kEndpointEni));
  address(kConsumer, "10.0.1.100", interface);
  address(kProvider, "10.0.1.200", node_entry(kNodeAEni));
  address(kProvider, "10.0.2.200", node_entry(kNodeCEni));
  endpoint(endpoint_entry());

  for (const std::uint32_t each : {kClientGroup, kNeighbourGroup, kTargetGroupOfRules, kLocalGroup,
                                   kEndpointGroup, kNodeGroup}) {
    group(each, kPnIngress, {});
    group(each, kPnEgress, {});
  }
  group(kClientGroup, kPnEgress,
        {rule(kTcp, 80, 81, kEndpointGroup), rule(kUdp, 53, 53, kEndpointGroup),
         rule(kTcp, 22, 22, kNeighbourGroup), rule(1, kPnIcmpAny, kPnIcmpAny, "10.0.0.0/16")});
  group(kNeighbourGroup, kPnIngress,
        {rule(kTcp, 22, 22, kClientGroup), rule(1, 8, kPnIcmpAny, "10.0.1.10/32")});
  group(kEndpointGroup, kPnIngress,
        {rule(kTcp, 80, 81, kClientGroup), rule(kUdp, 53, 53, kClientGroup)});
  group(kNodeGroup, kPnIngress,
        {rule(kTcp, 80, 81, "10.0.0.0/16"), rule(kUdp, 53, 53, "10.0.0.0/16")});
  group(kNodeGroup, kPnEgress,
        {rule(kTcp, 8080, 8081, kTargetGroupOfRules), rule(kUdp, 5353, 5353, kTargetGroupOfRules)});
  group(kTargetGroupOfRules, kPnIngress,
        {rule(kTcp, 8080, 8081, kNodeGroup), rule(kUdp, 5353, 5353, kNodeGroup)});
  group(kLocalGroup, kPnEgress, {rule(kPnProtocolAny, 0, 0, "0.0.0.0/0")});

  listener(kTcp, 80,
           {.listener = 601, .target_group = kTcpTargets, .flags = 0, .idle_seconds = 350});
  listener(kUdp, 53,
           {.listener = 602, .target_group = kUdpTargets, .flags = 0, .idle_seconds = 120});
  listener(kTcp, 81,
           {.listener = 603,
            .target_group = kPreservingTargets,
            .flags = kPnListenerPreserve,
            .idle_seconds = 350});
  choice(kTcpTargets, kNodeAEni, 2, {kTcpTarget1});
  choice(kTcpTargets, kNodeCEni, 2, {kTcpTarget2});
  choice(kUdpTargets, kNodeAEni, 1, {kUdpTarget});
  choice(kPreservingTargets, kNodeAEni, 1, {kPreservedTarget});
  for (const std::uint32_t number : {kTcpTarget1, kTcpTarget2, kUdpTarget, kPreservedTarget}) {
    target(number, target_entry(number));
  }
}

void TestWorld::add_ipv6() {
  const pn_rule cidr = rule(0, 0, 0, "2600:1f00::/56");
  for (const std::uint32_t vpc : {kConsumer, kProvider}) {
    fabric_.put(fabric_.maps().pn_vpc_blocks, vpc,
                pn_vpc_blocks{.count = 1, .blocks = {{.net = cidr.net, .mask = cidr.mask}}});
  }
  struct Place {
    std::uint32_t vpc;
    const char* ipv4;
    const char* ipv6;
  };
  for (const Place& place : {Place{kConsumer, "10.0.1.10", "2600:1f00:0:1::10"},
                             {kConsumer, "10.0.1.11", "2600:1f00:0:1::11"},
                             {kConsumer, "10.0.1.100", "2600:1f00:0:1::100"},
                             {kProvider, "10.0.1.10", "2600:1f00:0:1::10"},
                             {kProvider, "10.0.1.30", "2600:1f00:0:1::30"},
                             {kProvider, "10.0.1.200", "2600:1f00:0:1::200"}}) {
    const pn_addr_key key{.vpc = place.vpc, .address = addr(place.ipv4)};
    pn_addr_info info{};
    POSTERN_CHECK(bpf_map_lookup_elem(bpf_map__fd(fabric_.maps().pn_addrs), &key, &info) == 0,
                  "the topology has this address");
    address(place.vpc, place.ipv6, info);
  }
  fabric_.put(fabric_.maps().pn_nodes, kNodeAEni,
              pn_node{.ipv4 = addr("10.0.1.200"), .ipv6 = addr("2600:1f00:0:1::200")});

  for (const std::uint32_t each : {kClientGroup, kNeighbourGroup, kTargetGroupOfRules, kLocalGroup,
                                   kEndpointGroup, kNodeGroup}) {
    group(each, kPnIngress, {}, true);
    group(each, kPnEgress, {}, true);
  }
  constexpr std::uint8_t kIcmpv6 = 58;
  group(kNeighbourGroup, kPnIngress,
        {rule(kTcp, 22, 22, kClientGroup), rule(kIcmpv6, 128, kPnIcmpAny, "2600:1f00:0:1::10/128")},
        true);
  // By both, so that clients of either find the listeners that only this World has.
  for (const bool ipv6 : {false, true}) {
    const char* everybody = ipv6 ? "2600:1f00::/56" : "10.0.0.0/16";
    group(kClientGroup, kPnEgress,
          {rule(kTcp, 80, 82, kEndpointGroup), rule(kUdp, 53, 54, kEndpointGroup),
           rule(kTcp, 22, 22, kNeighbourGroup),
           rule(ipv6 ? kIcmpv6 : std::uint16_t{1}, kPnIcmpAny, kPnIcmpAny, everybody)},
          ipv6);
    group(kEndpointGroup, kPnIngress,
          {rule(kTcp, 80, 82, kClientGroup), rule(kUdp, 53, 54, kClientGroup)}, ipv6);
    group(kNodeGroup, kPnIngress, {rule(kTcp, 80, 82, everybody), rule(kUdp, 53, 54, everybody)},
          ipv6);
    group(
        kNodeGroup, kPnEgress,
        {rule(kTcp, 8080, 8081, kTargetGroupOfRules), rule(kUdp, 5353, 5353, kTargetGroupOfRules)},
        ipv6);
    group(kTargetGroupOfRules, kPnIngress,
          {rule(kTcp, 8080, 8081, kNodeGroup), rule(kUdp, 5353, 5353, kNodeGroup)}, ipv6);
  }
  group(kLocalGroup, kPnEgress, {rule(kPnProtocolAny, 0, 0, "::/0")}, true);

  listener(kTcp, 82, {.listener = 604, .target_group = kIpv6Targets, .idle_seconds = 350});
  listener(kUdp, 54, {.listener = 605, .target_group = kIpv6UdpTargets, .idle_seconds = 120});
  choice(kIpv6Targets, kNodeAEni, 1, {kIpv6Target});
  choice(kIpv6UdpTargets, kNodeAEni, 1, {kIpv6UdpTarget});
  for (const std::uint32_t number : {kIpv6Target, kIpv6UdpTarget}) {
    pn_target entry = target_entry(number == kIpv6Target ? kTcpTarget1 : kUdpTarget);
    entry.address = addr("2600:1f00:0:1::10");
    target(number, entry);
  }
}

void TestWorld::port(std::uint32_t index, pn_port_kind kind, std::uint32_t vpc, std::uint32_t owner,
                     std::string_view address, std::uint32_t flags) {
  pn_port entry{};
  entry.flags = flags;
  entry.kind = kind;
  entry.vpc = vpc;
  entry.owner = owner;
  if (!address.empty()) {
    entry.address = addr(address);
  }
  copy_mac(entry.mac, mac_of(index));
  fabric_.put(fabric_.maps().pn_ports, index, entry);
}

void TestWorld::lose(std::uint32_t index, std::uint16_t loss) {
  pn_port entry{};
  POSTERN_CHECK(bpf_map_lookup_elem(bpf_map__fd(fabric_.maps().pn_ports), &index, &entry) == 0,
                "an array has all its entries");
  entry.loss = loss;
  fabric_.put(fabric_.maps().pn_ports, index, entry);
}

void TestWorld::instance(std::uint32_t vpc, std::string_view at, std::uint32_t eni,
                         std::uint32_t index, std::initializer_list<std::uint32_t> groups) {
  port(index, kPnPortInstance, vpc, eni, at);
  pn_addr_info info{};
  info.kind = kPnAddrInstance;
  info.eni = eni;
  info.port = index;
  copy_mac(info.mac, mac_of(index));
  info.group_count = static_cast<std::uint32_t>(groups.size());
  std::ranges::copy(groups, info.groups);
  address(vpc, at, info);
}

void TestWorld::address(std::uint32_t vpc, std::string_view at, const pn_addr_info& info) {
  fabric_.put(fabric_.maps().pn_addrs, pn_addr_key{.vpc = vpc, .address = addr(at)}, info);
}

void TestWorld::no_address(std::uint32_t vpc, std::string_view at) {
  fabric_.remove(fabric_.maps().pn_addrs, pn_addr_key{.vpc = vpc, .address = addr(at)});
}

void TestWorld::place(std::uint32_t vpc, std::string_view at, std::uint32_t subnet,
                      std::uint32_t acl) {
  const pn_addr_key key{.vpc = vpc, .address = addr(at)};
  pn_addr_info info{};
  POSTERN_CHECK(bpf_map_lookup_elem(bpf_map__fd(fabric_.maps().pn_addrs), &key, &info) == 0,
                "the topology has this address");
  info.subnet = subnet;
  info.acl = acl;
  fabric_.put(fabric_.maps().pn_addrs, key, info);
}

void TestWorld::acl(std::uint32_t number, pn_direction direction,
                    const std::vector<pn_acl_rule>& rules) {
  pn_acl value{.count = static_cast<std::uint32_t>(rules.size())};
  std::ranges::copy(rules, value.rules);
  fabric_.put(fabric_.maps().pn_acls, pn_acl_key{number, direction}, value);
}

void TestWorld::acl_generation(std::uint64_t generation) {
  fabric_.put(fabric_.maps().pn_generations, std::uint32_t{kPnAclGeneration}, generation);
}

void TestWorld::cut_generation(std::uint64_t generation) {
  cut_generation_ = generation;
  fabric_.put(fabric_.maps().pn_generations, std::uint32_t{kPnCutGeneration}, generation);
}

void TestWorld::group(std::uint32_t number, pn_direction direction,
                      std::initializer_list<pn_rule> rules, bool ipv6) {
  pn_group entry{};
  entry.count = static_cast<std::uint32_t>(rules.size());
  std::ranges::copy(rules, entry.rules);
  const std::uint32_t of_ipv6 = ipv6 ? std::uint32_t{kPnRulesIpv6} : 0U;
  fabric_.put(fabric_.maps().pn_groups,
              pn_group_key{.group = number, .direction = direction + of_ipv6}, entry);
}

void TestWorld::no_group(std::uint32_t number, pn_direction direction) {
  fabric_.remove(fabric_.maps().pn_groups, pn_group_key{.group = number, .direction = direction});
}

void TestWorld::endpoint(const pn_endpoint& entry) {
  fabric_.put(fabric_.maps().pn_endpoints, kEndpointEni, entry);
  cut_generation(cut_generation_ + 1);
}
void TestWorld::no_endpoint() {
  fabric_.remove(fabric_.maps().pn_endpoints, kEndpointEni);
  cut_generation(cut_generation_ + 1);
}

void TestWorld::listener(std::uint8_t protocol, std::uint16_t port, const pn_listener& entry,
                         pn_listener_side side) {
  const pn_listener_key key{.balancer = kBalancer,
                            .port_be = htons(port),
                            .protocol = protocol,
                            .side = static_cast<std::uint8_t>(side)};
  fabric_.put(fabric_.maps().pn_listeners, key, entry);
}

void TestWorld::tls_listener() {
  listener(6, 443,
           {.listener = 604, .flags = kPnListenerRelay | kPnListenerProxyV2, .idle_seconds = 350});
  listener(6, 443, {.listener = 604, .target_group = kTcpTargets, .idle_seconds = 350},
           kPnSideRelay);
  group(kClientGroup, kPnEgress, {rule(6, 443, 443, kEndpointGroup)});
  group(kEndpointGroup, kPnIngress, {rule(6, 443, 443, kClientGroup)});
  group(kNodeGroup, kPnIngress, {rule(6, 443, 443, "10.0.0.0/16")});
}

void TestWorld::choice(std::uint32_t target_group, std::uint32_t node, std::uint32_t registered,
                       std::initializer_list<std::uint32_t> targets) {
  pn_choice entry{};
  entry.registered = registered;
  entry.count = static_cast<std::uint32_t>(targets.size());
  std::ranges::copy(targets, entry.targets);
  fabric_.put(fabric_.maps().pn_choices,
              pn_choice_key{.target_group = target_group, .node_eni = node}, entry);
}

void TestWorld::target(std::uint32_t number, const pn_target& entry) {
  fabric_.put(fabric_.maps().pn_targets, number, entry);
  cut_generation(cut_generation_ + 1);
}

pn_endpoint TestWorld::endpoint_entry() const {
  return {.state = kPnEndpointForwarding,
          .connection = 1,
          .flags = 0,
          .node_vpc = kProvider,
          .node_eni = kNodeAEni,
          .node_address = addr("10.0.1.200")};
}

pn_addr_info TestWorld::node_entry(std::uint32_t eni) const {
  pn_addr_info info{};
  info.kind = kPnAddrNode;
  info.eni = eni;
  info.port = kProviderServices;
  info.balancer = kBalancer;
  info.group_count = 1;
  info.groups[0] = kNodeGroup;
  copy_mac(info.mac, mac_of(kProviderServices));
  return info;
}

pn_target TestWorld::target_entry(std::uint32_t number) const {
  const bool second = number == kTcpTarget2;
  const std::uint16_t port = number == kUdpTarget ? 5353 : number == kPreservedTarget ? 8081 : 8080;
  return {.state = kPnTargetOpen,
          .vpc = kProvider,
          .eni = second ? kTarget2Eni : kTarget1Eni,
          .port_be = htons(port),
          .pad = 0,
          .address = addr(second ? "10.0.2.20" : "10.0.1.10")};
}

Packet client_to_endpoint() {
  return {.source_mac = mac_of(kClientPort),
          .source = ip("10.0.1.10"),
          .destination = ip("10.0.1.100")};
}
Packet client_to_endpoint_udp() {
  Packet packet = client_to_endpoint();
  packet.protocol = kUdp;
  packet.destination_port = 53;
  packet.payload = {'q', 'u', 'e', 'r', 'y'};
  return packet;
}
Packet client_to_neighbour() {
  Packet packet = client_to_endpoint();
  packet.destination = ip("10.0.1.11");
  packet.destination_port = 22;
  return packet;
}
Packet client_to_endpoint_ipv6() {
  return {.source_mac = mac_of(kClientPort),
          .source = ip("2600:1f00:0:1::10"),
          .destination = ip("2600:1f00:0:1::100")};
}
Packet client_to_neighbour_ipv6() {
  Packet packet = client_to_endpoint_ipv6();
  packet.destination = ip("2600:1f00:0:1::11");
  packet.destination_port = 22;
  return packet;
}
Packet local_to_node() {
  return {
      .source_mac = mac_of(kLocalPort), .source = ip("10.0.1.30"), .destination = ip("10.0.1.200")};
}
Packet probe_to_target() {
  return {.source_mac = mac_of(kProviderServices),
          .source = ip("10.0.1.200"),
          .destination = ip("10.0.1.10"),
          .source_port = 61100,
          .destination_port = 8080};
}
Packet client_to_resolver() {
  Packet packet = client_to_endpoint_udp();
  packet.destination = ip("10.0.0.2");
  return packet;
}

Packet answer(const Packet& arrived, std::uint32_t port) {
  Packet packet = arrived;
  packet.source_mac = mac_of(port);
  packet.destination_mac = MacAddress::local(0xfff);
  std::swap(packet.source, packet.destination);
  std::swap(packet.source_port, packet.destination_port);
  packet.flags = static_cast<std::uint8_t>(arrived.flags | kAck);
  packet.acknowledgement = arrived.sequence + 1;
  packet.sequence = 5000;
  if (packet.protocol == 1 || packet.protocol == 58) {
    packet.icmp_type = packet.protocol == 1 ? 0 : 129;
  }
  return packet;
}

Packet next(const Packet& first, std::uint8_t flags) {
  Packet packet = first;
  packet.flags = flags;
  packet.sequence = first.sequence + 1;
  packet.acknowledgement = 5001;
  packet.tcp_options.clear();
  return packet;
}

}  // namespace postern::dataplane::testing
