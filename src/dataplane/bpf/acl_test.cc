// SPDX-License-Identifier: Apache-2.0
// Network ACLs: asked of every packet that crosses from one subnet into another, in both
// directions. [VPC user guide, "Control subnet traffic with network access control lists"]
#include <gtest/gtest.h>

#include <string>
#include <vector>

#include "dataplane/bpf/test_world.h"

namespace postern::dataplane::testing {
namespace {

constexpr std::uint8_t kTcp = 6;
constexpr std::uint32_t kAcl = 801;

const pn_acl_rule kAllowAll = acl_rule(true, kPnProtocolAny, 0, 0, "0.0.0.0/0");

// The interfaces of the endpoint's path in four subnets; each may be given an ACL.
struct Places {
  std::uint32_t client = 0, endpoint = 0, node = 0, target = 0;
};

void lay_out(TestWorld& world, const Places& acl) {
  world.place(kConsumer, "10.0.1.10", 701, acl.client);
  world.place(kConsumer, "10.0.1.11", 701, acl.client);
  world.place(kConsumer, "10.0.1.100", 702, acl.endpoint);
  world.place(kProvider, "10.0.1.200", 703, acl.node);
  world.place(kProvider, "10.0.1.10", 704, acl.target);
  world.place(kProvider, "10.0.1.30", 705, 0);
}

Verdict sent(std::uint32_t from, const Packet& packet) {
  return fabric().send(from, packet.bytes()).verdict;
}

struct Row {
  const char* name;
  Places acl;
  std::vector<pn_acl_rule> inbound;
  std::vector<pn_acl_rule> outbound;
  Verdict first;  // of the client's SYN
  Verdict reply;  // of the target's answer, if the first passed
};

TEST(Acls, Each_subnet_of_the_path_is_asked_on_both_ways) {
  const pn_acl_rule http = acl_rule(true, kTcp, 80, 80, "10.0.1.0/24");
  const pn_acl_rule to_target = acl_rule(true, kTcp, 8080, 8080, "10.0.0.0/16");
  const pn_acl_rule ephemeral = acl_rule(true, kTcp, 1024, 65535, "10.0.0.0/16");
  const Places client{.client = kAcl}, endpoint{.endpoint = kAcl}, node{.node = kAcl},
      target{.target = kAcl};
  const std::vector<Row> rows = {
      {"client: nothing out", client, {kAllowAll}, {}, Verdict::SourceAclDenied, {}},
      {"client: nothing in",
       client,
       {},
       {http},
       Verdict::EndpointAdmitted,
       Verdict::DestinationAclDenied},
      {"client: return ports forgotten",
       client,
       {http},
       {http},
       Verdict::EndpointAdmitted,
       Verdict::DestinationAclDenied},
      {"client: both ways",
       client,
       {ephemeral},
       {http},
       Verdict::EndpointAdmitted,
       Verdict::FlowForwarded},
      {"endpoint: nothing in", endpoint, {}, {kAllowAll}, Verdict::EndpointAclDenied, {}},
      {"endpoint: nothing out",
       endpoint,
       {http},
       {},
       Verdict::EndpointAdmitted,
       Verdict::EndpointAclDenied},
      {"endpoint: both ways",
       endpoint,
       {http},
       {ephemeral},
       Verdict::EndpointAdmitted,
       Verdict::FlowForwarded},
      {"node: nothing out", node, {kAllowAll}, {}, Verdict::BalancerAclDenied, {}},
      {"node: inbound is not asked about what comes from an endpoint",
       node,
       {ephemeral},
       {to_target},
       Verdict::EndpointAdmitted,
       Verdict::FlowForwarded},
      {"node: answers not let in",
       node,
       {http},
       {to_target},
       Verdict::EndpointAdmitted,
       Verdict::BalancerAclDenied},
      {"target: nothing in", target, {}, {kAllowAll}, Verdict::DestinationAclDenied, {}},
      {"target: nothing out",
       target,
       {to_target},
       {},
       Verdict::EndpointAdmitted,
       Verdict::SourceAclDenied},
      {"target: both ways",
       target,
       {to_target},
       {ephemeral},
       Verdict::EndpointAdmitted,
       Verdict::FlowForwarded},
  };
  for (const Row& row : rows) {
    SCOPED_TRACE(row.name);
    TestWorld world(fabric());
    lay_out(world, row.acl);
    world.acl(kAcl, kPnIngress, row.inbound);
    world.acl(kAcl, kPnEgress, row.outbound);
    world.acl_generation(1);
    const Outcome first = fabric().send(kClientPort, client_to_endpoint().bytes());
    EXPECT_EQ(info(first.verdict).name, info(row.first).name);
    if (first.verdict != Verdict::EndpointAdmitted) {
      continue;
    }
    const Packet back = answer(parse(first.frame).packet, kTarget1Port);
    EXPECT_EQ(info(sent(kTarget1Port, back)).name, info(row.reply).name);
  }
}

TEST(Acls, The_first_rule_that_fits_decides) {
  const pn_acl_rule deny_one = acl_rule(false, kTcp, 80, 80, "10.0.1.100/32");
  for (const bool deny_first : {true, false}) {
    SCOPED_TRACE(deny_first);
    TestWorld world(fabric());
    lay_out(world, {.client = kAcl});
    world.acl(kAcl, kPnIngress, {kAllowAll});
    world.acl(kAcl, kPnEgress,
              deny_first ? std::vector{deny_one, kAllowAll} : std::vector{kAllowAll, deny_one});
    world.acl_generation(1);
    EXPECT_EQ(sent(kClientPort, client_to_endpoint()),
              deny_first ? Verdict::SourceAclDenied : Verdict::EndpointAdmitted);
  }
}

TEST(Acls, Within_a_subnet_and_towards_the_resolver_nothing_is_asked) {
  TestWorld world(fabric());
  lay_out(world, {.client = kAcl});
  world.acl(kAcl, kPnIngress, {});
  world.acl(kAcl, kPnEgress, {});
  world.acl_generation(1);
  EXPECT_EQ(sent(kClientPort, client_to_neighbour()), Verdict::InstanceAdmitted);
  EXPECT_EQ(sent(kClientPort, client_to_resolver()), Verdict::ServiceAdmitted);
}

TEST(Acls, A_deny_cuts_a_connection_at_once_and_its_end_gives_it_back) {
  TestWorld world(fabric());
  lay_out(world, {.target = kAcl});
  world.acl(kAcl, kPnIngress, {kAllowAll});
  world.acl(kAcl, kPnEgress, {kAllowAll});
  world.acl_generation(1);
  const Packet first = client_to_endpoint();
  const Outcome there = fabric().send(kClientPort, first.bytes());
  ASSERT_EQ(there.verdict, Verdict::EndpointAdmitted);
  const Packet back = answer(parse(there.frame).packet, kTarget1Port);
  ASSERT_EQ(sent(kTarget1Port, back), Verdict::FlowForwarded);

  world.acl(kAcl, kPnIngress, {});
  world.acl_generation(2);
  EXPECT_EQ(sent(kClientPort, next(first, kAck)), Verdict::DestinationAclDenied);
  EXPECT_EQ(sent(kTarget1Port, back), Verdict::FlowForwarded) << "outbound is still allowed";

  world.acl(kAcl, kPnIngress, {kAllowAll});
  world.acl_generation(3);
  EXPECT_EQ(sent(kClientPort, next(first, kAck)), Verdict::FlowForwarded);
}

TEST(Acls, A_connection_of_before_the_first_ACL_is_asked_too) {
  TestWorld world(fabric());
  const Packet first = client_to_endpoint();
  ASSERT_EQ(sent(kClientPort, first), Verdict::EndpointAdmitted);
  lay_out(world, {.endpoint = kAcl});
  world.acl(kAcl, kPnIngress, {});
  world.acl(kAcl, kPnEgress, {kAllowAll});
  world.acl_generation(1);
  EXPECT_EQ(sent(kClientPort, next(first, kAck)), Verdict::EndpointAclDenied);
}

TEST(Acls, The_node_of_its_own_VPC_is_a_subnet_of_the_way_also_when_addresses_are_preserved) {
  for (const std::uint16_t port : {std::uint16_t{80}, std::uint16_t{81}}) {
    SCOPED_TRACE(port);
    TestWorld world(fabric());
    lay_out(world, {.node = kAcl});
    world.acl(kAcl, kPnIngress, {acl_rule(true, kTcp, port, port, "10.0.1.30/32")});
    world.acl(kAcl, kPnEgress, {kAllowAll});
    world.acl_generation(1);
    Packet first = local_to_node();
    first.destination_port = port;
    const Outcome there = fabric().send(kLocalPort, first.bytes());
    ASSERT_EQ(info(there.verdict).name, info(Verdict::BalancerAdmitted).name);
    const Packet back = answer(parse(there.frame).packet, kTarget1Port);
    EXPECT_EQ(info(sent(kTarget1Port, back)).name, info(Verdict::BalancerAclDenied).name);
    world.acl(kAcl, kPnIngress, {kAllowAll});
    world.acl_generation(2);
    EXPECT_EQ(info(sent(kTarget1Port, back)).name, info(Verdict::FlowForwarded).name);
  }
}

TEST(Acls, A_health_check_is_asked_as_the_nodes_own_packet) {
  TestWorld world(fabric());
  lay_out(world, {.node = kAcl});
  world.acl(kAcl, kPnIngress, {kAllowAll});
  world.acl(kAcl, kPnEgress, {});
  world.acl_generation(1);
  EXPECT_EQ(sent(kProviderServices, probe_to_target()), Verdict::SourceAclDenied);
}

TEST(Acls, ICMP_is_judged_by_type_and_code_an_error_by_its_own) {
  TestWorld world(fabric());
  lay_out(world, {.client = kAcl});
  world.place(kConsumer, "10.0.1.11", 706, 0);
  world.acl(kAcl, kPnIngress, {acl_rule(true, 1, 0, 0, "0.0.0.0/0")});  // echo reply
  world.acl(kAcl, kPnEgress, {kAllowAll});
  world.acl_generation(1);
  Packet ping = client_to_neighbour();
  ping.protocol = 1;
  const Outcome there = fabric().send(kClientPort, ping.bytes());
  ASSERT_EQ(there.verdict, Verdict::InstanceAdmitted);
  EXPECT_EQ(sent(kNeighbourPort, answer(parse(there.frame).packet, kNeighbourPort)),
            Verdict::FlowForwarded);

  const Packet syn = client_to_neighbour();
  ASSERT_EQ(sent(kClientPort, syn), Verdict::InstanceAdmitted);
  Packet error = icmp_error(syn, 3);
  error.source_mac = mac_of(kNeighbourPort);
  EXPECT_EQ(sent(kNeighbourPort, error), Verdict::DestinationAclDenied);
  world.acl(kAcl, kPnIngress, {acl_rule(true, 1, 3, kPnIcmpAny, "0.0.0.0/0")});
  world.acl_generation(2);
  EXPECT_EQ(sent(kNeighbourPort, error), Verdict::ErrorForwarded);
}

TEST(Acls, One_that_is_not_programmed_lets_nothing_through) {
  TestWorld world(fabric());
  lay_out(world, {.target = kAcl});
  world.acl_generation(1);
  EXPECT_EQ(sent(kClientPort, client_to_endpoint()), Verdict::AclMissing);
}

}  // namespace
}  // namespace postern::dataplane::testing
