// SPDX-License-Identifier: Apache-2.0
// [VPC user guide, "Flow log records": action, srcaddr, dstaddr; "Flow log limitations"]
#include "flow_logs/passage.h"

#include <gtest/gtest.h>

#include "flow_logs/test_world.h"

namespace postern::flow_logs {
namespace {

using Texts = std::vector<std::string>;

// "eni-client out ACCEPT 10.0.1.10:40000 > 10.0.1.100:80"
Texts told(const Counted& row) {
  Texts out;
  for (const Passage& passage : passages(test_world(), row)) {
    out.push_back(fmt::format("{} {} {} {}:{} > {}:{}", passage.interface->id,
                              passage.egress ? "out" : "in", passage.accepted ? "ACCEPT" : "REJECT",
                              passage.source.text(), passage.source_port,
                              passage.destination.text(), passage.destination_port));
  }
  return out;
}

const std::string kClientOut = "eni-client out ACCEPT 10.0.1.10:40000 > 10.0.1.100:80";
const std::string kEndpointIn = "eni-endpoint in ACCEPT 10.0.1.10:40000 > 10.0.1.100:80";
const std::string kNodeOut = "eni-node out ACCEPT 10.0.1.20:5000 > 10.0.1.10:8080";

std::string rejected(std::string text) {
  return text.replace(text.find("ACCEPT"), 6, "REJECT");
}

// What passes between endpoint and load balancer is in neither's flow log.
TEST(Passages, Through_an_endpoint_each_side_sees_its_own) {
  EXPECT_EQ(told(through_endpoint(kPnVerdictFlowForwarded)),
            (Texts{kClientOut, kEndpointIn, kNodeOut,
                   "eni-target in ACCEPT 10.0.1.20:5000 > 10.0.1.10:8080"}));
  EXPECT_EQ(told(answer_through_endpoint(kPnVerdictFlowForwarded)),
            (Texts{"eni-target out ACCEPT 10.0.1.10:8080 > 10.0.1.20:5000",
                   "eni-node in ACCEPT 10.0.1.10:8080 > 10.0.1.20:5000",
                   "eni-endpoint out ACCEPT 10.0.1.100:80 > 10.0.1.10:40000",
                   "eni-client in ACCEPT 10.0.1.100:80 > 10.0.1.10:40000"}));
}

TEST(Passages, What_a_rule_refuses_is_rejected_where_the_rule_is) {
  struct Case {
    std::uint32_t verdict;
    std::uint32_t direction;
    std::uint32_t flags;  // how far the judgement came
    Texts told;
  };
  const std::uint32_t all = kPnFlowEndpoint | kPnFlowTranslate | kPnFlowTarget;
  const std::vector<Case> cases = {
      {kPnVerdictSourceEgressDenied, kPnEgress, 0, {rejected(kClientOut)}},
      {kPnVerdictSourceAclDenied, kPnEgress, all, {rejected(kClientOut)}},
      {kPnVerdictEndpointIngressDenied, kPnIngress, 0, {kClientOut, rejected(kEndpointIn)}},
      {kPnVerdictEndpointAclDenied, kPnIngress, all, {kClientOut, rejected(kEndpointIn)}},
      {kPnVerdictBalancerIngressDenied, kPnIngress, kPnFlowEndpoint, {kClientOut, kEndpointIn}},
      {kPnVerdictBalancerEgressDenied,
       kPnEgress,
       all,
       {kClientOut, kEndpointIn, rejected(kNodeOut)}},
      {kPnVerdictBalancerAclDenied, kPnEgress, all, {kClientOut, kEndpointIn, rejected(kNodeOut)}},
      {kPnVerdictTargetIngressDenied,
       kPnIngress,
       all,
       {kClientOut, kEndpointIn, kNodeOut, "eni-target in REJECT 10.0.1.20:5000 > 10.0.1.10:8080"}},
      {kPnVerdictDestinationAclDenied,
       kPnIngress,
       all,
       {kClientOut, kEndpointIn, kNodeOut, "eni-target in REJECT 10.0.1.20:5000 > 10.0.1.10:8080"}},
      // Not by a rule: it left its sender, that is all.
      {kPnVerdictEndpointNotAccepted, 0, 0, {kClientOut}},
      {kPnVerdictNoListener, 0, kPnFlowEndpoint, {kClientOut, kEndpointIn}},
      {kPnVerdictPortAllocationError, 0, all, {kClientOut, kEndpointIn}},
      {kPnVerdictEndpointIcmp, 0, 0, {kClientOut}},
      // "packets arrived after the connection was closed"
      {kPnVerdictFlowExpired, 0, all, {kClientOut, rejected(kEndpointIn)}},
      {kPnVerdictResetNoFlow, 0, kPnFlowEndpoint, {kClientOut, rejected(kEndpointIn)}},
      // It is being programmed: the next packet will be told.
      {kPnVerdictGroupMissing, 0, 0, {}},
  };
  for (const Case& c : cases) {
    SCOPED_TRACE(c.verdict);
    Counted row = through_endpoint(c.verdict);
    row.traffic.flags = c.flags;
    row.traffic.direction = c.direction;
    EXPECT_EQ(told(row), c.told);
  }
}

TEST(Passages, An_answer_that_an_acl_refuses_is_rejected_where_it_leaves_or_enters) {
  Counted row = answer_through_endpoint(kPnVerdictEndpointAclDenied);
  row.traffic.direction = kPnEgress;
  EXPECT_EQ(told(row).back(), "eni-endpoint out REJECT 10.0.1.100:80 > 10.0.1.10:40000");
  row.key.verdict = kPnVerdictBalancerAclDenied;
  row.traffic.direction = kPnIngress;
  EXPECT_EQ(told(row).back(), "eni-node in REJECT 10.0.1.10:8080 > 10.0.1.20:5000");
}

TEST(Passages, Between_two_instances_both_see_the_same_packet) {
  Counted row =
      counted(kConsumer, kClient, "10.0.1.10", 40000, "10.0.1.11", 22, kPnVerdictFlowForwarded);
  row.traffic.to_owner = kNeighbour;
  EXPECT_EQ(told(row), (Texts{"eni-client out ACCEPT 10.0.1.10:40000 > 10.0.1.11:22",
                              "eni-neighbour in ACCEPT 10.0.1.10:40000 > 10.0.1.11:22"}));
  row.key.verdict = kPnVerdictDestinationIngressDenied;
  row.traffic = {.packets = 1, .bytes = 40};
  EXPECT_EQ(told(row).back(), "eni-neighbour in REJECT 10.0.1.10:40000 > 10.0.1.11:22");
  row.key.verdict = kPnVerdictHalfOpenLimit;
  EXPECT_EQ(told(row).size(), 1U);
  // ICMP has no ports.
  row.key.flow.protocol = 1;
  row.key.verdict = kPnVerdictFlowForwarded;
  EXPECT_EQ(told(row).back(), "eni-neighbour in ACCEPT 10.0.1.10:0 > 10.0.1.11:0");
}

TEST(Passages, A_health_check_leaves_the_node) {
  // From the services namespace, whose number is its VPC's.
  Counted row =
      counted(kProvider, kProvider, "10.0.1.20", 62000, "10.0.1.10", 8080, kPnVerdictFlowForwarded);
  row.traffic.to_owner = kTarget;
  EXPECT_EQ(told(row), (Texts{"eni-node out ACCEPT 10.0.1.20:62000 > 10.0.1.10:8080",
                              "eni-target in ACCEPT 10.0.1.20:62000 > 10.0.1.10:8080"}));
  row.key.verdict = kPnVerdictTargetIngressDenied;
  EXPECT_EQ(told(row).back(), "eni-target in REJECT 10.0.1.20:62000 > 10.0.1.10:8080");
  row.key.verdict = kPnVerdictBalancerEgressDenied;
  EXPECT_EQ(told(row), Texts{"eni-node out REJECT 10.0.1.20:62000 > 10.0.1.10:8080"});
}

// docs/adr/0021: what passes between a node and its relay is on no network of anybody's.
TEST(Passages, A_node_and_its_relay_are_one) {
  Counted to_relay = through_endpoint(kPnVerdictFlowForwarded);
  to_relay.traffic.flags = kPnFlowEndpoint | kPnFlowTranslate;
  to_relay.traffic.to_owner = kProvider;
  to_relay.traffic.source = word("169.254.255.1");
  to_relay.traffic.destination = word("10.0.1.20");
  EXPECT_EQ(told(to_relay), (Texts{kClientOut, kEndpointIn}));

  Counted relayed = counted(kProvider, kProvider, "10.0.1.20", 2000, "169.254.255.2", 443,
                            kPnVerdictFlowForwarded);
  relayed.traffic.flags = kPnFlowTranslate | kPnFlowTarget;
  relayed.traffic.node_eni = kNode;
  relayed.traffic.to_vpc = kProvider;
  relayed.traffic.to_owner = kTarget;
  relayed.traffic.source = word("10.0.1.20");
  relayed.traffic.source_port_be = htons(5000);
  relayed.traffic.destination = word("10.0.1.10");
  relayed.traffic.destination_port_be = htons(8080);
  EXPECT_EQ(told(relayed),
            (Texts{kNodeOut, "eni-target in ACCEPT 10.0.1.20:5000 > 10.0.1.10:8080"}));
}

// "Traffic generated by instances when they contact the Amazon DNS server", "to and from
// 169.254.169.254", "to the reserved IP address for the default VPC router"
TEST(Passages, Traffic_with_the_vpcs_own_addresses_is_not_told) {
  for (const char* own : {"10.0.0.2", "169.254.169.253", "169.254.169.254", "10.0.1.1"}) {
    SCOPED_TRACE(own);
    EXPECT_EQ(
        told(counted(kConsumer, kClient, "10.0.1.10", 40000, own, 53, kPnVerdictFlowForwarded)),
        Texts());
    EXPECT_EQ(
        told(counted(kConsumer, kConsumer, own, 53, "10.0.1.10", 40000, kPnVerdictFlowForwarded)),
        Texts());
  }
}

TEST(Passages, An_interface_that_is_gone_is_known_by_the_world_before) {
  const Counted row = through_endpoint(kPnVerdictSourceEgressDenied);
  const Interfaces interfaces(test_world(), model::World());
  EXPECT_EQ(passages_of(interfaces, row.key, row.traffic, TimePoint()).size(), 1U);
  EXPECT_TRUE(passages(model::World(), row).empty());
}

TEST(Passages, Times_are_those_of_the_wall) {
  const auto all = passages(test_world(), through_endpoint(kPnVerdictFlowForwarded));
  EXPECT_EQ(all.front().first, TimePoint(std::chrono::seconds(1010)));
  EXPECT_EQ(all.front().last, TimePoint(std::chrono::seconds(1012)));
}

}  // namespace
}  // namespace postern::flow_logs
