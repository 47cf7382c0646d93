// SPDX-License-Identifier: Apache-2.0
// The topology of the packet tests: two VPCs with the same CIDR, an endpoint between them, one NLB
// with a node in each of two zones, and groups that admit exactly what each path needs.
//
//   VPC 1 (consumer), 10.0.0.0/16              VPC 2 (provider), 10.0.0.0/16
//     client     10.0.1.10  port 11  group 201   target 1  10.0.1.10  port 13  group 213
//     neighbour  10.0.1.11  port 12  group 202   target 2  10.0.2.20  port 14  group 213
//     endpoint   10.0.1.100          group 221   local     10.0.1.30  port 15  group 215
//     resolver   10.0.0.2   port 20              node a    10.0.1.200 port 21  group 231
//                                                node c    10.0.2.200 port 21  group 231
//
// Groups: 201 may send TCP 80 and UDP 53 to 221, TCP 22 and ICMP to 202; 202 admits both from 201.
// 221 admits TCP 80 and UDP 53 from 201. 231 admits TCP 80 and UDP 53 from 10.0.0.0/16 and may send
// TCP 8080, TCP 8081 and UDP 5353 to 213. 213 admits those from 231. 215 may send anything.
// Listeners: TCP 80 -> group 401 (port 8080), UDP 53 -> group 402 (port 5353), TCP 81 -> group 403,
// preserving the client's address (port 8081).
//
// With add_ipv6(), each of them but target 2 has an IPv6 address too, ending as its IPv4 address
// does: 2600:1f00:0:1::10, …, ::200 for node a. The groups say of IPv6 what they say of IPv4, of
// ICMPv6 what they say of ICMP, and of 2600:1f00::/56 what they say of 10.0.0.0/16. Listener TCP 82
// -> group 404, which is target 1 at its IPv6 address; UDP 54 -> group 405, the same.
#pragma once

#include <initializer_list>
#include <vector>

#include "dataplane/bpf/test_fabric.h"

namespace postern::dataplane::testing {

constexpr std::uint32_t kConsumer = 1, kProvider = 2;
constexpr std::uint32_t kClientPort = 11, kNeighbourPort = 12, kTarget1Port = 13, kTarget2Port = 14,
                        kLocalPort = 15, kConsumerServices = 20, kProviderServices = 21;
constexpr std::uint32_t kClientEni = 101, kNeighbourEni = 102, kTarget1Eni = 113, kTarget2Eni = 114,
                        kLocalEni = 115, kEndpointEni = 121, kNodeAEni = 131, kNodeCEni = 132;
constexpr std::uint32_t kClientGroup = 201, kNeighbourGroup = 202, kTargetGroupOfRules = 213,
                        kLocalGroup = 215, kEndpointGroup = 221, kNodeGroup = 231;
constexpr std::uint32_t kBalancer = 301;
constexpr std::uint32_t kTcpTargets = 401, kUdpTargets = 402, kPreservingTargets = 403;
constexpr std::uint32_t kTcpTarget1 = 501, kTcpTarget2 = 502, kUdpTarget = 503,
                        kPreservedTarget = 504, kIpv6Target = 505, kIpv6UdpTarget = 506;
constexpr std::uint32_t kIpv6Targets = 404, kIpv6UdpTargets = 405;

pn_addr addr(std::string_view text);
pn_addr addr(const IpAddress& address);
IpAddress ip(const pn_addr& address);
MacAddress mac_of(std::uint32_t port);

// A rule for a protocol, ports from `low` to `high`, and a peer: a CIDR in text or a group.
pn_rule rule(std::uint16_t protocol, std::uint16_t low, std::uint16_t high, std::string_view cidr);
pn_rule rule(std::uint16_t protocol, std::uint16_t low, std::uint16_t high, std::uint32_t group);

// A rule of a network ACL.
pn_acl_rule acl_rule(bool allow, std::uint16_t protocol, std::uint16_t low, std::uint16_t high,
                     std::string_view cidr);

class TestWorld {
 public:
  // Clears the fabric and fills it with the topology above.
  explicit TestWorld(Fabric& fabric);

  Fabric& fabric() { return fabric_; }

  void add_ipv6();

  void port(std::uint32_t index, pn_port_kind kind, std::uint32_t vpc, std::uint32_t owner,
            std::string_view address, std::uint32_t flags = 0);
  // The link loses so many of kPnLossAll packets.
  void lose(std::uint32_t index, std::uint16_t loss);
  void instance(std::uint32_t vpc, std::string_view address, std::uint32_t eni, std::uint32_t port,
                std::initializer_list<std::uint32_t> groups);
  void address(std::uint32_t vpc, std::string_view at, const pn_addr_info& info);
  void no_address(std::uint32_t vpc, std::string_view at);
  // Puts the interface at an address into a subnet with an ACL (0: none).
  void place(std::uint32_t vpc, std::string_view at, std::uint32_t subnet, std::uint32_t acl);
  void acl(std::uint32_t number, pn_direction direction, const std::vector<pn_acl_rule>& rules);
  void acl_generation(std::uint64_t generation);
  // Each change of an endpoint or a target makes another one; 0: each packet asks.
  void cut_generation(std::uint64_t generation);
  // `ipv6`: what it says of IPv6.
  void group(std::uint32_t number, pn_direction direction, std::initializer_list<pn_rule> rules,
             bool ipv6 = false);
  void no_group(std::uint32_t number, pn_direction direction);
  void endpoint(const pn_endpoint& endpoint);
  void no_endpoint();
  void listener(std::uint8_t protocol, std::uint16_t port, const pn_listener& listener,
                pn_listener_side side = kPnSideClients);
  // A TLS listener at port 443, which goes on to the targets of TCP 80.
  void tls_listener();
  void choice(std::uint32_t target_group, std::uint32_t node, std::uint32_t registered,
              std::initializer_list<std::uint32_t> targets);
  void target(std::uint32_t number, const pn_target& target);

  // The entries as the topology has them, to change and put again.
  pn_endpoint endpoint_entry() const;
  pn_addr_info node_entry(std::uint32_t eni) const;
  pn_target target_entry(std::uint32_t number) const;

 private:
  Fabric& fabric_;
  std::uint64_t cut_generation_ = 0;
};

// First packets of the topology's paths, as their senders write them.
Packet client_to_endpoint();      // TCP SYN to port 80
Packet client_to_endpoint_udp();  // to port 53
Packet client_to_neighbour();     // TCP SYN to port 22
Packet local_to_node();           // TCP SYN to port 80 of node a
Packet probe_to_target();         // TCP SYN from node a to target 1, port 8080
Packet client_to_resolver();      // UDP to port 53

// The same by IPv6.
Packet client_to_endpoint_ipv6();
Packet client_to_neighbour_ipv6();

// The answer to a packet that arrived, as its receiver on `port` writes it: SYN gets SYN and ACK.
Packet answer(const Packet& arrived, std::uint32_t port);
// The client's next packet of a TCP connection after `first`, with these flags.
Packet next(const Packet& first, std::uint8_t flags);

}  // namespace postern::dataplane::testing
