// SPDX-License-Identifier: Apache-2.0
// How long a connection is tracked, what ends it, and what a sender hears then.
#include <gtest/gtest.h>

#include "dataplane/bpf/test_send.h"
#include "dataplane/bpf/test_world.h"

namespace postern::dataplane::testing {
namespace {

Packet ping() {
  Packet packet = client_to_neighbour();
  packet.protocol = 1;
  return packet;
}

// Opens the connection of `first`, and gives its packet as the target got it.
Packet open(const Packet& first, std::uint32_t from, std::uint32_t to) {
  const Packet there = sent(from, first);
  sent(to, answer(there, to));
  sent(from, next(first, kAck));
  return there;
}

TEST(Flow, Each_protocol_has_its_idle_time) {
  struct Case {
    const char* name;
    Packet first;
    std::uint32_t to;
    std::uint64_t seconds;
    Verdict afterwards;
  };
  Packet gre = client_to_neighbour();
  gre.protocol = 47;
  gre.payload.resize(40);
  const std::vector<Case> cases = {
      // [NLB guide: TCP 350 s, UDP 120 s]
      {"endpoint TCP", client_to_endpoint(), kTarget1Port, 350, Verdict::FlowExpired},
      {"endpoint UDP", client_to_endpoint_udp(), kTarget1Port, 120, Verdict::EndpointAdmitted},
      // [EC2 user guide, "Idle connection tracking timeout": TCP 432000 s, one request and
      // response 30 s]
      {"VPC TCP", client_to_neighbour(), kNeighbourPort, 432000, Verdict::FlowExpired},
      {"VPC UDP", client_to_resolver(), kConsumerServices, 30, Verdict::ServiceAdmitted},
      {"VPC ICMP", ping(), kNeighbourPort, 30, Verdict::InstanceAdmitted},
      {"VPC GRE", gre, kNeighbourPort, 600, Verdict::InstanceAdmitted},
  };
  for (const Case& c : cases) {
    SCOPED_TRACE(c.name);
    TestWorld world(fabric());
    world.group(kClientGroup, kPnEgress, {rule(kPnProtocolAny, 0, 0, "0.0.0.0/0")});
    world.group(kNeighbourGroup, kPnIngress, {rule(kPnProtocolAny, 0, 0, "0.0.0.0/0")});
    open(c.first, kClientPort, c.to);
    fabric().pass(c.seconds - 1);
    EXPECT_EQ(send(kClientPort, next(c.first, kAck)).verdict, Verdict::FlowForwarded);
    fabric().pass(c.seconds + 2);
    EXPECT_EQ(send(kClientPort, next(c.first, kAck)).verdict, c.afterwards);
  }
}

// [EC2 user guide, "Idle connection tracking timeout": UDP stream 180 s, single direction 30 s]
TEST(Flow, UDP_of_more_than_one_request_and_response_is_a_stream) {
  struct Case {
    const char* name;
    int requests;
    int responses;
    std::uint64_t seconds;
  };
  for (const Case& c : {Case{"one way", 3, 0, 30}, Case{"one response", 3, 1, 30},
                        Case{"one request", 1, 3, 30}, Case{"two of each", 2, 2, 180}}) {
    SCOPED_TRACE(c.name);
    TestWorld world(fabric());
    const Packet query = client_to_resolver();
    const Packet there = sent(kClientPort, query);
    for (int at = 1; at < c.requests; ++at) {
      sent(kClientPort, query);
    }
    for (int at = 0; at < c.responses; ++at) {
      sent(kConsumerServices, answer(there, kConsumerServices));
    }
    fabric().pass(c.seconds - 1);
    fabric().sweep();
    const pn_sweep_report before = fabric().sweep();
    EXPECT_EQ(before.live, 2U);
    fabric().pass(3);
    fabric().sweep();
    EXPECT_EQ(fabric().sweep().live, 0U);
  }
}

TEST(Flow, A_packet_of_either_side_keeps_it_alive) {
  TestWorld world(fabric());
  const Packet there = open(client_to_endpoint(), kClientPort, kTarget1Port);
  Packet more = answer(there, kTarget1Port);
  more.flags = kAck;
  for (int i = 0; i < 4; ++i) {
    fabric().pass(300);
    EXPECT_EQ(send(kTarget1Port, more).verdict, Verdict::FlowForwarded);
  }
  EXPECT_EQ(send(kClientPort, next(client_to_endpoint(), kAck)).verdict, Verdict::FlowForwarded);
}

// [NLB guide: data after the idle time-out gets RST; RFC 9293, 3.10.7.1 for its numbers]
TEST(Flow, The_RST_after_a_silence_is_one_that_its_receiver_takes) {
  TestWorld world(fabric());
  const Packet there = open(client_to_endpoint(), kClientPort, kTarget1Port);
  fabric().pass(1000);
  Packet data = next(client_to_endpoint(), kAck | kPsh);
  data.payload.resize(100);
  data.tcp_options = {1, 1, 8, 10, 0, 0, 0, 1, 0, 0, 0, 2};
  Packet late = answer(there, kTarget1Port);
  late.flags = kAck;
  struct Case {
    const char* name;
    std::uint32_t port;
    Packet packet;
    std::uint32_t gso_size;
  };
  for (const Case& c : {Case{"client", kClientPort, data, 0}, Case{"target", kTarget1Port, late, 0},
                        Case{"client, several segments in one", kClientPort, data, 50}}) {
    SCOPED_TRACE(c.name);
    const Outcome outcome = fabric().send(c.port, c.packet.bytes(), c.gso_size);
    EXPECT_EQ(outcome.verdict, Verdict::FlowExpired);
    EXPECT_TRUE(outcome.sent);
    EXPECT_EQ(outcome.to_port, c.port);
    const Parsed reset = parse(outcome.frame);
    EXPECT_EQ(reset.fault, "");
    EXPECT_EQ(outcome.frame.size(), 54u);
    EXPECT_EQ(reset.packet.destination_mac, mac_of(c.port));
    EXPECT_EQ(reset.packet.source, c.packet.destination);
    EXPECT_EQ(reset.packet.destination, c.packet.source);
    EXPECT_EQ(reset.packet.source_port, c.packet.destination_port);
    EXPECT_EQ(reset.packet.destination_port, c.packet.source_port);
    EXPECT_EQ(reset.packet.flags, kRst);
    EXPECT_EQ(reset.packet.sequence, c.packet.acknowledgement);
  }
}

TEST(Flow, The_RST_to_a_SYN_acknowledges_it) {
  TestWorld world(fabric());
  world.choice(kTcpTargets, kNodeAEni, 0, {});
  Packet first = client_to_endpoint();
  first.tcp_options = mss_option(1460);
  const Parsed reset = parse(send(kClientPort, first).frame);
  EXPECT_EQ(reset.fault, "");
  EXPECT_EQ(reset.packet.flags, kRst | kAck);
  EXPECT_EQ(reset.packet.sequence, 0u);
  EXPECT_EQ(reset.packet.acknowledgement, first.sequence + 1);
}

TEST(Flow, UDP_to_an_empty_target_group_gets_nothing_back) {
  TestWorld world(fabric());
  world.choice(kUdpTargets, kNodeAEni, 0, {});
  const Outcome outcome = send(kClientPort, client_to_endpoint_udp());
  EXPECT_EQ(outcome.verdict, Verdict::TargetGroupEmpty);
  EXPECT_FALSE(outcome.sent);
}

// [NLB guide: the reply must come within 30 s]
TEST(Flow, A_connection_that_nobody_answers_is_given_up_after_30_seconds) {
  TestWorld world(fabric());
  sent(kClientPort, client_to_endpoint());
  fabric().pass(29);
  EXPECT_EQ(send(kClientPort, client_to_endpoint()).verdict, Verdict::FlowForwarded);
  fabric().pass(32);
  EXPECT_EQ(send(kClientPort, client_to_endpoint()).verdict, Verdict::EndpointAdmitted);
}

TEST(Flow, A_client_cannot_open_a_connection_by_itself) {
  TestWorld world(fabric());
  sent(kClientPort, client_to_endpoint());
  EXPECT_EQ(send(kClientPort, next(client_to_endpoint(), kAck)).verdict, Verdict::FlowForwarded);
  EXPECT_EQ(fabric().half_open(kClientPort), 1u);
  fabric().pass(32);
  EXPECT_EQ(send(kClientPort, next(client_to_endpoint(), kAck)).verdict, Verdict::FlowExpired);
}

TEST(Flow, Half_open_connections_are_counted_until_answered_reset_or_swept) {
  TestWorld world(fabric());
  std::vector<Packet> firsts;
  for (std::uint16_t i = 0; i < 8; ++i) {
    firsts.push_back(client_to_endpoint());
    firsts.back().source_port = static_cast<std::uint16_t>(1000 + i);
  }
  std::vector<Packet> there;
  for (const Packet& first : firsts) {
    there.push_back(sent(kClientPort, first));
  }
  EXPECT_EQ(fabric().half_open(kClientPort), 8u);
  EXPECT_EQ(send(kClientPort, client_to_neighbour()).verdict, Verdict::HalfOpenLimit);

  sent(kTarget1Port, answer(there[0], kTarget1Port));
  EXPECT_EQ(fabric().half_open(kClientPort), 8u) << "the client has not answered yet";
  sent(kClientPort, next(firsts[0], kAck));
  EXPECT_EQ(fabric().half_open(kClientPort), 7u);
  sent(kClientPort, next(firsts[0], kAck));
  EXPECT_EQ(fabric().half_open(kClientPort), 7u) << "once";

  Packet refused = answer(there[1], kTarget1Port);
  refused.flags = kRst | kAck;
  sent(kTarget1Port, refused);
  EXPECT_EQ(fabric().half_open(kClientPort), 6u);

  fabric().pass(40);
  fabric().sweep();
  fabric().sweep();
  EXPECT_EQ(fabric().half_open(kClientPort), 0u);
  EXPECT_EQ(fabric().half_open(kTarget1Port), 0u) << "who is asked has opened nothing";
  EXPECT_EQ(send(kClientPort, client_to_neighbour()).verdict, Verdict::InstanceAdmitted);
}

TEST(Flow, Queries_are_counted_until_answered_or_swept) {
  TestWorld world(fabric());
  std::vector<Packet> there;
  for (std::uint16_t i = 0; i < 8; ++i) {
    Packet query = client_to_endpoint_udp();
    query.source_port = static_cast<std::uint16_t>(1000 + i);
    there.push_back(sent(kClientPort, query));
    sent(kClientPort, query);
  }
  EXPECT_EQ(fabric().half_open(kClientPort), 8U);
  EXPECT_EQ(send(kClientPort, client_to_endpoint_udp()).verdict, Verdict::HalfOpenLimit);
  sent(kTarget1Port, answer(there[0], kTarget1Port));
  sent(kTarget1Port, answer(there[0], kTarget1Port));
  EXPECT_EQ(fabric().half_open(kClientPort), 7U) << "once";
  fabric().pass(121);
  fabric().sweep();
  fabric().sweep();
  EXPECT_EQ(fabric().half_open(kClientPort), 0U);
}

TEST(Flow, A_SYN_on_a_closed_connection_begins_a_new_one) {
  struct Case {
    const char* name;
    std::uint8_t client, target;
  };
  for (const Case& c : {Case{"both sent FIN", kFin | kAck, kFin | kAck},
                        Case{"client reset it", kRst, 0}, Case{"target reset it", 0, kRst}}) {
    SCOPED_TRACE(c.name);
    TestWorld world(fabric());
    const Packet first = client_to_endpoint();
    const Packet there = open(first, kClientPort, kTarget1Port);
    EXPECT_EQ(send(kClientPort, first).verdict, Verdict::FlowForwarded) << "not closed yet";
    if (c.client) {
      sent(kClientPort, next(first, c.client));
    }
    if (c.target) {
      Packet end = answer(there, kTarget1Port);
      end.flags = c.target;
      sent(kTarget1Port, end);
    }
    EXPECT_EQ(send(kClientPort, next(first, kAck)).verdict, Verdict::FlowForwarded)
        << "late segments find their way";
    EXPECT_EQ(send(kClientPort, first).verdict, Verdict::EndpointAdmitted);
  }
}

TEST(Flow, A_connection_that_one_side_has_closed_lives_on) {
  TestWorld world(fabric());
  const Packet first = client_to_endpoint();
  const Packet there = open(first, kClientPort, kTarget1Port);
  sent(kClientPort, next(first, kFin | kAck));
  fabric().pass(60);
  Packet more = answer(there, kTarget1Port);
  more.flags = kAck;
  EXPECT_EQ(send(kTarget1Port, more).verdict, Verdict::FlowForwarded);
}

// A client's connection through one node, and a SYN from the same port to another node whose target
// is the same: both keep the client's address, so that the target would take them for one.
class OneTuple : public ::testing::Test {
 protected:
  OneTuple() {
    world_.choice(kPreservingTargets, kNodeCEni, 1, {kPreservedTarget});
    first_.destination_port = 81;
    other_ = first_;
    other_.destination = ip("10.0.2.200");
    open(first_, kLocalPort, kTarget1Port);
    EXPECT_EQ(send(kLocalPort, other_).verdict, Verdict::TupleInUse);
  }

  TestWorld world_{fabric()};
  Packet first_ = local_to_node();
  Packet other_;
};

TEST_F(OneTuple, Is_given_back_by_a_closed_connection) {
  sent(kLocalPort, next(first_, kRst));
  EXPECT_EQ(send(kLocalPort, other_).verdict, Verdict::BalancerAdmitted);
}

TEST_F(OneTuple, Is_given_back_by_a_connection_that_was_cut) {
  const pn_target before = world_.target_entry(kPreservedTarget);
  pn_target closed = before;
  closed.state = kPnTargetClosed;
  world_.target(kPreservedTarget, closed);
  EXPECT_EQ(send(kLocalPort, next(first_, kAck)).verdict, Verdict::TargetClosed);
  // Another registration of the same address serves the new one.
  world_.target(kTcpTarget2, before);
  world_.choice(kPreservingTargets, kNodeCEni, 1, {kTcpTarget2});
  EXPECT_EQ(send(kLocalPort, other_).verdict, Verdict::BalancerAdmitted);
}

TEST(Flow, A_sweep_marks_what_is_over_and_the_next_deletes_it) {
  TestWorld world(fabric());
  open(client_to_endpoint(), kClientPort, kTarget1Port);
  open(client_to_neighbour(), kClientPort, kNeighbourPort);
  pn_sweep_report report = fabric().sweep();
  EXPECT_EQ(report.live, 4u);
  EXPECT_EQ(report.marked, 0u);
  fabric().pass(352);
  report = fabric().sweep();
  EXPECT_EQ(report.live, 2u) << "the neighbour's goes on";
  EXPECT_EQ(report.marked, 2u);
  EXPECT_EQ(send(kClientPort, next(client_to_endpoint(), kAck)).verdict, Verdict::ResetNoFlow)
      << "a marked entry is none";
  report = fabric().sweep();
  EXPECT_EQ(report.live, 2u);
  EXPECT_EQ(report.deleted + report.marked, 0u) << "and that segment took it away";
}

TEST(Flow, A_swept_connection_is_deleted_and_may_begin_again) {
  TestWorld world(fabric());
  open(client_to_endpoint(), kClientPort, kTarget1Port);
  fabric().pass(352);
  EXPECT_EQ(fabric().sweep().marked, 2u);
  EXPECT_EQ(fabric().sweep().deleted, 2u);
  const pn_sweep_report nothing = fabric().sweep();
  EXPECT_EQ(nothing.live + nothing.marked + nothing.deleted, 0u);
  EXPECT_EQ(send(kClientPort, client_to_endpoint()).verdict, Verdict::EndpointAdmitted);
}

TEST(Flow, A_sweep_takes_the_connections_of_a_link_that_is_gone_or_anothers) {
  struct Case {
    const char* name;
    std::uint32_t port;
    pn_port_kind kind;
    std::uint32_t owner;
  };
  for (const Case& c : {Case{"the client's is gone", kClientPort, kPnPortNone, 0},
                        Case{"the client's is another's", kClientPort, kPnPortInstance, 199},
                        Case{"the target's is gone", kTarget1Port, kPnPortNone, 0}}) {
    SCOPED_TRACE(c.name);
    TestWorld world(fabric());
    open(client_to_endpoint(), kClientPort, kTarget1Port);
    EXPECT_EQ(fabric().sweep().live, 2u);
    world.port(c.port, c.kind, kConsumer, c.owner, "10.0.1.10");
    EXPECT_EQ(fabric().sweep().marked, 2u);
    EXPECT_EQ(fabric().sweep().deleted, 2u);
  }
}

TEST(Flow, A_connection_in_use_outlives_any_sweep) {
  TestWorld world(fabric());
  const Packet first = client_to_endpoint();
  open(first, kClientPort, kTarget1Port);
  for (int i = 0; i < 10; ++i) {
    fabric().pass(200);
    fabric().sweep();
    EXPECT_EQ(send(kClientPort, next(first, kAck)).verdict, Verdict::FlowForwarded);
  }
}

// A link's number and an address come to another interface: it inherits nothing.
TEST(Flow, A_new_interface_does_not_inherit_connections) {
  TestWorld world(fabric());
  const Packet first = client_to_endpoint();
  const Packet there = open(first, kClientPort, kTarget1Port);
  world.instance(kConsumer, "10.0.1.10", 198, kClientPort, {kClientGroup});
  EXPECT_EQ(send(kTarget1Port, answer(there, kTarget1Port)).verdict, Verdict::DestinationGone);
  EXPECT_EQ(send(kClientPort, next(first, kAck)).verdict, Verdict::ResetNoFlow);
}

TEST(Flow, What_cuts_a_connection_cuts_its_answers_too) {
  TestWorld world(fabric());
  const Packet there = sent(kClientPort, client_to_endpoint_udp());
  world.no_endpoint();
  EXPECT_EQ(send(kTarget1Port, answer(there, kTarget1Port)).verdict, Verdict::EndpointMissing);
  EXPECT_EQ(send(kClientPort, client_to_endpoint_udp()).verdict, Verdict::EndpointMissing);
}

TEST(Flow, Answers_of_services_and_pings_pass_without_a_rule) {
  TestWorld world(fabric());
  for (const auto direction : {kPnIngress, kPnEgress}) {
    world.group(kClientGroup, direction, {});
  }
  const Packet query = sent(kClientPort, client_to_resolver());
  const Outcome response = send(kConsumerServices, answer(query, kConsumerServices));
  EXPECT_EQ(response.verdict, Verdict::FlowForwarded);
  EXPECT_EQ(response.to_port, kClientPort);

  world.group(kClientGroup, kPnEgress, {rule(1, 8, kPnIcmpAny, "10.0.1.11/32")});
  const Packet request = sent(kClientPort, ping());
  const Outcome reply = send(kNeighbourPort, answer(request, kNeighbourPort));
  EXPECT_EQ(reply.verdict, Verdict::FlowForwarded);
  EXPECT_EQ(reply.to_port, kClientPort);
}

TEST(Flow, A_pinged_instance_may_not_ping_back_with_the_same_id) {
  TestWorld world(fabric());
  const Packet request = sent(kClientPort, ping());
  Packet back = answer(request, kNeighbourPort);
  back.icmp_type = 8;
  EXPECT_EQ(send(kNeighbourPort, back).verdict, Verdict::SourceEgressDenied);
}

}  // namespace
}  // namespace postern::dataplane::testing
