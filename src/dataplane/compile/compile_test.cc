// SPDX-License-Identifier: Apache-2.0
// What a World becomes: addresses, links, namespaces, endpoints.
#include <gtest/gtest.h>

#include "dataplane/compile/test_lookup.h"

namespace postern::dataplane {
namespace {

using model::EndpointState;

Program compiled(const TestWorld& world) {
  return compile(world.world(), Node());
}

Link link_of(const TestWorld& world, const std::string& instance) {
  const auto interface = world.get<model::NetworkInterface>("eni-" + instance);
  return {kPnPortInstance, interface.number, interface.port};
}

TEST(Compile, An_empty_world_is_an_empty_program) {
  const Program program = compile(model::World(), Node());
  EXPECT_EQ(program.tables(), Tables());
  EXPECT_TRUE(program.services().empty());
  EXPECT_TRUE(program.links().empty());
}

TEST(Compile, The_same_world_gives_the_same_bytes) {
  EXPECT_EQ(compiled(tutorial()).tables(), compiled(tutorial()).tables());
}

TEST(Compile, Two_vpcs_with_the_same_cidr_do_not_meet) {
  const TestWorld world = tutorial();
  const Program program = compiled(world);
  const auto client = address(world, program, "vpc-a", "10.0.1.10");
  const auto web = address(world, program, "vpc-b", "10.0.1.10");
  ASSERT_TRUE(client && web);
  EXPECT_EQ(client->eni, eni(world, "i-client"));
  EXPECT_EQ(web->eni, eni(world, "i-web1"));
  EXPECT_NE(client->port, web->port);
  const auto port = program.tables()[MapId::Ports].get<pn_port>(__u32{client->port});
  ASSERT_TRUE(port);
  EXPECT_EQ(port->vpc, world.get<model::Vpc>("vpc-a").number);
  EXPECT_EQ(port->owner, client->eni);
}

TEST(Compile, Every_kind_of_address_is_what_it_is) {
  const TestWorld world = tutorial();
  const Program program = compiled(world);
  const auto vpc_b = world.get<model::Vpc>("vpc-b");
  struct Case {
    const char* vpc;
    const char* address;
    pn_addr_kind kind;
    std::uint32_t port;
    std::uint32_t groups;
  };
  const std::uint32_t services_a = world.get<model::Vpc>("vpc-a").services_port;
  for (const Case& c : {
           Case{"vpc-a", "10.0.1.10", kPnAddrInstance, link_of(world, "i-client").port, 1},
           Case{"vpc-a", "10.0.1.100", kPnAddrEndpoint, 0, 1},
           Case{"vpc-b", "10.0.1.20", kPnAddrNode, vpc_b.services_port, 1},
           Case{"vpc-a", "10.0.0.2", kPnAddrService, services_a, 0},
           Case{"vpc-a", "169.254.169.253", kPnAddrService, services_a, 0},
           Case{"vpc-a", "169.254.169.254", kPnAddrService, services_a, 0},
           Case{"vpc-a", "10.0.1.1", kPnAddrRouter, 0, 0},
           Case{"vpc-a", "10.0.2.1", kPnAddrRouter, 0, 0},
           Case{"vpc-a", "10.0.1.20", kPnAddrNone, 0, 0},
           Case{"vpc-b", "10.0.1.100", kPnAddrNone, 0, 0},
       }) {
    SCOPED_TRACE(std::string(c.vpc) + " " + c.address);
    const auto found = address(world, program, c.vpc, c.address);
    ASSERT_EQ(found.has_value(), c.kind != kPnAddrNone);
    if (found) {
      EXPECT_EQ(found->kind, static_cast<std::uint32_t>(c.kind));
      EXPECT_EQ(found->port, c.port);
      EXPECT_EQ(found->group_count, c.groups);
    }
  }
}

// An interface that something of the host's own holds: dataplane/linux/tap.h has what a tap's is.
TEST(Compile, What_the_host_holds_has_a_link_while_its_holder_is_there) {
  using enum model::HolderKind;
  using enum model::HolderState;
  for (const model::HolderKind kind : {Process, Namespace, Tap}) {
    for (const model::HolderState state : {Attached, Waiting}) {
      TestWorld world = tutorial();
      world.interface("held", model::InterfaceType::Interface, "subnet-a1", "10.0.1.50",
                      {"sg-client"});
      world.edit<model::NetworkInterface>("eni-held", [&](model::NetworkInterface& interface) {
        interface.attachment =
            model::Attachment{.holder = model::Holder{.kind = kind, .state = state}};
      });
      const Program program = compiled(world);
      const Link link = link_of(world, "held");
      const bool attached = state == Attached;
      EXPECT_EQ(address(world, program, "vpc-a", "10.0.1.50").has_value(), attached);
      EXPECT_EQ(std::ranges::binary_search(program.links(), link), attached);
      const auto port = program.tables()[MapId::Ports].get<pn_port>(__u32{link.port});
      ASSERT_EQ(port.has_value(), attached);
      if (port) {
        EXPECT_EQ(port->flags, kind == Tap ? __u32{kPnPortTap} : 0U);
      }
    }
  }
}

TEST(Compile, A_vpc_is_its_cidr_in_mapped_form) {
  const TestWorld world = tutorial();
  const auto vpc = compiled(world).tables()[MapId::Vpcs].get<pn_vpc>(
      __u32{world.get<model::Vpc>("vpc-a").number});
  ASSERT_TRUE(vpc);
  EXPECT_EQ(std::memcmp(&vpc->net, "\0\0\0\0\0\0\0\0\0\0\xff\xff\x0a\0\0\0", 16), 0);
  EXPECT_EQ(
      std::memcmp(&vpc->mask, "\xff\xff\xff\xff\xff\xff\xff\xff\xff\xff\xff\xff\xff\xff\0\0", 16),
      0);
}

TEST(Compile, Without_dns_support_there_is_no_resolver) {
  TestWorld world = tutorial();
  world.edit<model::Vpc>("vpc-a", [](model::Vpc& vpc) { vpc.enable_dns_support = false; });
  const Program program = compiled(world);
  EXPECT_FALSE(address(world, program, "vpc-a", "10.0.0.2"));
  EXPECT_FALSE(address(world, program, "vpc-a", "169.254.169.253"));
  EXPECT_TRUE(address(world, program, "vpc-a", "169.254.169.254"));
}

TEST(Compile, A_vpc_with_an_interface_has_services_with_the_nodes_addresses) {
  TestWorld world = tutorial();
  world.vpc("vpc-empty", "10.0.0.0/16");
  const Program program = compiled(world);
  ASSERT_EQ(program.services().size(), 2U);
  const Services services = program.services()[1];
  const auto vpc = world.get<model::Vpc>("vpc-b");
  EXPECT_EQ(services.vpc_id, "vpc-b");
  EXPECT_EQ(services.port, vpc.services_port);
  std::vector<std::string> addresses;
  for (const IpAddress& each : services.addresses) {
    addresses.push_back(each.text());
  }
  EXPECT_EQ(addresses, (std::vector<std::string>{"10.0.0.2", "10.0.1.20", "10.0.2.20",
                                                 "169.254.169.253", "169.254.169.254"}));
  const auto port = program.tables()[MapId::Ports].get<pn_port>(__u32{vpc.services_port});
  ASSERT_TRUE(port);
  EXPECT_EQ(port->kind, static_cast<std::uint32_t>(kPnPortServices));
  EXPECT_EQ(port->owner, vpc.number);
  EXPECT_TRUE(std::ranges::equal(port->mac, services.mac.bytes()));
}

TEST(Compile, An_instance_has_entries_while_it_is_pending_or_running_only) {
  using model::InstanceState;
  struct Case {
    InstanceState state;
    bool has_entries;
  };
  for (const Case& c :
       {Case{InstanceState::Pending, true}, Case{InstanceState::Running, true},
        Case{InstanceState::ShuttingDown, false}, Case{InstanceState::Stopping, false},
        Case{InstanceState::Stopped, false}, Case{InstanceState::Terminated, false}}) {
    SCOPED_TRACE(static_cast<int>(c.state));
    TestWorld world = tutorial();
    world.edit<model::Instance>("i-web1",
                                [&](model::Instance& instance) { instance.state = c.state; });
    const Program program = compiled(world);
    const Link link = link_of(world, "i-web1");
    EXPECT_EQ(address(world, program, "vpc-b", "10.0.1.10").has_value(), c.has_entries);
    EXPECT_EQ(program.tables()[MapId::Ports].get<pn_port>(__u32{link.port}).has_value(),
              c.has_entries);
    // Its link is another's to make and to end: it may be there as long as the interface is.
    EXPECT_TRUE(std::ranges::binary_search(program.links(), link));
  }
}

TEST(Compile, A_gone_interface_has_nothing) {
  TestWorld world = tutorial();
  const Link link = link_of(world, "i-web1");
  world.erase<model::NetworkInterface>("eni-i-web1");
  const Program program = compiled(world);
  EXPECT_FALSE(address(world, program, "vpc-b", "10.0.1.10"));
  EXPECT_FALSE(std::ranges::binary_search(program.links(), link));
}

TEST(Compile, The_source_check_can_be_off) {
  TestWorld world = tutorial();
  const Link link = link_of(world, "i-client");
  const auto flags = [&] {
    return compiled(world).tables()[MapId::Ports].get<pn_port>(__u32{link.port})->flags;
  };
  EXPECT_EQ(flags(), 0U);
  world.edit<model::NetworkInterface>(
      "eni-i-client", [](model::NetworkInterface& eni) { eni.source_dest_check = false; });
  EXPECT_EQ(flags(), static_cast<std::uint32_t>(kPnPortNoSourceCheck));
}

// [AWS PrivateLink guide, "Endpoint states"]
TEST(Compile, An_endpoint_forwards_from_its_acceptance_on_and_at_no_other_time) {
  struct Case {
    EndpointState state;
    pn_endpoint_state expected;
  };
  for (const Case& c : {Case{EndpointState::PendingAcceptance, kPnEndpointClosed},
                        Case{EndpointState::Pending, kPnEndpointForwarding},
                        Case{EndpointState::Available, kPnEndpointForwarding},
                        Case{EndpointState::Rejected, kPnEndpointClosed},
                        Case{EndpointState::Expired, kPnEndpointClosed},
                        Case{EndpointState::Failed, kPnEndpointClosed},
                        Case{EndpointState::Deleting, kPnEndpointClosed}}) {
    SCOPED_TRACE(static_cast<int>(c.state));
    TestWorld world = tutorial();
    world.set_state("vpce-1", c.state);
    const auto made = endpoint(world, compiled(world), "vpce-1-subnet-a1");
    ASSERT_TRUE(made);
    EXPECT_EQ(made->state, static_cast<std::uint32_t>(c.expected));
    // Its address goes on being its own, so that what drops its packets has the right name.
    EXPECT_TRUE(address(world, compiled(world), "vpc-a", "10.0.1.100"));
  }
}

TEST(Compile, A_deleted_endpoint_without_interfaces_has_nothing) {
  TestWorld world = tutorial();
  world.set_state("vpce-1", EndpointState::Deleted);
  const std::uint32_t number = eni(world, "vpce-1-subnet-a1");
  world.erase<model::NetworkInterface>("eni-vpce-1-subnet-a1");
  const Program program = compiled(world);
  EXPECT_FALSE(program.tables()[MapId::Endpoints].get<pn_endpoint>(__u32{number}));
  EXPECT_FALSE(address(world, program, "vpc-a", "10.0.1.100"));
}

// [AWS PrivateLink guide, "Availability Zones": by zone id, for names differ between accounts]
TEST(Compile, An_endpoint_enters_the_node_of_its_own_zone_id) {
  const TestWorld world = tutorial();
  const Program program = compiled(world);
  const auto first = endpoint(world, program, "vpce-1-subnet-a1");   // apne1-az4
  const auto second = endpoint(world, program, "vpce-1-subnet-a2");  // apne1-az1
  ASSERT_TRUE(first && second);
  EXPECT_EQ(first->node_eni, eni(world, "nlb-subnet-b2"));
  EXPECT_EQ(second->node_eni, eni(world, "nlb-subnet-b1"));
  EXPECT_EQ(first->node_vpc, world.get<model::Vpc>("vpc-b").number);
  const auto expected = addr_word(*IpAddress::parse("10.0.2.20"));
  EXPECT_EQ(std::memcmp(&first->node_address, &expected, sizeof expected), 0);
}

TEST(Compile, A_zone_that_the_balancer_lost_has_no_node) {
  TestWorld world = tutorial();
  world.edit<model::LoadBalancer>("nlb", [](model::LoadBalancer& nlb) { nlb.zones.pop_back(); });
  const auto made = endpoint(world, compiled(world), "vpce-1-subnet-a1");
  ASSERT_TRUE(made);
  EXPECT_EQ(made->node_eni, 0U);
}

TEST(Compile, The_balancers_inbound_rules_can_be_switched_off_for_privatelink) {
  TestWorld world = tutorial();
  EXPECT_EQ(endpoint(world, compiled(world), "vpce-1-subnet-a1")->flags, 0U);
  world.edit<model::LoadBalancer>(
      "nlb", [](model::LoadBalancer& nlb) { nlb.enforce_inbound_rules_on_private_link = false; });
  EXPECT_EQ(endpoint(world, compiled(world), "vpce-1-subnet-a1")->flags,
            static_cast<std::uint32_t>(kPnEndpointSkipNodeIngress));
}

TEST(Compile, An_interface_stands_at_each_of_its_addresses) {
  TestWorld world = tutorial();
  world.add_ipv6();
  const Program program = compile(world.world(), Node());
  for (const char* at : {"10.0.1.10", "2600:1f00:0:1::a"}) {
    SCOPED_TRACE(at);
    const auto web = address(world, program, "vpc-b", at);
    ASSERT_TRUE(web);
    EXPECT_EQ(web->eni, world.get<model::NetworkInterface>("eni-i-web1").number);
    EXPECT_EQ(web->port, world.get<model::NetworkInterface>("eni-i-web1").port);
  }
  const auto node = world.get<model::NetworkInterface>("eni-nlb-subnet-b1");
  const auto both = program.tables()[MapId::Nodes].get<pn_node>(__u32{node.number});
  ASSERT_TRUE(both);
  EXPECT_EQ(std::memcmp(&both->ipv6, node.ipv6_addresses.front().bytes().data(), 16), 0);
  const auto blocks = program.tables()[MapId::VpcBlocks].get<pn_vpc_blocks>(
      __u32{world.get<model::Vpc>("vpc-b").number});
  ASSERT_TRUE(blocks);
  EXPECT_EQ(blocks->count, 1U);
  // The namespace that answers for the node has both of its addresses.
  const std::vector<Services> all = program.services();
  const auto services = std::ranges::find(all, "vpc-b", &Services::vpc_id);
  ASSERT_NE(services, all.end());
  EXPECT_EQ(std::ranges::count(services->addresses, node.ipv6_addresses.front()), 1);
  EXPECT_TRUE(services->addresses.front().is_v4());
}

// docs/adr/0025
TEST(Compile, An_endpoint_to_a_service_of_AWSs_is_answered_in_its_own_VPC_or_by_nobody) {
  TestWorld world = tutorial();
  world.aws_endpoint("vpce-ec2", {{"subnet-a2", "10.0.2.101"}}, {"sg-endpoint"}, "ec2");
  world.aws_endpoint("vpce-kms", {{"subnet-a2", "10.0.2.102"}}, {"sg-endpoint"}, "kms");
  const Program program = compiled(world);
  const auto entry = [&](const char* name) {
    return *program.tables()[MapId::Endpoints].get<pn_endpoint>(__u32{eni(world, name)});
  };
  EXPECT_EQ(entry("vpce-ec2-subnet-a2").flags, __u32{kPnEndpointAws});
  EXPECT_EQ(entry("vpce-ec2-subnet-a2").node_eni, 0U);
  EXPECT_EQ(entry("vpce-kms-subnet-a2").flags, __u32{kPnEndpointAws | kPnEndpointUnserved});
  const auto vpc = world.get<model::Vpc>("vpc-a");
  EXPECT_EQ(address(world, program, "vpc-a", "10.0.2.101")->port, vpc.services_port);
  EXPECT_EQ(address(world, program, "vpc-a", "10.0.2.102")->port, 0U);
  const Services services = program.services()[0];
  const auto& addresses = services.addresses;
  EXPECT_EQ(services.vpc_id, "vpc-a");
  EXPECT_EQ(std::ranges::count(addresses, *IpAddress::parse("10.0.2.101")), 1);
  EXPECT_EQ(std::ranges::count(addresses, *IpAddress::parse("10.0.2.102")), 0);
  EXPECT_EQ(std::ranges::count(addresses, *IpAddress::parse("10.0.1.100")), 0);
}

}  // namespace
}  // namespace postern::dataplane
