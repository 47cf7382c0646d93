// SPDX-License-Identifier: Apache-2.0
#include "model/security_group_rules.h"

#include <gtest/gtest.h>

namespace postern::model {
namespace {

constexpr std::optional<int> kNone;

// [EC2 API reference, IpPermission: IpProtocol, FromPort, ToPort]
TEST(RuleTraffic, Protocols_are_written_down_in_one_way) {
  struct Case {
    const char* protocol;
    std::optional<int> from;
    std::optional<int> to;
    const char* stored;
    int stored_from;
    int stored_to;
  };
  const Case cases[] = {
      {"tcp", 80, 443, "tcp", 80, 443},
      {"TCP", 80, 80, "tcp", 80, 80},  // Terraform passes it on as written
      {"6", 0, 65535, "tcp", 0, 65535},
      {"Udp", 53, 53, "udp", 53, 53},
      {"17", 53, 53, "udp", 53, 53},
      {"icmp", 8, 0, "icmp", 8, 0},
      {"1", -1, -1, "icmp", -1, -1},
      {"icmp", -1, kNone, "icmp", -1, -1},
      {"icmp", 3, -1, "icmp", 3, -1},
      {"icmpv6", kNone, kNone, "icmpv6", -1, -1},
      {"58", 128, 0, "icmpv6", 128, 0},
      {"-1", kNone, kNone, "-1", -1, -1},
      {"-1", 0, 0, "-1", -1, -1},  // Terraform sends zeros; they mean nothing
      {"-1", 22, 80, "-1", -1, -1},
      {"50", kNone, kNone, "50", -1, -1},
      {"47", 1, 2, "47", -1, -1},
      {"0", kNone, kNone, "0", -1, -1},
      {"255", kNone, kNone, "255", -1, -1},
  };
  for (const Case& c : cases) {
    SCOPED_TRACE(c.protocol);
    const auto traffic = rule_traffic(c.protocol, c.from, c.to);
    ASSERT_TRUE(traffic) << traffic.error().message();
    EXPECT_EQ(traffic->protocol, c.stored);
    EXPECT_EQ(traffic->from_port, c.stored_from);
    EXPECT_EQ(traffic->to_port, c.stored_to);
  }
}

TEST(RuleTraffic, What_AWS_does_not_take_is_refused) {
  struct Case {
    const char* protocol;
    std::optional<int> from;
    std::optional<int> to;
    const char* words;
  };
  const char* const both =
      "Invalid value 'Must specify both from and to ports with TCP/UDP.' for portRange.";
  const char* const both_icmp =
      "Invalid value 'Must specify both type and code with ICMP.' for portRange.";
  const Case cases[] = {
      {"tcp", kNone, kNone, both},
      {"tcp", 80, kNone, both},
      {"udp", kNone, 53, both},
      {"tcp", -1, -1, "TCP/UDP port (-1) out of range"},
      {"tcp", 0, 65536, "TCP/UDP port (65536) out of range"},
      {"tcp", 90, 80, "Invalid TCP/UDP port range (90:80)"},
      {"icmp", kNone, kNone, both_icmp},
      {"icmp", 8, kNone, both_icmp},
      {"icmpv6", kNone, 0, both_icmp},
      {"icmp", 256, 0, "ICMP type (256) out of range"},
      {"icmp", 8, 256, "ICMP code (256) out of range"},
      {"icmp", -1, 0, "ICMP code (0) must be -1 when the ICMP type is -1"},
      {"sctp", kNone, kNone, "Invalid value 'sctp' for IP protocol. Unknown protocol."},
      {"256", kNone, kNone, "Invalid value '256' for IP protocol. Unknown protocol."},
      {"-2", kNone, kNone, "Invalid value '-2' for IP protocol. Unknown protocol."},
      {"", kNone, kNone, "Invalid value '' for IP protocol. Unknown protocol."},
  };
  for (const Case& c : cases) {
    SCOPED_TRACE(c.words);
    const auto traffic = rule_traffic(c.protocol, c.from, c.to);
    ASSERT_FALSE(traffic);
    EXPECT_EQ(traffic.error().fault().code, "InvalidParameterValue");
    EXPECT_EQ(traffic.error().message(), c.words);
  }
}

// [EC2 API reference, AuthorizeSecurityGroupIngress: 100.68.0.18/18 becomes 100.68.0.0/18]
TEST(RuleCidr, Ranges_are_written_down_without_host_bits) {
  EXPECT_EQ(rule_cidr(AddressFamily::Ipv4, "100.68.0.18/18")->text(), "100.68.0.0/18");
  EXPECT_EQ(rule_cidr(AddressFamily::Ipv4, "0.0.0.0/0")->text(), "0.0.0.0/0");
  EXPECT_EQ(rule_cidr(AddressFamily::Ipv6, "2001:DB8::1/32")->text(), "2001:db8::/32");
  EXPECT_EQ(rule_cidr(AddressFamily::Ipv6, "::/0")->text(), "::/0");
  for (const char* text : {"10.0.0.0", "10.0.0.0/33", "10.0.0/8", "::/0", "", "x/8"}) {
    const auto cidr = rule_cidr(AddressFamily::Ipv4, text);
    ASSERT_FALSE(cidr) << text;
    EXPECT_EQ(cidr.error().fault().code, "InvalidParameterValue");
    EXPECT_EQ(cidr.error().message(), fmt::format("CIDR block {} is malformed", text));
  }
  EXPECT_FALSE(rule_cidr(AddressFamily::Ipv6, "10.0.0.0/8"));
}

// [EC2 API reference, CreateSecurityGroup: GroupDescription]
TEST(Description, Takes_255_characters_of_the_set) {
  EXPECT_TRUE(is_description("a-zA-Z0-9 ._-:/()#,@[]+=&;{}!$*"));
  EXPECT_TRUE(is_description(std::string(255, 'a')));
  EXPECT_FALSE(is_description(std::string(256, 'a')));
  for (const char* text : {"caf\xc3\xa9", "a\nb", "<b>", "it's", "100%", "a?"}) {
    EXPECT_FALSE(is_description(text)) << text;
  }
}

SecurityGroupRule tcp(int port, const char* cidr = "10.0.0.0/16") {
  return {.protocol = "tcp", .from_port = port, .to_port = port, .cidr = *Cidr::parse(cidr)};
}

// [recorded answers of AuthorizeSecurityGroupIngress]
TEST(DescribeRule, Is_worded_as_AWS_words_it) {
  const Cidr all = *Cidr::parse("0.0.0.0/0");
  struct Case {
    SecurityGroupRule rule;
    const char* words;
  };
  const Case cases[] = {
      {tcp(80), "peer: 10.0.0.0/16, TCP, from port: 80, to port: 80, ALLOW"},
      {{.protocol = "-1", .cidr = all}, "peer: 0.0.0.0/0, ALL, ALLOW"},
      {{.protocol = "-1", .group = Id<SecurityGroup>("sg-1")}, "peer: sg-1, ALL, ALLOW"},
      {{.protocol = "icmp", .from_port = 8, .to_port = -1, .cidr = all},
       "peer: 0.0.0.0/0, ICMP, type: 8, code: ALL, ALLOW"},
      {{.protocol = "50", .cidr = all}, "peer: 0.0.0.0/0, 50, ALLOW"},
  };
  for (const Case& c : cases) {
    EXPECT_EQ(describe_rule(c.rule), c.words);
  }
}

TEST(SameRule, Description_id_and_tags_make_no_difference_and_all_else_does) {
  const SecurityGroupRule rule = tcp(80);
  SecurityGroupRule other = rule;
  other.id = "sgr-2";
  other.description = "web";
  other.tags = {{"a", "b"}};
  EXPECT_TRUE(is_same_rule(rule, other));
  EXPECT_FALSE(is_same_rule(rule, tcp(81)));
  EXPECT_FALSE(is_same_rule(rule, tcp(80, "10.0.0.0/17")));
  other = rule;
  other.egress = true;
  EXPECT_FALSE(is_same_rule(rule, other));
  other = rule;
  other.protocol = "udp";
  EXPECT_FALSE(is_same_rule(rule, other));
  other = rule;
  other.cidr.reset();
  other.group = Id<SecurityGroup>("sg-1");
  EXPECT_FALSE(is_same_rule(rule, other));
}

void expect_refused(const Result<>& result, std::string_view code, std::string_view words) {
  ASSERT_FALSE(result);
  EXPECT_EQ(result.error().fault().code, code);
  EXPECT_EQ(result.error().message(), words);
}

TEST(AddRules, Takes_all_or_none) {
  SecurityGroup group{.rules = {tcp(80)}};
  expect_refused(add_rules(World(), group, {tcp(81), tcp(80)}), "InvalidPermission.Duplicate",
                 "the specified rule \"peer: 10.0.0.0/16, TCP, from port: 80, to port: 80, "
                 "ALLOW\" already exists");
  EXPECT_EQ(group.rules.size(), 1U);
  expect_refused(add_rules(World(), group, {tcp(81), tcp(81)}), "InvalidParameterValue",
                 "The same permission must not appear multiple times");
  EXPECT_EQ(group.rules.size(), 1U);
  EXPECT_TRUE(add_rules(World(), group, {tcp(81), tcp(82)}));
  EXPECT_EQ(group.rules.size(), 3U);
}

// [VPC user guide, "Amazon VPC quotas": 60 inbound and 60 outbound, for IPv4 and for IPv6; a group
// counts in both]
TEST(AddRules, Sixty_fit_for_each_direction_and_family_and_not_one_more) {
  const char* const limit = "The maximum number of rules per security group has been reached.";
  SecurityGroup group;
  for (int port = 1; port <= 60; ++port) {
    ASSERT_TRUE(add_rules(World(), group, {tcp(port), tcp(port, "fd00::/8")}));
  }
  expect_refused(add_rules(World(), group, {tcp(61)}), "RulesPerSecurityGroupLimitExceeded", limit);
  expect_refused(add_rules(World(), group, {tcp(61, "fd00::/8")}),
                 "RulesPerSecurityGroupLimitExceeded", limit);
  SecurityGroupRule outbound = tcp(61);
  outbound.egress = true;
  EXPECT_TRUE(add_rules(World(), group, {outbound}));

  SecurityGroup by_group;
  for (int port = 1; port <= 60; ++port) {
    SecurityGroupRule rule = tcp(port);
    rule.cidr.reset();
    rule.group = Id<SecurityGroup>("sg-1");
    ASSERT_TRUE(add_rules(World(), by_group, {rule}));
  }
  EXPECT_FALSE(add_rules(World(), by_group, {tcp(61)}));
  EXPECT_FALSE(add_rules(World(), by_group, {tcp(61, "fd00::/8")}));
}

// [VPC user guide, "Prefix lists": the maximum number of entries counts as so many rules]
TEST(SecurityGroupRules, A_prefix_list_counts_for_its_size_in_its_family) {
  const Id<PrefixList> list("pl-1");
  const World world = WorldBuilder().put(PrefixList{.id = list, .max_entries = 40}).build();
  const SecurityGroupRule of_list{.protocol = "-1", .prefix_list = list};
  SecurityGroup group;
  ASSERT_TRUE(add_rules(world, group, {of_list}));
  EXPECT_FALSE(add_rules(world, group, {of_list}));  // it is there
  for (int port = 1; port <= 20; ++port) {
    ASSERT_TRUE(add_rules(world, group, {tcp(port), tcp(port, "fd00::/8")}));
  }
  EXPECT_FALSE(add_rules(world, group, {tcp(61)}));
  EXPECT_TRUE(add_rules(world, group, {tcp(61, "fd00::/8")}));
}

}  // namespace
}  // namespace postern::model
