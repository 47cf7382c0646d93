// SPDX-License-Identifier: Apache-2.0
// What two values of an entry have in common never admits more than either.
#include "dataplane/apply/common.h"

#include <gtest/gtest.h>

namespace postern::dataplane {
namespace {

template <class T>
std::optional<T> both(MapId map, const T& a, const T& b) {
  const auto found = common(map, bytes_of(a), bytes_of(b));
  return found ? std::optional(from_bytes<T>(*found)) : std::nullopt;
}

pn_group group(std::initializer_list<std::uint16_t> ports) {
  pn_group made{};
  for (const std::uint16_t port : ports) {
    made.rules[made.count++] = {.protocol = 6, .low = port, .high = port};
  }
  return made;
}

pn_addr_info info(pn_addr_kind kind, std::initializer_list<std::uint32_t> groups) {
  pn_addr_info made{.kind = static_cast<__u32>(kind), .eni = 5};
  for (const std::uint32_t each : groups) {
    made.groups[made.group_count++] = each;
  }
  return made;
}

TEST(Common, Two_groups_have_the_rules_of_both) {
  const auto found = both(MapId::Groups, group({80, 22, 443}), group({443, 8080, 80}));
  ASSERT_TRUE(found);
  ASSERT_EQ(found->count, 2U);
  EXPECT_EQ(found->rules[0].low, 443);
  EXPECT_EQ(found->rules[1].low, 80);
  EXPECT_EQ(both(MapId::Groups, group({1}), group({2}))->count, 0U);
}

TEST(Common, An_interface_has_the_groups_of_both_or_none) {
  const auto found =
      both(MapId::Addresses, info(kPnAddrInstance, {1, 2, 3}), info(kPnAddrInstance, {3, 4, 1}));
  ASSERT_TRUE(found);
  EXPECT_EQ(found->group_count, 2U);
  EXPECT_EQ(found->groups[0], 3U);
  EXPECT_EQ(found->groups[1], 1U);
  const auto none = both(MapId::Addresses, info(kPnAddrEndpoint, {1}), info(kPnAddrEndpoint, {2}));
  ASSERT_TRUE(none);
  EXPECT_EQ(none->group_count, 0U);
}

// A node without groups admits everything, so that cannot stand for "nothing".
TEST(Common, A_node_whose_groups_all_change_is_not_there_meanwhile) {
  EXPECT_FALSE(both(MapId::Addresses, info(kPnAddrNode, {1}), info(kPnAddrNode, {2})));
  EXPECT_FALSE(both(MapId::Addresses, info(kPnAddrNode, {1}), info(kPnAddrNode, {})));
  EXPECT_TRUE(both(MapId::Addresses, info(kPnAddrNode, {1, 2}), info(kPnAddrNode, {2})));
}

TEST(Common, Another_thing_at_an_address_has_nothing_in_common_with_the_first) {
  pn_addr_info other = info(kPnAddrInstance, {1});
  other.eni = 6;
  EXPECT_FALSE(both(MapId::Addresses, info(kPnAddrInstance, {1}), other));
  EXPECT_FALSE(both(MapId::Addresses, info(kPnAddrInstance, {1}), info(kPnAddrEndpoint, {1})));
  const pn_port first{.kind = kPnPortInstance, .vpc = 1, .owner = 2};
  const pn_port second{.kind = kPnPortInstance, .vpc = 1, .owner = 3};
  EXPECT_FALSE(both(MapId::Ports, first, second));
}

TEST(Common, An_address_has_the_network_ACL_of_both_0_allowing_everything) {
  struct Case {
    std::uint32_t a;
    std::uint32_t b;
    std::uint32_t both;
  };
  for (const Case& c :
       {Case{0, 0, 0}, Case{7, 7, 7}, Case{0, 7, 7}, Case{7, 0, 7}, Case{7, 8, 0xffffffffU}}) {
    pn_addr_info first = info(kPnAddrInstance, {1});
    pn_addr_info second = first;
    first.acl = c.a;
    second.acl = c.b;
    EXPECT_EQ(both(MapId::Addresses, first, second)->acl, c.both) << c.a << " " << c.b;
  }
}

// Daemons that knew no network ACLs have left addresses without a subnet.
TEST(Common, An_address_that_gets_a_subnet_stays_there_meanwhile) {
  const pn_addr_info none = info(kPnAddrInstance, {1});
  pn_addr_info in_5 = none;
  in_5.subnet = 5;
  pn_addr_info in_6 = none;
  in_6.subnet = 6;
  EXPECT_EQ(both(MapId::Addresses, none, in_5)->subnet, 5U);
  EXPECT_EQ(both(MapId::Addresses, in_5, none)->subnet, 5U);
  EXPECT_FALSE(both(MapId::Addresses, in_5, in_6));
}

// Each letter a rule of another port, capitals allow.
pn_acl acl(std::string_view rules) {
  pn_acl made{};
  for (const char c : rules) {
    made.rules[made.count++] = {.protocol = 6,
                                .low = static_cast<__u16>(c),
                                .high = static_cast<__u16>(c),
                                .allow = c < 'a' ? __u16{1} : __u16{0}};
  }
  return made;
}

TEST(Common, Of_two_network_ACLs_the_one_with_fewer_allowing_or_more_denying_rules_allows_less) {
  struct Case {
    std::string_view a;
    std::string_view b;
    std::string_view both;
  };
  for (const Case& c : {Case{"AxB", "AxB", "AxB"}, Case{"", "A", ""}, Case{"", "a", "a"},
                        Case{"AB", "ACB", "AB"}, Case{"AB", "AcB", "AcB"}, Case{"AB", "ABCD", "AB"},
                        Case{"xAB", "AB", "xAB"}, Case{"AB", "xACB", ""}, Case{"AB", "BA", ""},
                        Case{"A", "B", ""}, Case{"AxB", "AB", "AxB"}}) {
    SCOPED_TRACE(std::string(c.a) + " " + std::string(c.b));
    for (const auto& [a, b] : {std::pair(c.a, c.b), {c.b, c.a}}) {
      const auto found = both(MapId::Acls, acl(a), acl(b));
      ASSERT_TRUE(found);
      const pn_acl expected = acl(c.both);
      EXPECT_EQ(std::memcmp(&*found, &expected, sizeof expected), 0);
    }
  }
}

TEST(Common, A_lifted_check_is_lifted_only_if_both_lift_it) {
  const pn_port strict{.kind = kPnPortInstance, .vpc = 1, .owner = 2};
  pn_port loose = strict;
  loose.flags = kPnPortNoSourceCheck;
  EXPECT_EQ(both(MapId::Ports, strict, loose)->flags, 0U);
  EXPECT_EQ(both(MapId::Ports, loose, strict)->flags, 0U);
  EXPECT_EQ(both(MapId::Ports, loose, loose)->flags, loose.flags);
}

TEST(Common, A_link_loses_what_either_loses_and_is_queued_as_the_later_is) {
  const pn_port whole{.kind = kPnPortInstance, .vpc = 1, .owner = 2};
  pn_port lossy = whole;
  lossy.loss = 100;
  lossy.flags = kPnPortQueued;
  EXPECT_EQ(both(MapId::Ports, whole, lossy)->loss, 100);
  EXPECT_EQ(both(MapId::Ports, lossy, whole)->loss, 100);
  EXPECT_EQ(both(MapId::Ports, whole, lossy)->flags, __u32{kPnPortQueued});
  EXPECT_EQ(both(MapId::Ports, lossy, whole)->flags, 0U);
}

TEST(Common, An_endpoint_forwards_only_if_both_do_and_over_the_same_connection) {
  const pn_endpoint open{.state = kPnEndpointForwarding, .connection = 1, .node_eni = 9};
  pn_endpoint closed = open;
  closed.state = kPnEndpointClosed;
  EXPECT_EQ(both(MapId::Endpoints, open, open)->state, open.state);
  EXPECT_EQ(both(MapId::Endpoints, open, closed)->state, closed.state);
  EXPECT_EQ(both(MapId::Endpoints, closed, open)->state, closed.state);
  pn_endpoint again = open;
  again.connection = 2;
  const auto replaced = both(MapId::Endpoints, open, again);
  EXPECT_EQ(replaced->state, closed.state);
  EXPECT_EQ(replaced->connection, 2U);
  pn_endpoint moved = open;
  moved.node_eni = 10;
  EXPECT_EQ(both(MapId::Endpoints, open, moved)->state, closed.state);
}

TEST(Common, What_only_says_where_something_goes_stays_until_it_is_replaced) {
  const pn_choice first{.registered = 1, .count = 1};
  const pn_choice second{.registered = 2, .count = 2};
  EXPECT_EQ(both(MapId::Choices, first, second)->count, 1U);
}

}  // namespace
}  // namespace postern::dataplane
