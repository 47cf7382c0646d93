// SPDX-License-Identifier: Apache-2.0
// What `postern fault` does to packets: losses, and connections that end before their time.
#include <gtest/gtest.h>

#include "dataplane/bpf/test_send.h"
#include "dataplane/bpf/test_world.h"

namespace postern::dataplane::testing {
namespace {

// A connection of the client through the endpoint, as it arrives at the target.
Packet open() {
  const Packet there = sent(kClientPort, client_to_endpoint());
  sent(kTarget1Port, answer(there, kTarget1Port));
  sent(kClientPort, next(client_to_endpoint(), kAck));
  return there;
}

Packet data() {
  return next(client_to_endpoint(), kAck | kPsh);
}

int lost_of(int packets, std::uint32_t from, const Packet& packet) {
  int lost = 0;
  for (int at = 0; at < packets; ++at) {
    const Outcome outcome = send(from, packet);
    EXPECT_TRUE(outcome.sent || outcome.verdict == Verdict::LostOnPurpose)
        << info(outcome.verdict).name;
    lost += outcome.sent ? 0 : 1;
  }
  return lost;
}

TEST(Loss, A_link_loses_its_share_of_what_it_sends_and_of_what_it_is_sent) {
  constexpr int kPackets = 4000;
  TestWorld world(fabric());
  const Packet there = open();
  Packet back = answer(there, kTarget1Port);
  back.flags = kAck;
  EXPECT_EQ(lost_of(100, kClientPort, data()), 0);
  world.lose(kClientPort, kPnLossAll / 10);
  // Seven times the deviation of a draw of so many.
  EXPECT_NEAR(lost_of(kPackets, kClientPort, data()), kPackets / 10, 140);
  EXPECT_NEAR(lost_of(kPackets, kTarget1Port, back), kPackets / 10, 140);
  world.lose(kClientPort, 0);
  EXPECT_EQ(lost_of(100, kClientPort, data()), 0);
}

TEST(Loss, What_is_lost_before_it_is_judged_leaves_nothing_behind) {
  TestWorld world(fabric());
  world.lose(kClientPort, kPnLossAll);
  EXPECT_EQ(send(kClientPort, client_to_endpoint()).verdict, Verdict::LostOnPurpose);
  EXPECT_EQ(fabric().half_open(kClientPort), 0U);
}

TEST(Loss, A_SYN_that_its_receiver_has_not_seen_is_sent_again_and_arrives) {
  TestWorld world(fabric());
  world.lose(kTarget1Port, kPnLossAll);
  EXPECT_EQ(send(kClientPort, client_to_endpoint()).verdict, Verdict::LostOnPurpose);
  world.lose(kTarget1Port, 0);
  const Packet there = sent(kClientPort, client_to_endpoint());
  sent(kTarget1Port, answer(there, kTarget1Port));
  sent(kClientPort, next(client_to_endpoint(), kAck));
}

TEST(Loss, An_address_is_still_answered_for) {
  TestWorld world(fabric());
  world.lose(kClientPort, kPnLossAll);
  const Arp question{.source_mac = mac_of(kClientPort),
                     .sender_mac = mac_of(kClientPort),
                     .sender = *IpAddress::parse("10.0.1.10"),
                     .target = *IpAddress::parse("10.0.1.1")};
  EXPECT_EQ(fabric().send(kClientPort, question.bytes()).verdict, Verdict::ArpAnswered);
}

// [NLB guide, "Connection idle timeout": data after it gets a TCP RST]
TEST(Expiring, A_silent_connection_gets_what_it_would_after_its_time) {
  TestWorld world(fabric());
  open();
  EXPECT_EQ(fabric().expire(5), 0U) << "it is not silent";
  EXPECT_EQ(send(kClientPort, data()).verdict, Verdict::FlowForwarded);
  fabric().pass(6);
  EXPECT_EQ(fabric().expire(5), 1U);
  EXPECT_EQ(fabric().expire(5), 0U) << "it is over already";
  EXPECT_EQ(send(kClientPort, data()).verdict, Verdict::FlowExpired);
  const Packet again = sent(kClientPort, client_to_endpoint());
  EXPECT_EQ(again.destination_port, 8080);
}

TEST(Expiring, Either_direction_keeps_a_connection_from_being_silent) {
  TestWorld world(fabric());
  const Packet there = open();
  fabric().pass(6);
  Packet more = answer(there, kTarget1Port);
  more.flags = kAck;
  sent(kTarget1Port, more);
  EXPECT_EQ(fabric().expire(5), 0U);
  EXPECT_EQ(send(kClientPort, data()).verdict, Verdict::FlowForwarded);
}

TEST(Expiring, All_of_them_when_none_has_to_be_silent) {
  TestWorld world(fabric());
  open();
  sent(kClientPort, client_to_neighbour());
  sent(kClientPort, client_to_resolver());
  EXPECT_EQ(fabric().expire(0), 3U);
}

TEST(Forgetting, Only_the_connections_that_entered_the_node_are_gone) {
  TestWorld world(fabric());
  open();
  sent(kClientPort, client_to_neighbour());
  EXPECT_EQ(fabric().expire(0, kNodeCEni), 0U);
  EXPECT_EQ(fabric().expire(0, kNodeAEni), 1U);
  EXPECT_EQ(send(kClientPort, data()).verdict, Verdict::ResetNoFlow);
  Packet more = next(client_to_neighbour(), kAck);
  EXPECT_EQ(send(kClientPort, more).verdict, Verdict::FlowForwarded);
}

TEST(Forgetting, Where_the_node_is_gone_too_a_client_of_its_own_VPC_hears_nothing) {
  TestWorld world(fabric());
  sent(kLocalPort, local_to_node());
  world.no_address(kProvider, "10.0.1.200");
  EXPECT_EQ(send(kLocalPort, next(local_to_node(), kAck)).verdict, Verdict::FlowForwarded);
  EXPECT_EQ(fabric().expire(0, kNodeAEni), 1U);
  EXPECT_EQ(send(kLocalPort, next(local_to_node(), kAck)).verdict, Verdict::DestinationUnknown);
}

}  // namespace
}  // namespace postern::dataplane::testing
