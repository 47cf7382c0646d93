// SPDX-License-Identifier: Apache-2.0
// TLS listeners: clients are handed to the relay at the node, and the relay's own connections go on
// to a target. (docs/adr/0021)
#include <arpa/inet.h>
#include <gtest/gtest.h>

#include "dataplane/bpf/test_send.h"

namespace postern::dataplane::testing {
namespace {

constexpr std::uint16_t kTls = 443;
const IpAddress kNode = ip("10.0.1.200");

Packet at_443(Packet packet) {
  packet.destination_port = kTls;
  return packet;
}

Packet from_relay(std::uint16_t port) {
  Packet packet = probe_to_target();
  packet.destination = IpAddress::v4(kPnRelayTargets);
  packet.source_port = port;
  packet.destination_port = kTls;
  return packet;
}

TEST(Relay, A_client_of_the_VPC_comes_to_it_as_itself) {
  TestWorld world(fabric());
  world.tls_listener();
  const Packet syn = at_443(local_to_node());
  const Arrived there = delivered(kLocalPort, syn);
  EXPECT_EQ(there.port, kProviderServices);
  EXPECT_EQ(there.packet.source, syn.source);
  EXPECT_EQ(there.packet.source_port, syn.source_port);
  EXPECT_EQ(there.packet.destination, kNode);
  EXPECT_EQ(there.packet.destination_port, kTls);
  const Arrived back = delivered(kProviderServices, answer(there.packet, kProviderServices));
  EXPECT_EQ(back.port, kLocalPort);
  EXPECT_EQ(back.packet.source, kNode);
  EXPECT_EQ(back.packet.destination, syn.source);
}

// It is told who its client is in the middle of the stream, so that all numbers move: a later
// fragment has none.
TEST(Relay, Fragments_do_not_come_to_it) {
  TestWorld world(fabric());
  world.tls_listener();
  const Packet syn = at_443(local_to_node());
  const Arrived there = delivered(kLocalPort, syn);
  delivered(kProviderServices, answer(there.packet, kProviderServices));
  Packet fragment = next(syn, kAck);
  fragment.fragment = 0x2000;  // more of them come
  EXPECT_EQ(send(kLocalPort, fragment).verdict, Verdict::Fragment);
}

// Consumers' addresses may be the provider's own too.
TEST(Relay, A_client_behind_an_endpoint_comes_to_it_from_an_address_of_nobodys) {
  TestWorld world(fabric());
  world.tls_listener();
  const Packet syn = at_443(client_to_endpoint());
  const Arrived there = delivered(kClientPort, syn);
  EXPECT_EQ(there.port, kProviderServices);
  EXPECT_EQ(there.packet.source, IpAddress::v4(kPnRelayClients));
  EXPECT_EQ(there.packet.destination, kNode);
  const Arrived back = delivered(kProviderServices, answer(there.packet, kProviderServices));
  EXPECT_EQ(back.port, kClientPort);
  EXPECT_EQ(back.packet.source, syn.destination);
  EXPECT_EQ(back.packet.source_port, kTls);
  EXPECT_EQ(back.packet.destination, syn.source);
  EXPECT_EQ(back.packet.destination_port, syn.source_port);
}

TEST(Relay, Two_clients_behind_endpoints_are_told_apart_by_their_ports) {
  TestWorld world(fabric());
  world.tls_listener();
  Packet first = at_443(client_to_endpoint());
  Packet second = first;
  second.source_port = static_cast<std::uint16_t>(first.source_port + 1);
  EXPECT_NE(delivered(kClientPort, first).packet.source_port,
            delivered(kClientPort, second).packet.source_port);
}

TEST(Relay, Its_own_connection_goes_on_to_a_target_from_the_node) {
  TestWorld world(fabric());
  world.tls_listener();
  const Packet syn = from_relay(40000);
  const Arrived there = delivered(kProviderServices, syn);
  EXPECT_EQ(there.port, kTarget1Port);
  EXPECT_EQ(there.packet.source, kNode);
  EXPECT_EQ(there.packet.destination, ip("10.0.1.10"));
  EXPECT_EQ(there.packet.destination_port, 8080);
  const Arrived back = delivered(kTarget1Port, answer(there.packet, kTarget1Port));
  EXPECT_EQ(back.port, kProviderServices);
  EXPECT_EQ(back.packet.source, IpAddress::v4(kPnRelayTargets));
  EXPECT_EQ(back.packet.source_port, kTls);
  EXPECT_EQ(back.packet.destination, kNode);
  EXPECT_EQ(back.packet.destination_port, 40000);
}

TEST(Relay, A_rejected_endpoint_cuts_the_client_from_it) {
  TestWorld world(fabric());
  world.tls_listener();
  const Packet syn = at_443(client_to_endpoint());
  const Arrived there = delivered(kClientPort, syn);
  delivered(kProviderServices, answer(there.packet, kProviderServices));
  pn_endpoint closed = world.endpoint_entry();
  closed.state = kPnEndpointClosed;
  world.endpoint(closed);
  EXPECT_EQ(send(kClientPort, next(syn, kAck)).verdict, Verdict::EndpointNotAccepted);
}

TEST(Relay, A_target_that_closes_its_connections_resets_the_relays) {
  TestWorld world(fabric());
  world.tls_listener();
  const Packet syn = from_relay(40000);
  delivered(kTarget1Port, answer(delivered(kProviderServices, syn).packet, kTarget1Port));
  pn_target closed = world.target_entry(kTcpTarget1);
  closed.state = kPnTargetClosed;
  world.target(kTcpTarget1, closed);
  EXPECT_EQ(send(kProviderServices, next(syn, kAck)).verdict, Verdict::TargetClosed);
}

// Between two subnets each stretch of the way is asked for itself; at the node there is none.
TEST(Relay, Network_ACLs_are_asked_on_either_side_of_it) {
  TestWorld world(fabric());
  world.tls_listener();
  world.place(kConsumer, "10.0.1.10", 701, 0);
  world.place(kConsumer, "10.0.1.100", 702, 801);
  world.place(kProvider, "10.0.1.200", 703, 0);
  world.place(kProvider, "10.0.1.10", 704, 802);
  for (const std::uint32_t acl : {801U, 802U}) {
    world.acl(acl, kPnIngress, {acl_rule(true, kPnProtocolAny, 0, 0, "0.0.0.0/0")});
    world.acl(acl, kPnEgress, {acl_rule(true, kPnProtocolAny, 0, 0, "0.0.0.0/0")});
  }
  world.acl_generation(1);
  const Arrived there = delivered(kClientPort, at_443(client_to_endpoint()));
  EXPECT_EQ(delivered(kProviderServices, answer(there.packet, kProviderServices)).port,
            kClientPort);
  const Arrived at_target = delivered(kProviderServices, from_relay(40000));
  EXPECT_EQ(delivered(kTarget1Port, answer(at_target.packet, kTarget1Port)).port,
            kProviderServices);

  world.acl(801, kPnIngress, {});
  world.acl(802, kPnIngress, {});
  world.acl_generation(2);
  Packet another = at_443(client_to_endpoint());
  another.source_port = 50001;
  EXPECT_EQ(send(kClientPort, another).verdict, Verdict::EndpointAclDenied);
  EXPECT_EQ(send(kProviderServices, from_relay(40001)).verdict, Verdict::DestinationAclDenied);
}

}  // namespace
}  // namespace postern::dataplane::testing
