// SPDX-License-Identifier: Apache-2.0
// Network ACLs as the kernel has them, who has which, and when their generation changes.
#include <gtest/gtest.h>

#include "dataplane/compile/test_lookup.h"

namespace postern::dataplane {
namespace {

Program compiled(const TestWorld& world) {
  return compile(world.world(), Node());
}

model::NetworkAclEntry entry(int number, bool egress, bool allow, int protocol = -1,
                             const std::string& cidr = "0.0.0.0/0", int from = -1, int to = -1) {
  return {.rule_number = number,
          .egress = egress,
          .protocol = protocol,
          .allow = allow,
          .cidr = *Cidr::parse(cidr),
          .from = from,
          .to = to};
}

// The tutorial with an ACL of one inbound rule at subnet-b1.
TestWorld with_acl() {
  TestWorld world = tutorial();
  world.acl("acl-x", "vpc-b");
  world.associate("subnet-b1", "acl-x");
  world.set_entry("acl-x", entry(100, false, true, 6, "10.0.0.0/16", 8080, 8080));
  return world;
}

std::uint64_t generation(const TestWorld& world) {
  return compiled(world)
      .tables()[MapId::Generations]
      .get<__u64>(__u32{kPnAclGeneration})
      .value_or(0);
}

TEST(Acls, Of_subnets_whose_ACL_allows_everything_nothing_is_programmed) {
  TestWorld world = tutorial();
  world.acl("acl-x", "vpc-b");
  world.set_entry("acl-x", entry(100, false, true));
  world.set_entry("acl-x", entry(100, true, true));
  world.associate("subnet-b1", "acl-x");
  const Program program = compiled(world);
  EXPECT_TRUE(program.tables()[MapId::Acls].empty());
  EXPECT_EQ(generation(world), 0U);
  EXPECT_EQ(address(world, program, "vpc-b", "10.0.1.10")->acl, 0U);
}

TEST(Acls, An_ACL_that_nothing_in_a_subnet_has_is_not_programmed) {
  TestWorld world = tutorial();
  world.acl("acl-x", "vpc-b");
  world.subnet("subnet-b3", "vpc-b", "10.0.3.0/24", "ap-northeast-1d", "apne1-az2");
  world.associate("subnet-b3", "acl-x");
  EXPECT_TRUE(compiled(world).tables()[MapId::Acls].empty());
  EXPECT_EQ(generation(world), 0U);
}

// What is as good as no ACL, and what is not. [VPC user guide, "Network ACL rules": evaluated in
// order of their numbers]
TEST(Acls, An_ACL_decides_nothing_if_it_allows_everything_before_it_denies_anything) {
  struct Case {
    const char* name;
    std::vector<model::NetworkAclEntry> inbound;
    bool decides;
  };
  for (const Case& c : {
           Case{"nothing", {}, true},
           Case{"all", {entry(1, false, true)}, false},
           Case{"some, then all",
                {entry(1, false, true, 6, "10.0.0.0/8", 1, 2), entry(2, false, true)},
                false},
           Case{"a denial, then all",
                {entry(1, false, false, 6, "10.0.0.0/8", 1, 2), entry(2, false, true)},
                true},
           Case{"all, then a denial",
                {entry(1, false, true), entry(2, false, false, 6, "10.0.0.0/8", 1, 2)},
                false},
           Case{"a denial in IPv6, then all",
                {entry(1, false, false, -1, "::/0"), entry(2, false, true)},
                false},
           Case{"all in IPv6 only", {entry(1, false, true, -1, "::/0")}, true},
           Case{"half of all", {entry(1, false, true, -1, "0.0.0.0/1")}, true},
           Case{"all of one protocol", {entry(1, false, true, 47)}, true},
       }) {
    SCOPED_TRACE(c.name);
    TestWorld world = tutorial();
    world.acl("acl-x", "vpc-b");
    world.set_entry("acl-x", entry(100, true, true));
    for (const model::NetworkAclEntry& each : c.inbound) {
      world.set_entry("acl-x", each);
    }
    world.associate("subnet-b1", "acl-x");
    const Program program = compiled(world);
    EXPECT_EQ(address(world, program, "vpc-b", "10.0.1.10")->acl != 0, c.decides);
    EXPECT_EQ(program.tables()[MapId::Acls].size(), c.decides ? 2U : 0U);
    EXPECT_EQ(generation(world) != 0, c.decides);
  }
}

TEST(Acls, Every_interface_of_a_subnet_has_its_number_and_its_ACL) {
  const TestWorld world = with_acl();
  const Program program = compiled(world);
  const auto b1 = world.get<model::Subnet>("subnet-b1").number;
  const auto b2 = world.get<model::Subnet>("subnet-b2").number;
  const auto number = world.get<model::NetworkAcl>("acl-x").number;
  ASSERT_NE(b1, 0U);
  ASSERT_NE(b1, b2);
  for (const char* text : {"10.0.1.10", "10.0.1.20"}) {  // an instance and a node
    EXPECT_EQ(address(world, program, "vpc-b", text)->subnet, b1);
    EXPECT_EQ(address(world, program, "vpc-b", text)->acl, number);
  }
  EXPECT_EQ(address(world, program, "vpc-b", "10.0.2.10")->subnet, b2);
  EXPECT_EQ(address(world, program, "vpc-b", "10.0.2.10")->acl, 0U);
  // The endpoint's interface, and what is never asked.
  EXPECT_EQ(address(world, program, "vpc-a", "10.0.1.100")->subnet,
            world.get<model::Subnet>("subnet-a1").number);
  EXPECT_EQ(address(world, program, "vpc-b", "10.0.1.1")->subnet, 0U);
  EXPECT_EQ(address(world, program, "vpc-b", "10.0.0.2")->subnet, 0U);
}

// [EC2 API reference, NetworkAclEntry]
TEST(Acls, Rules_are_written_as_the_programs_read_them_in_their_order) {
  TestWorld world = tutorial();
  world.acl("acl-x", "vpc-b");
  world.associate("subnet-b1", "acl-x");
  const auto in = [&](int number, bool allow, int protocol, int from, int to) {
    world.set_entry("acl-x", entry(number, false, allow, protocol, "10.1.0.0/16", from, to));
  };
  in(40, true, -1, -1, -1);
  in(30, false, 47, -1, -1);
  in(20, true, 1, 8, -1);
  in(10, true, 6, 80, 443);
  world.set_entry("acl-x", entry(15, false, true, -1, "::/0"));
  world.set_entry("acl-x", entry(5, true, true, 17, "0.0.0.0/0", 53, 53));
  const Program program = compiled(world);

  const auto inbound = acl(world, program, "acl-x", kPnIngress);
  ASSERT_TRUE(inbound);
  ASSERT_EQ(inbound->count, 4U);
  struct Word {
    std::uint16_t protocol, low, high, allow;
  };
  const Word words[] = {
      {6, 80, 443, 1}, {1, 8, kPnIcmpAny, 1}, {47, 0, 0, 0}, {kPnProtocolAny, 0, 0, 1}};
  const auto net = addr_word(*IpAddress::parse("10.1.0.0"));
  for (std::size_t at = 0; at < 4; ++at) {
    SCOPED_TRACE(at);
    const pn_acl_rule& rule = inbound->rules[at];
    EXPECT_EQ(rule.protocol, words[at].protocol);
    EXPECT_EQ(rule.low, words[at].low);
    EXPECT_EQ(rule.high, words[at].high);
    EXPECT_EQ(rule.allow, words[at].allow);
    EXPECT_EQ(std::memcmp(&rule.net, &net, sizeof net), 0);
    EXPECT_EQ(rule.mask.word_be[3], 0x0000ffffU);
  }
  const auto outbound = acl(world, program, "acl-x", kPnEgress);
  ASSERT_TRUE(outbound);
  ASSERT_EQ(outbound->count, 1U);
  EXPECT_EQ(outbound->rules[0].low, 53);
}

TEST(Acls, The_generation_changes_with_their_rules_and_with_who_has_which) {
  const TestWorld world = with_acl();
  const std::uint64_t first = generation(world);
  ASSERT_NE(first, 0U);
  EXPECT_EQ(generation(with_acl()), first);

  TestWorld other_rule = with_acl();
  other_rule.set_entry("acl-x", entry(100, false, true, 6, "10.0.0.0/16", 8080, 8081));
  EXPECT_NE(generation(other_rule), first);

  TestWorld more = with_acl();
  more.instance("i-more", "subnet-b1", "10.0.1.50", {"sg-web"});
  EXPECT_NE(generation(more), first);

  TestWorld wider = with_acl();
  wider.associate("subnet-b2", "acl-x");
  EXPECT_NE(generation(wider), first);

  TestWorld none = with_acl();
  none.set_entry("acl-x", entry(100, false, true));
  none.set_entry("acl-x", entry(100, true, true));
  EXPECT_EQ(generation(none), 0U);
}

TEST(Acls, The_generation_is_the_same_as_long_as_nothing_that_ACLs_ask_changes) {
  TestWorld world = with_acl();
  const std::uint64_t first = generation(world);
  world.allow_in("sg-web", "tcp", 22, "10.0.0.0/16");
  world.instance("i-elsewhere", "subnet-b2", "10.0.2.50", {"sg-web"});
  world.acl("acl-unused", "vpc-b");
  EXPECT_EQ(generation(world), first);
}

// [VPC user guide, "Default network ACL": rule 101 when the VPC has an IPv6 CIDR]
TEST(Acls, In_a_VPC_with_IPv6_an_ACL_allows_everything_only_if_it_does_of_both_families) {
  TestWorld world = tutorial();
  world.acl("acl-x", "vpc-b");
  world.associate("subnet-b1", "acl-x");
  for (const bool egress : {false, true}) {
    world.set_entry("acl-x", entry(100, egress, true));
  }
  EXPECT_FALSE(acl(world, compiled(world), "acl-x", kPnIngress));
  world.add_ipv6();
  const Program one = compiled(world);
  EXPECT_EQ(acl(world, one, "acl-x", kPnIngress)->count, 1U);
  EXPECT_EQ(acl(world, one, "acl-x", kPnIngress, true)->count, 0U);
  EXPECT_NE(address(world, one, "vpc-b", "2600:1f00:0:1::a")->acl, 0U);
  for (const bool egress : {false, true}) {
    world.set_entry("acl-x", entry(101, egress, true, -1, "::/0"));
  }
  EXPECT_FALSE(acl(world, compiled(world), "acl-x", kPnIngress));
}

}  // namespace
}  // namespace postern::dataplane
