// SPDX-License-Identifier: Apache-2.0
// Security group rules as the kernel has them.
#include <gtest/gtest.h>

#include "dataplane/compile/test_lookup.h"

namespace postern::dataplane {
namespace {

Program compiled(const TestWorld& world) {
  return compile(world.world(), Node());
}

// A world with one instance in the group sg-x, and its rules in `direction`.
std::vector<pn_rule> rules(TestWorld& world, pn_direction direction = kPnIngress) {
  const auto made = group(world, compiled(world), "sg-x", direction);
  EXPECT_TRUE(made);
  return made ? std::vector<pn_rule>(made->rules, made->rules + made->count)
              : std::vector<pn_rule>();
}

TestWorld one_instance() {
  TestWorld world;
  world.vpc("vpc-1", "10.0.0.0/16");
  world.subnet("subnet-1", "vpc-1", "10.0.0.0/24", "a", "az1");
  world.group("sg-x", "vpc-1");
  world.instance("i-1", "subnet-1", "10.0.0.10", {"sg-x"});
  return world;
}

TEST(Groups, A_group_without_rules_has_both_its_entries) {
  TestWorld world = one_instance();
  EXPECT_TRUE(rules(world, kPnIngress).empty());
  EXPECT_TRUE(rules(world, kPnEgress).empty());
}

TEST(Groups, A_group_that_nothing_has_has_none) {
  TestWorld world = one_instance();
  world.group("sg-y", "vpc-1");
  EXPECT_FALSE(group(world, compiled(world), "sg-y", kPnIngress));
}

// [EC2 API, IpPermission]
TEST(Groups, Rules_are_written_as_the_programs_read_them) {
  struct Case {
    const char* protocol;
    TestWorld::Ports ports;
    std::uint16_t number;
    std::uint16_t low;
    std::uint16_t high;
  };
  for (const Case& c :
       {Case{"tcp", {80, 443}, 6, 80, 443}, Case{"udp", {53, 53}, 17, 53, 53},
        Case{"tcp", {0, 65535}, 6, 0, 65535}, Case{"icmp", {8, -1}, 1, 8, kPnIcmpAny},
        Case{"icmp", {-1, -1}, 1, kPnIcmpAny, kPnIcmpAny}, Case{"icmp", {3, 4}, 1, 3, 4},
        Case{"47", {-1, -1}, 47, 0, 0}, Case{"-1", {-1, -1}, kPnProtocolAny, 0, 0}}) {
    SCOPED_TRACE(c.protocol);
    TestWorld world = one_instance();
    world.allow("sg-x", false, c.protocol, c.ports, "10.1.0.0/16");
    const auto made = rules(world);
    ASSERT_EQ(made.size(), 1U);
    EXPECT_EQ(made[0].protocol, c.number);
    EXPECT_EQ(made[0].low, c.low);
    EXPECT_EQ(made[0].high, c.high);
    EXPECT_EQ(made[0].group, 0U);
    const auto net = addr_word(*IpAddress::parse("10.1.0.0"));
    EXPECT_EQ(std::memcmp(&made[0].net, &net, sizeof net), 0);
    EXPECT_EQ(made[0].mask.word_be[2], 0xffffffffU);
    EXPECT_EQ(made[0].mask.word_be[3], 0x0000ffffU);
  }
}

TEST(Groups, Anywhere_means_anywhere_in_ipv4) {
  TestWorld world = one_instance();
  world.allow_all_out("sg-x");
  const auto made = rules(world, kPnEgress);
  ASSERT_EQ(made.size(), 1U);
  EXPECT_EQ(made[0].mask.word_be[2], 0xffffffffU);
  EXPECT_EQ(made[0].mask.word_be[3], 0U);
}

TEST(Groups, Inbound_and_outbound_rules_are_told_apart) {
  TestWorld world = one_instance();
  world.allow("sg-x", true, "tcp", {1, 1}, "10.0.0.0/8");
  world.allow("sg-x", false, "tcp", {2, 2}, "10.0.0.0/8");
  EXPECT_EQ(rules(world, kPnEgress).at(0).low, 1);
  EXPECT_EQ(rules(world, kPnIngress).at(0).low, 2);
}

TEST(Groups, A_rule_about_a_group_carries_its_number) {
  TestWorld world = one_instance();
  world.group("sg-y", "vpc-1");
  world.allow_in("sg-x", "tcp", 80, "sg-y");
  world.allow_in("sg-x", "tcp", 80, "sg-x");
  const auto made = rules(world);
  ASSERT_EQ(made.size(), 2U);
  EXPECT_EQ(made[0].group, world.get<model::SecurityGroup>("sg-y").number);
  EXPECT_EQ(made[1].group, world.get<model::SecurityGroup>("sg-x").number);
}

TEST(Groups, Rules_that_can_match_nothing_are_left_out) {
  TestWorld world = one_instance();
  world.allow_in("sg-x", "tcp", 80, "sg-gone");
  world.allow_in("sg-x", "tcp", 80, "2001:db8::/32");
  EXPECT_TRUE(rules(world).empty());
}

// [VPC user guide, "Prefix lists"]
TEST(Groups, A_rule_about_a_prefix_list_is_a_rule_for_each_entry_that_is_in_force) {
  TestWorld world = one_instance();
  const auto entries = [](std::initializer_list<const char*> texts) {
    model::PrefixListVersion made;
    for (const char* text : texts) {
      made.entries.push_back({.cidr = *Cidr::parse(text)});
    }
    return made;
  };
  world.prefix_list("pl-x", {entries({"10.9.0.0/16"}), entries({"10.1.0.0/16", "10.2.0.0/24"})});
  world.edit<model::SecurityGroup>("sg-x", [](model::SecurityGroup& group) {
    group.rules.push_back({.protocol = "tcp",
                           .from_port = 80,
                           .to_port = 81,
                           .prefix_list = model::Id<model::PrefixList>("pl-x")});
  });
  const auto made = rules(world);
  ASSERT_EQ(made.size(), 2U);
  const auto first = addr_word(*IpAddress::parse("10.1.0.0"));
  const auto second = addr_word(*IpAddress::parse("10.2.0.0"));
  EXPECT_EQ(std::memcmp(&made[0].net, &first, sizeof first), 0);
  EXPECT_EQ(std::memcmp(&made[1].net, &second, sizeof second), 0);
  for (const pn_rule& rule : made) {
    EXPECT_EQ(rule.protocol, 6);
    EXPECT_EQ(rule.low, 80);
    EXPECT_EQ(rule.high, 81);
    EXPECT_EQ(rule.group, 0U);
  }
  EXPECT_EQ(made[1].mask.word_be[3], 0x00ffffffU);
}

// [VPC quotas: 60 rules of each family in each direction]
TEST(Groups, Sixty_rules_of_each_family_fit) {
  TestWorld world = one_instance();
  for (int port = 1; port <= 60; ++port) {
    world.allow_in("sg-x", "tcp", port, "10.0.0.0/8");
    world.allow_in("sg-x", "tcp", port, "2001:db8::/32");
  }
  EXPECT_EQ(rules(world).size(), 60U);
}

TEST(Groups, Membership_is_that_of_each_interface) {
  TestWorld world = one_instance();
  world.group("sg-y", "vpc-1");
  world.instance("i-2", "subnet-1", "10.0.0.11", {"sg-y", "sg-x"});
  const Program program = compiled(world);
  const auto info = address(world, program, "vpc-1", "10.0.0.11");
  ASSERT_TRUE(info);
  ASSERT_EQ(info->group_count, 2U);
  EXPECT_EQ(info->groups[0], world.get<model::SecurityGroup>("sg-y").number);
  EXPECT_EQ(info->groups[1], world.get<model::SecurityGroup>("sg-x").number);
}

TEST(Groups, A_balancer_without_groups_has_none_and_an_endpoint_has_its_own) {
  TestWorld world = tutorial();
  world.edit<model::NetworkInterface>("eni-nlb-subnet-b1",
                                      [](model::NetworkInterface& node) { node.groups.clear(); });
  const Program program = compiled(world);
  EXPECT_EQ(address(world, program, "vpc-b", "10.0.1.20")->group_count, 0U);
  EXPECT_EQ(address(world, program, "vpc-a", "10.0.1.100")->groups[0],
            world.get<model::SecurityGroup>("sg-endpoint").number);
}

// Each family is asked its own rules; one that names a group is of both.
TEST(Groups, Of_a_VPC_with_IPv6_each_family_has_its_own_entries) {
  TestWorld world = one_instance();
  world.allow_in("sg-x", "tcp", 80, "10.0.0.0/8");
  world.allow_in("sg-x", "tcp", 81, "::/0");
  world.allow_in("sg-x", "tcp", 82, "sg-x");
  world.allow("sg-x", false, "icmpv6", {128, -1}, "2600:1f00::/56");
  EXPECT_FALSE(group(world, compiled(world), "sg-x", kPnIngress, true));
  world.add_ipv6();
  const Program program = compiled(world);
  const auto ports = [&](bool ipv6) {
    std::vector<int> found;
    const auto made = group(world, program, "sg-x", kPnIngress, ipv6);
    for (std::uint32_t at = 0; made && at < made->count; ++at) {
      found.push_back(made->rules[at].low);
    }
    return found;
  };
  EXPECT_EQ(ports(false), (std::vector<int>{80, 82}));
  EXPECT_EQ(ports(true), (std::vector<int>{81, 82, 128}));
  const auto of_ipv6 = group(world, program, "sg-x", kPnIngress, true);
  EXPECT_EQ(of_ipv6->rules[2].protocol, 58);
  EXPECT_EQ(of_ipv6->rules[2].high, kPnIcmpAny);
  EXPECT_TRUE(group(world, program, "sg-x", kPnEgress, true));
}

}  // namespace
}  // namespace postern::dataplane
