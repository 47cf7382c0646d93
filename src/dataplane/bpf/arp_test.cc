// SPDX-License-Identifier: Apache-2.0
#include <gtest/gtest.h>

#include "dataplane/bpf/test_world.h"

namespace postern::dataplane::testing {
namespace {

TEST(Arp, What_has_an_address_in_the_VPC_is_answered_for) {
  const MacAddress router{std::array<std::uint8_t, 6>(PN_ROUTER_MAC)};
  struct Case {
    const char* target;
    MacAddress mac;
  };
  for (const Case& c : {Case{"10.0.1.11", mac_of(kNeighbourPort)},
                        Case{"10.0.1.100", MacAddress::local(kEndpointEni)},
                        Case{"10.0.1.1", router}, Case{"10.0.0.2", router},
                        Case{"169.254.169.253", router}, Case{"169.254.169.254", router}}) {
    SCOPED_TRACE(c.target);
    TestWorld world(fabric());
    const Arp question{.source_mac = mac_of(kClientPort),
                       .sender_mac = mac_of(kClientPort),
                       .sender = ip("10.0.1.10"),
                       .target = ip(c.target)};
    const Outcome outcome = fabric().send(kClientPort, question.bytes());
    EXPECT_EQ(outcome.verdict, Verdict::ArpAnswered);
    EXPECT_EQ(outcome.to_port, kClientPort);
    const auto reply = parse_arp(outcome.frame);
    ASSERT_TRUE(reply);
    EXPECT_EQ(reply->operation, 2);
    EXPECT_EQ(reply->source_mac, c.mac);
    EXPECT_EQ(reply->sender_mac, c.mac);
    EXPECT_EQ(reply->sender, question.target);
    EXPECT_EQ(reply->target_mac, question.sender_mac);
    EXPECT_EQ(reply->target, question.sender);
  }
}

TEST(Arp, The_services_namespace_finds_instances_from_any_of_its_addresses) {
  TestWorld world(fabric());
  for (const char* sender : {"10.0.1.200", "10.0.2.200", "10.0.0.2"}) {
    SCOPED_TRACE(sender);
    const Arp question{.source_mac = mac_of(kProviderServices),
                       .sender_mac = mac_of(kProviderServices),
                       .sender = ip(sender),
                       .target = ip("10.0.1.10")};
    const Outcome outcome = fabric().send(kProviderServices, question.bytes());
    EXPECT_EQ(outcome.verdict, Verdict::ArpAnswered);
    const auto reply = parse_arp(outcome.frame);
    ASSERT_TRUE(reply);
    EXPECT_EQ(reply->sender_mac, mac_of(kTarget1Port));
  }
}

}  // namespace
}  // namespace postern::dataplane::testing
