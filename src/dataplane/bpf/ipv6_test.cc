// SPDX-License-Identifier: Apache-2.0
// IPv6 on the wire: neighbors, instances, endpoints, and what goes from one family to the other.
#include <fmt/format.h>

#include <algorithm>
#include <span>

#include "dataplane/bpf/test_send.h"

namespace postern::dataplane::testing {
namespace {

constexpr std::uint8_t kIcmpv6 = 58, kEcho = 128, kPacketTooBig = 2;
constexpr const char* kRouterAddress = "fe80::50:4eff:fe00:1";

class Ipv6 : public ::testing::Test {
 protected:
  Ipv6() { world_.add_ipv6(); }

  // The answer to a solicitation of the client for `target`.
  static Outcome solicit(const char* sender, const char* target) {
    Packet question = solicitation(ip(sender), ip(target));
    question.source_mac = mac_of(kClientPort);
    question.destination = ip("ff02::1:ff00:1");
    question.destination_mac = *MacAddress::parse("33:33:ff:00:00:01");
    return send(kClientPort, question);
  }

  TestWorld world_{fabric()};
};

// RFC 4861, 4.4.
TEST_F(Ipv6, What_has_an_address_in_the_VPC_is_advertised) {
  const MacAddress router{std::array<std::uint8_t, 6>(PN_ROUTER_MAC)};
  struct Row {
    const char* target;
    MacAddress mac;
    std::uint8_t flags;
  };
  for (const Row& row : {Row{"2600:1f00:0:1::11", mac_of(kNeighbourPort), 0x60},
                         Row{"2600:1f00:0:1::100", MacAddress::local(kEndpointEni), 0x60},
                         Row{kRouterAddress, router, 0xe0}}) {
    for (const char* sender : {"2600:1f00:0:1::10", "fe80::1234"}) {
      SCOPED_TRACE(fmt::format("{} asks for {}", sender, row.target));
      const Outcome outcome = solicit(sender, row.target);
      ASSERT_EQ(outcome.verdict, Verdict::ArpAnswered) << info(outcome.verdict).name;
      EXPECT_EQ(outcome.to_port, kClientPort);
      const Parsed answer = parse(outcome.frame);
      EXPECT_EQ(answer.fault, "");
      EXPECT_EQ(answer.packet.source_mac, row.mac);
      EXPECT_EQ(answer.packet.destination_mac, mac_of(kClientPort));
      EXPECT_EQ(answer.packet.source, ip(row.target));
      EXPECT_EQ(answer.packet.destination, ip(sender));
      EXPECT_EQ(answer.packet.hops, 255);
      EXPECT_EQ(answer.packet.icmp_type, 136);
      EXPECT_EQ(answer.packet.icmp_id >> 8, row.flags);
      const auto target = ip(row.target).bytes();
      Bytes target_and_mac(target.begin(), target.end());
      target_and_mac.insert(target_and_mac.end(), {2, 1});
      target_and_mac.insert(target_and_mac.end(), row.mac.bytes().begin(), row.mac.bytes().end());
      EXPECT_EQ(answer.packet.payload, target_and_mac);
    }
  }
}

TEST_F(Ipv6, Other_questions_about_neighbors_are_not_answered) {
  EXPECT_EQ(solicit("2600:1f00:0:1::10", "2600:1f00:0:1::99").verdict, Verdict::ArpUnknownAddress);
  EXPECT_EQ(solicit("::", "2600:1f00:0:1::10").verdict, Verdict::ArpIgnored);
  EXPECT_EQ(solicit("2600:1f00:0:1::10", "2600:1f00:0:1::10").verdict, Verdict::ArpIgnored);
  EXPECT_EQ(solicit("2600:1f00:0:1::11", "2600:1f00:0:1::100").verdict, Verdict::AddressSpoofed);
  EXPECT_EQ(solicit("2600:1f00:0:1::10", "::ffff:10.0.1.11").verdict, Verdict::ArpIgnored);
}

TEST_F(Ipv6, Instances_of_a_VPC_reach_each_other) {
  Packet echo = client_to_neighbour_ipv6();
  echo.protocol = kIcmpv6;
  echo.icmp_type = kEcho;
  for (const Packet& first : {client_to_neighbour_ipv6(), echo}) {
    SCOPED_TRACE(first.protocol);
    const Arrived there = delivered(kClientPort, first);
    EXPECT_EQ(there.port, kNeighbourPort);
    EXPECT_EQ(there.packet.source, first.source);
    EXPECT_EQ(there.packet.destination_mac, mac_of(kNeighbourPort));
    EXPECT_EQ(delivered(kNeighbourPort, answer(there.packet, kNeighbourPort)).port, kClientPort);
  }
  // What nobody has asked for is judged as any first packet.
  Packet unasked = answer(client_to_neighbour_ipv6(), kNeighbourPort);
  unasked.source_port = 23;
  EXPECT_EQ(send(kNeighbourPort, unasked).verdict, Verdict::SourceEgressDenied);
}

// [NLB guide, "IP address type": dualstack load balancers reach IPv4 targets for IPv6 clients]
TEST_F(Ipv6, An_IPv6_client_reaches_an_IPv4_target_through_an_endpoint) {
  Packet first = client_to_endpoint_ipv6();
  first.tcp_options = mss_option(8941);
  const Packet there = sent(kClientPort, first);
  EXPECT_EQ(there.source, ip("10.0.1.200"));
  EXPECT_EQ(there.destination, ip("10.0.1.10"));
  EXPECT_EQ(there.destination_port, 8080);
  EXPECT_EQ(there.destination_mac, mac_of(kTarget1Port));
  EXPECT_EQ(there.tcp_options, mss_option(8440));

  Packet reply = answer(there, kTarget1Port);
  reply.tcp_options = mss_option(8961);
  const Packet back = sent(kTarget1Port, reply);
  EXPECT_EQ(back.source, ip("2600:1f00:0:1::100"));
  EXPECT_EQ(back.source_port, 80);
  EXPECT_EQ(back.destination, first.source);
  EXPECT_EQ(back.destination_port, first.source_port);
  EXPECT_EQ(back.destination_mac, mac_of(kClientPort));
  EXPECT_EQ(back.tcp_options, mss_option(8440));

  Packet more = next(first, kAck | kPsh);
  more.payload = {'G', 'E', 'T'};
  EXPECT_EQ(sent(kClientPort, more).payload, more.payload);
}

TEST_F(Ipv6, Either_client_reaches_an_IPv6_target_through_an_endpoint) {
  for (Packet first : {client_to_endpoint_ipv6(), client_to_endpoint()}) {
    SCOPED_TRACE(first.source.text());
    first.destination_port = 82;
    const Packet there = sent(kClientPort, first);
    EXPECT_EQ(there.source, ip("2600:1f00:0:1::200"));
    EXPECT_EQ(there.destination, ip("2600:1f00:0:1::10"));
    EXPECT_EQ(there.destination_mac, mac_of(kTarget1Port));
    const Packet back = sent(kTarget1Port, answer(there, kTarget1Port));
    EXPECT_EQ(back.source, first.destination);
    EXPECT_EQ(back.destination, first.source);
    EXPECT_EQ(back.destination_port, first.source_port);
  }
}

TEST_F(Ipv6, Datagrams_change_their_family_too) {
  Packet first = client_to_endpoint_udp();
  first.destination_port = 54;
  const Packet there = sent(kClientPort, first);
  EXPECT_EQ(there.source, ip("2600:1f00:0:1::200"));
  EXPECT_EQ(there.payload, first.payload);
  const Packet back = sent(kTarget1Port, answer(there, kTarget1Port));
  EXPECT_EQ(back.source, first.destination);
  EXPECT_EQ(back.payload, first.payload);
}

// [NLB guide, "Client IP preservation"]
TEST_F(Ipv6, A_clients_address_is_preserved_within_its_family_only) {
  world_.listener(6, 82,
                  {.listener = 604,
                   .target_group = kIpv6Targets,
                   .flags = kPnListenerPreserve,
                   .idle_seconds = 350});
  Packet from_ipv6 = local_to_node();
  from_ipv6.source = ip("2600:1f00:0:1::30");
  from_ipv6.destination = ip("2600:1f00:0:1::200");
  from_ipv6.destination_port = 82;
  EXPECT_EQ(sent(kLocalPort, from_ipv6).source, from_ipv6.source);
  Packet from_ipv4 = local_to_node();
  from_ipv4.destination_port = 82;
  EXPECT_EQ(sent(kLocalPort, from_ipv4).source, ip("2600:1f00:0:1::200"));
}

// ["The PROXY protocol", 2.2: TCP over IPv6; NLB guide, "Proxy protocol"]
TEST_F(Ipv6, A_target_is_told_an_IPv6_client_in_the_PROXY_header) {
  for (const std::uint16_t port : {std::uint16_t{80}, std::uint16_t{82}}) {
    SCOPED_TRACE(port);
    world_.listener(6, port,
                    {.listener = 601,
                     .target_group = port == 80 ? kTcpTargets : kIpv6Targets,
                     .flags = kPnListenerProxyV2,
                     .idle_seconds = 350});
    Packet first = client_to_endpoint_ipv6();
    first.source_port = static_cast<std::uint16_t>(40000 + port);
    first.destination_port = port;
    const Packet there = sent(kClientPort, first);
    sent(kTarget1Port, answer(there, kTarget1Port));
    sent(kClientPort, next(first, kAck));
    Packet data = next(first, kAck | kPsh);
    data.payload = {'G', 'E', 'T'};
    const Bytes header = sent(kClientPort, data).payload;
    ASSERT_EQ(header.size(), 124u);
    EXPECT_EQ(header[12], 0x21);
    EXPECT_EQ(header[13], 0x21);
    EXPECT_EQ(header[14] << 8 | header[15], 124 - 16);
    EXPECT_TRUE(std::ranges::equal(first.source.bytes(), std::span(header).subspan(16, 16)));
    EXPECT_TRUE(std::ranges::equal(first.destination.bytes(), std::span(header).subspan(32, 16)));
    EXPECT_EQ(header[50] << 8 | header[51], port);
  }
}

TEST_F(Ipv6, A_connection_that_is_over_is_reset) {
  const Packet first = client_to_neighbour_ipv6();
  const Packet there = sent(kClientPort, first);
  sent(kNeighbourPort, answer(there, kNeighbourPort));
  sent(kClientPort, next(first, kAck));
  fabric().pass(432001);
  const Outcome outcome = send(kClientPort, next(first, kAck));
  EXPECT_EQ(outcome.verdict, Verdict::FlowExpired);
  EXPECT_EQ(outcome.to_port, kClientPort);
  const Parsed reset = parse(outcome.frame);
  EXPECT_EQ(reset.fault, "");
  EXPECT_EQ(reset.packet.flags, kRst);
  EXPECT_EQ(reset.packet.source, first.destination);
  EXPECT_EQ(reset.packet.destination, first.source);
  EXPECT_EQ(reset.packet.sequence, 5001u);
}

TEST_F(Ipv6, An_error_goes_back_the_way_of_its_connection) {
  Packet first = client_to_endpoint_ipv6();
  first.destination_port = 82;
  Packet error = icmp_error(sent(kClientPort, first), 0);
  error.icmp_type = kPacketTooBig;
  error.source_mac = mac_of(kTarget1Port);
  const Outcome outcome = send(kTarget1Port, error);
  ASSERT_EQ(outcome.verdict, Verdict::ErrorForwarded) << info(outcome.verdict).name;
  EXPECT_EQ(outcome.to_port, kClientPort);
  const Parsed arrived = parse(outcome.frame);
  EXPECT_EQ(arrived.fault, "");
  EXPECT_EQ(arrived.packet.source, first.destination);
  EXPECT_EQ(arrived.packet.destination, first.source);
  const Parsed quoted = parse_quotation(arrived.packet);
  EXPECT_EQ(quoted.packet.source, first.source);
  EXPECT_EQ(quoted.packet.source_port, first.source_port);
  EXPECT_EQ(quoted.packet.destination, first.destination);
  EXPECT_EQ(quoted.packet.destination_port, 82);
}

// What the two families say of errors differs: none is made into one of the other.
TEST_F(Ipv6, An_error_from_the_other_family_is_dropped) {
  Packet error = icmp_error(sent(kClientPort, client_to_endpoint_ipv6()), 3);
  error.source_mac = mac_of(kTarget1Port);
  EXPECT_EQ(send(kTarget1Port, error).verdict, Verdict::IcmpErrorUnrelated);
}

TEST_F(Ipv6, An_address_that_another_interface_has_now_is_that_ones) {
  const Packet first = client_to_neighbour_ipv6();
  sent(kClientPort, first);
  pn_addr_info moved{};
  moved.kind = kPnAddrInstance;
  moved.eni = kNeighbourEni;
  moved.port = kNeighbourPort;
  moved.group_count = 1;
  moved.groups[0] = kNeighbourGroup;
  world_.address(kConsumer, "2600:1f00:0:1::10", moved);
  EXPECT_EQ(send(kClientPort, next(first, kAck)).verdict, Verdict::AddressSpoofed);
  world_.group(kNeighbourGroup, kPnEgress, {rule(kPnProtocolAny, 0, 0, "::/0")}, true);
  world_.group(kEndpointGroup, kPnIngress, {rule(kPnProtocolAny, 0, 0, "::/0")}, true);
  Packet own = client_to_endpoint_ipv6();
  own.source_mac = mac_of(kNeighbourPort);
  EXPECT_EQ(send(kNeighbourPort, own).verdict, Verdict::EndpointAdmitted);
}

}  // namespace
}  // namespace postern::dataplane::testing
