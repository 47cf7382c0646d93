// SPDX-License-Identifier: Apache-2.0
// Corners that came to light when the reference (src/reference) was held against the programs.
#include <gtest/gtest.h>

#include <algorithm>
#include <array>

#include "dataplane/bpf/test_send.h"
#include "dataplane/bpf/test_world.h"

namespace postern::dataplane::testing {
namespace {

constexpr std::uint8_t kIcmp = 1, kTcp = 6, kUdp = 17;
constexpr std::size_t kIp = 14;

Packet ping(std::uint8_t code = 0, std::uint16_t id = 77) {
  Packet packet = client_to_neighbour();
  packet.protocol = kIcmp;
  packet.icmp_code = code;
  packet.icmp_id = id;
  return packet;
}

Packet datagram_to_neighbour() {
  Packet packet = client_to_neighbour();
  packet.protocol = kUdp;
  packet.payload.resize(24);
  return packet;
}

void admit_all(TestWorld& world, std::uint32_t group) {
  for (const auto direction : {kPnIngress, kPnEgress}) {
    world.group(group, direction, {rule(kPnProtocolAny, 0, 0, "0.0.0.0/0")});
  }
}

void want_proxy(TestWorld& world) {
  world.listener(kTcp, 80,
                 {.listener = 601,
                  .target_group = kTcpTargets,
                  .flags = kPnListenerProxyV2,
                  .idle_seconds = 350});
}

Packet error_about(const Packet& arrived, std::uint32_t port) {
  Packet error = icmp_error(arrived, 3);
  error.source_mac = mac_of(port);
  return error;
}

TEST(Corner, An_error_about_an_expired_connection_is_about_none_swept_or_not) {
  TestWorld world(fabric());
  const Packet there = sent(kClientPort, client_to_endpoint_udp());
  EXPECT_EQ(send(kTarget1Port, error_about(there, kTarget1Port)).verdict, Verdict::ErrorForwarded);
  fabric().pass(122);
  EXPECT_EQ(send(kTarget1Port, error_about(there, kTarget1Port)).verdict,
            Verdict::IcmpErrorUnrelated);
}

TEST(Corner, What_an_error_quotes_is_in_the_packet_and_not_behind_it) {
  TestWorld world(fabric());
  const Packet there = sent(kClientPort, client_to_endpoint());
  Bytes frame = error_about(there, kTarget1Port).bytes();
  ASSERT_EQ(frame[kIp + 3], 56);
  frame[kIp + 3] = 55;
  frame[kIp + 11] += 1;
  EXPECT_EQ(fabric().send(kTarget1Port, frame).verdict, Verdict::IcmpErrorUnrelated);
}

// [RFC 1122, 3.2.2]
TEST(Corner, Errors_about_ICMP_are_about_echoes) {
  TestWorld world(fabric());
  const Packet arrived = sent(kClientPort, ping());
  for (const auto& [type, verdict] : {std::pair{std::uint8_t{8}, Verdict::ErrorForwarded},
                                      std::pair{std::uint8_t{3}, Verdict::IcmpErrorUnrelated},
                                      std::pair{std::uint8_t{13}, Verdict::IcmpErrorUnrelated}}) {
    SCOPED_TRACE(type);
    // An error about the echo, or about something with the same id that is none, of either side.
    Packet error = error_about(arrived, kNeighbourPort);
    error.payload[20] = type;
    EXPECT_EQ(send(kNeighbourPort, error).verdict, verdict);
  }
  Packet back = error_about(answer(arrived, kNeighbourPort), kClientPort);
  back.payload[20] = 3;
  EXPECT_EQ(send(kClientPort, back).verdict, Verdict::IcmpErrorUnrelated);
}

TEST(Corner, A_fast_open_request_at_the_end_of_all_options_is_hidden_too) {
  TestWorld world(fabric());
  want_proxy(world);
  Packet syn = client_to_endpoint();
  syn.tcp_options.assign(38, 1);
  syn.tcp_options.insert(syn.tcp_options.end(), {34, 2});
  EXPECT_EQ(sent(kClientPort, syn).tcp_options[38], 253);
}

// Its bytes are in the middle of the segment: they are no ports and no numbers.
TEST(Corner, A_later_fragment_gets_no_RST) {
  TestWorld world(fabric());
  sent(kClientPort, client_to_neighbour());
  fabric().pass(28);
  Packet first = next(client_to_neighbour(), kAck);
  first.fragment = 0x2000;
  first.payload.resize(40);
  sent(kClientPort, first);
  sent(kNeighbourPort, answer(client_to_neighbour(), kNeighbourPort));
  sent(kClientPort, next(client_to_neighbour(), kRst));
  fabric().pass(10);
  Packet later = first;
  later.fragment = 8;
  const Outcome outcome = send(kClientPort, later);
  EXPECT_EQ(outcome.verdict, Verdict::FlowExpired);
  EXPECT_FALSE(outcome.sent);
}

TEST(Corner, Selective_acknowledgements_when_the_clients_first_byte_has_number_0) {
  TestWorld world(fabric());
  want_proxy(world);
  Packet syn = client_to_endpoint();
  syn.sequence = 0xffffffff;
  const Packet there = sent(kClientPort, syn);
  sent(kTarget1Port, answer(there, kTarget1Port));
  Packet get = next(syn, kAck | kPsh);
  get.payload = {'G', 'E', 'T'};
  sent(kClientPort, get);
  Packet back = answer(there, kTarget1Port);
  back.flags = kAck;
  back.acknowledgement = 0;
  // The second half of the header has arrived, and nothing of the client's.
  back.tcp_options = {1, 1, 5, 10, 0, 0, 0, 50, 0, 0, 0, 100};
  const Packet moved = sent(kTarget1Port, back);
  EXPECT_EQ(moved.tcp_options, (Bytes{1, 1, 5, 10, 0, 0, 0, 0, 0, 0, 0, 0}));
}

TEST(Corner, Padding_behind_a_bare_acknowledgement_is_nothing_that_the_client_said) {
  TestWorld world(fabric());
  want_proxy(world);
  const Packet syn = client_to_endpoint();
  const Packet there = sent(kClientPort, syn);
  sent(kTarget1Port, answer(there, kTarget1Port));
  Bytes padded = next(syn, kAck).bytes();
  padded.resize(60);
  const Outcome outcome = fabric().send(kClientPort, padded);
  EXPECT_EQ(outcome.verdict, Verdict::FlowForwarded);
  EXPECT_EQ(outcome.frame.size(), padded.size()) << "no header yet";
}

// Who is not held to its own address may borrow another's, and with it no connection of its owner.
TEST(Corner, A_borrowed_address_takes_no_connection_from_its_owner) {
  TestWorld world(fabric());
  admit_all(world, kNeighbourGroup);
  admit_all(world, kEndpointGroup);
  world.port(kNeighbourPort, kPnPortInstance, kConsumer, kNeighbourEni, "10.0.1.11",
             kPnPortNoSourceCheck);
  const Packet syn = client_to_endpoint();
  const Packet there = sent(kClientPort, syn);
  sent(kTarget1Port, answer(there, kTarget1Port));
  sent(kClientPort, next(syn, kAck));
  for (const std::uint8_t flags : {std::uint8_t{kSyn}, std::uint8_t{kRst}, std::uint8_t{kAck}}) {
    Packet borrowed = next(syn, flags);
    borrowed.source_mac = mac_of(kNeighbourPort);
    EXPECT_EQ(send(kNeighbourPort, borrowed).verdict, Verdict::TupleInUse);
    EXPECT_EQ(send(kClientPort, next(syn, kAck)).verdict, Verdict::FlowForwarded);
  }
  fabric().pass(400);
  Packet borrowed = syn;
  borrowed.source_mac = mac_of(kNeighbourPort);
  EXPECT_EQ(send(kNeighbourPort, borrowed).verdict, Verdict::EndpointAdmitted);
  EXPECT_EQ(send(kClientPort, syn).verdict, Verdict::EndpointAdmitted) << "the owner takes it back";
}

TEST(Corner, A_connection_whose_client_is_gone_holds_no_addresses) {
  TestWorld world(fabric());
  world.choice(kPreservingTargets, kNodeCEni, 1, {kPreservedTarget});
  Packet first = local_to_node();
  first.destination_port = 81;
  sent(kLocalPort, first);
  world.instance(kProvider, "10.0.1.30", 199, kLocalPort, {kLocalGroup});
  Packet other = first;
  other.destination = ip("10.0.2.200");
  EXPECT_EQ(send(kLocalPort, other).verdict, Verdict::BalancerAdmitted);
}

// A router that is an instance: what comes back goes to it, whatever address it is sent to.
TEST(Corner, The_ACL_of_who_gets_a_packet_is_asked_and_not_of_who_has_its_address) {
  TestWorld world(fabric());
  admit_all(world, kClientGroup);
  admit_all(world, kNeighbourGroup);
  world.port(kClientPort, kPnPortInstance, kConsumer, kClientEni, "10.0.1.10",
             kPnPortNoSourceCheck);
  world.place(kConsumer, "10.0.1.10", 51, 71);
  world.place(kConsumer, "10.0.1.11", 52, 0);
  const pn_acl_rule all = acl_rule(true, kPnProtocolAny, 0, 0, "0.0.0.0/0");
  world.acl(71, kPnEgress, {all});
  world.acl(71, kPnIngress, {all});
  world.acl_generation(1);
  Packet from_elsewhere = datagram_to_neighbour();
  from_elsewhere.source = ip("192.168.0.1");
  const Packet there = sent(kClientPort, from_elsewhere);
  EXPECT_EQ(send(kNeighbourPort, answer(there, kNeighbourPort)).verdict, Verdict::FlowForwarded);
  world.acl(71, kPnIngress, {});
  world.acl_generation(2);
  EXPECT_EQ(send(kNeighbourPort, answer(there, kNeighbourPort)).verdict,
            Verdict::DestinationAclDenied);
}

void put_client_and_neighbour_apart(TestWorld& world, const std::vector<pn_acl_rule>& outbound) {
  admit_all(world, kClientGroup);
  admit_all(world, kNeighbourGroup);
  world.place(kConsumer, "10.0.1.10", 51, 71);
  world.place(kConsumer, "10.0.1.11", 52, 0);
  world.acl(71, kPnEgress, outbound);
  world.acl(71, kPnIngress, {acl_rule(true, kPnProtocolAny, 0, 0, "0.0.0.0/0")});
  world.acl_generation(1);
}

TEST(Corner, ACLs_are_asked_about_each_echos_code) {
  TestWorld world(fabric());
  put_client_and_neighbour_apart(world, {acl_rule(true, kIcmp, 8, 0, "0.0.0.0/0")});
  EXPECT_EQ(send(kClientPort, ping()).verdict, Verdict::InstanceAdmitted);
  EXPECT_EQ(send(kClientPort, ping()).verdict, Verdict::FlowForwarded);
  EXPECT_EQ(send(kClientPort, ping(1)).verdict, Verdict::SourceAclDenied);
}

TEST(Corner, A_later_fragment_of_an_echo_is_one_for_the_ACLs_too) {
  TestWorld world(fabric());
  put_client_and_neighbour_apart(world, {acl_rule(true, kIcmp, 8, 0, "0.0.0.0/0")});
  Packet first = ping();
  first.fragment = 0x2000;
  first.payload.resize(24);
  EXPECT_EQ(send(kClientPort, first).verdict, Verdict::InstanceAdmitted);
  Packet later = first;
  later.fragment = 4;
  EXPECT_EQ(send(kClientPort, later).verdict, Verdict::FlowForwarded);
  world.acl_generation(2);
  EXPECT_EQ(send(kClientPort, later).verdict, Verdict::FlowForwarded);
}

// The id that is kPnEchoPortBe makes both directions look alike.
TEST(Corner, Who_is_pinged_may_not_ping_back_with_any_id) {
  TestWorld world(fabric());
  for (const std::uint16_t id : {std::uint16_t{77}, std::uint16_t{0x0008}, std::uint16_t{0x0800}}) {
    SCOPED_TRACE(id);
    const Packet request = sent(kClientPort, ping(0, id));
    Packet back = answer(request, kNeighbourPort);
    EXPECT_EQ(send(kNeighbourPort, back).verdict, Verdict::FlowForwarded);
    back.icmp_type = 8;
    EXPECT_EQ(send(kNeighbourPort, back).verdict, Verdict::SourceEgressDenied);
  }
}

}  // namespace
}  // namespace postern::dataplane::testing
