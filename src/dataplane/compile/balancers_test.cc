// SPDX-License-Identifier: Apache-2.0
// Listeners, targets, and which targets each node uses.
#include <gtest/gtest.h>

#include "dataplane/compile/test_lookup.h"

namespace postern::dataplane {
namespace {

using model::HealthVerdict;
using Names = std::vector<std::string>;

constexpr std::uint8_t kTcp = 6;
constexpr std::uint8_t kUdp = 17;

Program compiled(const TestWorld& world) {
  return compile(world.world(), Node());
}

void set_verdict(TestWorld& world, const std::string& target, HealthVerdict verdict) {
  world.edit<model::Target>(target, [&](model::Target& record) { record.verdict = verdict; });
}

void set_attribute(TestWorld& world, const std::string& key, const std::string& value) {
  world.edit<model::TargetGroup>("tg",
                                 [&](model::TargetGroup& group) { group.attributes[key] = value; });
}

const std::string kFirst = "tg|i-web1|8080";
const std::string kSecond = "tg|i-web2|8080";

TEST(Balancers, A_node_uses_the_healthy_targets_of_its_zone) {
  const TestWorld world = tutorial();
  const Program program = compiled(world);
  EXPECT_EQ(chosen(world, program, "tg", "nlb-subnet-b1"), Names{"i-web1"});
  EXPECT_EQ(chosen(world, program, "tg", "nlb-subnet-b2"), Names{"i-web2"});
}

// [NLB guide, "Listeners": weighted target groups]
TEST(Balancers, A_forward_to_several_groups_is_split_by_their_weights) {
  TestWorld world = tutorial();
  world.edit<model::TargetGroup>(
      "tg", [](auto& group) { group.attributes["preserve_client_ip.enabled"] = "true"; });
  world.share("tg", {{"tg", 3}, {"tg-green", 1}, {"tg-none", 0}});
  world.edit<model::TargetGroup>(
      "tg-green", [](auto& group) { group.attributes["preserve_client_ip.enabled"] = "false"; });
  world.target("tg-green", "i-web2", 8080);
  const Program program = compiled(world);
  const auto entry = listener(world, program, "nlb", kTcp, 80);
  ASSERT_TRUE(entry);
  EXPECT_EQ(entry->target_group, 0U);
  EXPECT_EQ(entry->flags, __u32{kPnListenerSplit});
  const auto shares = split(world, program, "listener-tg");
  ASSERT_TRUE(shares);
  EXPECT_EQ(shares->count, 2U) << "a group of weight 0 gets nothing new";
  EXPECT_EQ(shares->shares[0].last, 0xbfffffffU);
  EXPECT_EQ(shares->shares[0].target_group, world.get<model::TargetGroup>("tg").number);
  EXPECT_EQ(shares->shares[0].flags, __u32{kPnListenerPreserve});
  EXPECT_EQ(shares->shares[1].last, 0xffffffffU);
  EXPECT_EQ(shares->shares[1].target_group, world.get<model::TargetGroup>("tg-green").number);
  EXPECT_EQ(shares->shares[1].flags, 0U);
  EXPECT_EQ(chosen(world, program, "tg", "nlb-subnet-b2"), Names{"i-web2"});
  EXPECT_EQ(chosen(world, program, "tg-green", "nlb-subnet-b2"), Names{"i-web2"});

  world.edit<model::Listener>("listener-tg",
                              [](auto& changed) { changed.default_action.sticky_seconds = 60; });
  EXPECT_EQ(listener(world, compiled(world), "nlb", kTcp, 80)->flags,
            __u32{kPnListenerSplit | kPnListenerSticky});
  // One that gets everything is no split.
  world.share("tg", {{"tg", 1}, {"tg-green", 0}});
  const Program one = compiled(world);
  EXPECT_FALSE(split(world, one, "listener-tg"));
  EXPECT_EQ(listener(world, one, "nlb", kTcp, 80)->target_group,
            world.get<model::TargetGroup>("tg").number);
}

// docs/adr/0028: its clients are handed to the relay as they are, and its nodes are targets.
TEST(Balancers, An_application_load_balancer_is_a_relay_and_may_be_a_target) {
  TestWorld world = tutorial();
  world.application("alb", {{"subnet-b1", "10.0.1.30"}, {"subnet-b2", "10.0.2.30"}}, {"sg-web"},
                    80);
  world.listener("nlb", "to-alb", "TCP", 81);
  world.target_alb("to-alb", "alb", 80);
  const Program program = compiled(world);
  const auto of_alb = listener(world, program, "alb", kTcp, 80);
  ASSERT_TRUE(of_alb);
  EXPECT_EQ(of_alb->target_group, 0U);
  EXPECT_EQ(of_alb->flags, __u32{kPnListenerRelay});
  EXPECT_FALSE(listener(world, program, "alb", kTcp, 80, kPnSideRelay));
  for (const auto& [zone, subnet] :
       {std::pair("ap-northeast-1a", "subnet-b1"), std::pair("ap-northeast-1c", "subnet-b2")}) {
    EXPECT_EQ(chosen(world, program, "to-alb", std::string("nlb-") + subnet), Names{"alb"});
    const auto found = target(world, program, std::string("to-alb|alb|80|") + zone);
    ASSERT_TRUE(found);
    EXPECT_EQ(found->eni, eni(world, std::string("alb-") + subnet));
  }
}

// [NLB guide, "Cross-zone load balancing"; target group attributes: the group's own setting wins]
TEST(Balancers, With_cross_zone_on_it_uses_those_of_all_zones) {
  struct Case {
    const char* of_balancer;
    const char* of_group;
    bool crosses;
  };
  for (const Case& c :
       {Case{"true", nullptr, true}, Case{"false", nullptr, false}, Case{"false", "true", true},
        Case{"true", "false", false}, Case{"true", "use_load_balancer_configuration", true}}) {
    SCOPED_TRACE(std::string(c.of_balancer) + " " + (c.of_group ? c.of_group : "unset"));
    TestWorld world = tutorial();
    world.edit<model::LoadBalancer>("nlb", [&](model::LoadBalancer& nlb) {
      nlb.attributes["load_balancing.cross_zone.enabled"] = c.of_balancer;
    });
    if (c.of_group) {
      set_attribute(world, "load_balancing.cross_zone.enabled", c.of_group);
    }
    EXPECT_EQ(chosen(world, compiled(world), "tg", "nlb-subnet-b1"),
              c.crosses ? (Names{"i-web1", "i-web2"}) : Names{"i-web1"});
  }
}

// [NLB guide, "Target groups": fail open]
TEST(Balancers, With_no_healthy_target_anywhere_all_are_used) {
  TestWorld world = tutorial();
  set_verdict(world, kFirst, HealthVerdict::Unhealthy);
  set_verdict(world, kSecond, HealthVerdict::Unhealthy);
  const Program program = compiled(world);
  EXPECT_EQ(chosen(world, program, "tg", "nlb-subnet-b1"), (Names{"i-web1", "i-web2"}));
  EXPECT_EQ(target(world, program, kFirst)->state, static_cast<std::uint32_t>(kPnTargetOpen));
}

TEST(Balancers, An_unhealthy_target_is_not_chosen_while_there_are_others) {
  TestWorld world = tutorial();
  world.instance("i-web3", "subnet-b1", "10.0.1.11", {"sg-web"});
  world.target("tg", "i-web3", 8080);
  set_verdict(world, kFirst, HealthVerdict::Unhealthy);
  EXPECT_EQ(chosen(world, compiled(world), "tg", "nlb-subnet-b1"), Names{"i-web3"});
}

// [NLB guide, target_health_state.unhealthy.connection_termination.enabled, default true]
TEST(Balancers, Connections_on_an_unhealthy_target_end_unless_that_is_switched_off) {
  TestWorld world = tutorial();
  world.instance("i-web3", "subnet-b1", "10.0.1.11", {"sg-web"});
  world.target("tg", "i-web3", 8080);
  EXPECT_EQ(target(world, compiled(world), kFirst)->state,
            static_cast<std::uint32_t>(kPnTargetOpen));
  set_verdict(world, kFirst, HealthVerdict::Unhealthy);
  EXPECT_EQ(target(world, compiled(world), kFirst)->state,
            static_cast<std::uint32_t>(kPnTargetClosed));
  set_attribute(world, "target_health_state.unhealthy.connection_termination.enabled", "false");
  EXPECT_EQ(target(world, compiled(world), kFirst)->state,
            static_cast<std::uint32_t>(kPnTargetOpen));
}

TEST(Balancers, A_draining_target_gets_nothing_new_and_keeps_what_it_has) {
  TestWorld world = tutorial();
  world.edit<model::Target>(kFirst, [](model::Target& record) {
    record.draining_until = TimePoint(std::chrono::seconds(300));
  });
  const Program program = compiled(world);
  EXPECT_EQ(chosen(world, program, "tg", "nlb-subnet-b1"), Names());
  EXPECT_EQ(choice(world, program, "tg", "nlb-subnet-b1")->registered, 1U);
  EXPECT_EQ(target(world, program, kFirst)->state, static_cast<std::uint32_t>(kPnTargetOpen));
}

TEST(Balancers, A_target_whose_instance_does_not_run_is_not_chosen) {
  TestWorld world = tutorial();
  world.edit<model::Instance>(
      "i-web1", [](model::Instance& instance) { instance.state = model::InstanceState::Stopped; });
  EXPECT_EQ(chosen(world, compiled(world), "tg", "nlb-subnet-b1"), Names());
}

TEST(Balancers, A_target_whose_interface_is_gone_has_no_entry) {
  TestWorld world = tutorial();
  world.erase<model::NetworkInterface>("eni-i-web1");
  EXPECT_FALSE(target(world, compiled(world), kFirst));
}

// [docs/adr/0008]
TEST(Balancers, A_retired_target_is_open_under_its_number_and_never_chosen) {
  TestWorld world = tutorial();
  const auto number = world.get<model::Target>(kFirst).number;
  const auto put_retired = [&](std::uint32_t of, const char* address) {
    world.put(model::RetiredTarget{.id = model::Id<model::RetiredTarget>(std::to_string(of)),
                                   .vpc = model::Id<model::Vpc>("vpc-b"),
                                   .address = *IpAddress::parse(address),
                                   .port = 8080,
                                   .number = of});
  };
  const auto before = target(world, compiled(world), kFirst);
  put_retired(number, "10.0.1.10");
  put_retired(9999, "10.0.1.77");
  world.erase<model::Target>(kFirst);
  const Program program = compiled(world);
  const auto after = program.tables()[MapId::Targets].get<pn_target>(__u32{number});
  ASSERT_TRUE(before && after);
  EXPECT_EQ(std::memcmp(&*before, &*after, sizeof *after), 0);
  EXPECT_EQ(chosen(world, program, "tg", "nlb-subnet-b1"), Names{});
  EXPECT_FALSE(program.tables()[MapId::Targets].get<pn_target>(__u32{9999})) << "nothing is there";
}

TEST(Balancers, An_empty_group_says_so) {
  TestWorld world = tutorial();
  world.erase<model::Target>(kFirst);
  world.erase<model::Target>(kSecond);
  const auto made = choice(world, compiled(world), "tg", "nlb-subnet-b1");
  ASSERT_TRUE(made);
  EXPECT_EQ(made->registered, 0U);
  EXPECT_EQ(made->count, 0U);
}

TEST(Balancers, A_target_is_its_instances_address_at_the_registered_port) {
  const TestWorld world = tutorial();
  const auto made = target(world, compiled(world), kFirst);
  ASSERT_TRUE(made);
  EXPECT_EQ(made->vpc, world.get<model::Vpc>("vpc-b").number);
  EXPECT_EQ(made->eni, eni(world, "i-web1"));
  EXPECT_EQ(made->port_be, 0x901f);  // 8080
  const auto expected = addr_word(*IpAddress::parse("10.0.1.10"));
  EXPECT_EQ(std::memcmp(&made->address, &expected, sizeof expected), 0);
}

TEST(Balancers, An_address_is_a_target_when_an_instance_has_it) {
  TestWorld world = tutorial();
  world.edit<model::TargetGroup>("tg", [](model::TargetGroup& group) { group.target_type = "ip"; });
  const std::string known = world.target("tg", "10.0.2.10", 8080);
  const std::string unknown = world.target("tg", "10.0.2.99", 8080);
  const Program program = compiled(world);
  EXPECT_EQ(target(world, program, known)->eni, eni(world, "i-web2"));
  EXPECT_FALSE(target(world, program, unknown));
}

TEST(Balancers, A_listener_carries_its_protocols_and_its_time) {
  TestWorld world = tutorial();
  world.listener("nlb", "tg-dns", "TCP_UDP", 53);
  world.listener("nlb", "tg-quic", "QUIC", 443);
  world.edit<model::Listener>("listener-tg", [](model::Listener& record) {
    record.attributes["tcp.idle_timeout.seconds"] = "60";
  });
  const Program program = compiled(world);
  EXPECT_EQ(listener(world, program, "nlb", kTcp, 80)->idle_seconds, 60U);
  EXPECT_EQ(listener(world, program, "nlb", kTcp, 53)->idle_seconds, 350U);
  EXPECT_EQ(listener(world, program, "nlb", kUdp, 53)->idle_seconds, 120U);
  EXPECT_FALSE(listener(world, program, "nlb", kUdp, 80));
  EXPECT_FALSE(listener(world, program, "nlb", kTcp, 443));
}

// [NLB guide, "Client IP preservation"]
TEST(Balancers, Client_addresses_are_preserved_as_the_group_says) {
  struct Case {
    const char* type;
    const char* protocol;
    const char* setting;
    bool preserves;
  };
  for (const Case& c : {Case{"instance", "TCP", nullptr, true}, Case{"ip", "TCP", nullptr, false},
                        Case{"ip", "UDP", nullptr, true}, Case{"instance", "TCP", "false", false},
                        Case{"ip", "TCP", "true", true}, Case{"ip", "TCP_UDP", nullptr, true}}) {
    SCOPED_TRACE(std::string(c.type) + " " + c.protocol);
    TestWorld world = tutorial();
    world.edit<model::TargetGroup>("tg", [&](model::TargetGroup& group) {
      group.target_type = c.type;
      group.protocol = c.protocol;
    });
    if (c.setting) {
      set_attribute(world, "preserve_client_ip.enabled", c.setting);
    }
    EXPECT_EQ(listener(world, compiled(world), "nlb", kTcp, 80)->flags,
              c.preserves ? static_cast<std::uint32_t>(kPnListenerPreserve) : 0U);
  }
}

// [NLB guide, "Sticky sessions", "Proxy protocol"]
TEST(Balancers, A_group_says_whether_it_is_sticky_and_wants_the_proxy_header) {
  for (const auto& [key, flag] : {std::pair{"stickiness.enabled", kPnListenerSticky},
                                  std::pair{"proxy_protocol_v2.enabled", kPnListenerProxyV2}}) {
    SCOPED_TRACE(key);
    for (const char* value : {"true", "false"}) {
      TestWorld world = tutorial();
      set_attribute(world, key, value);
      const auto flags = listener(world, compiled(world), "nlb", kTcp, 80)->flags;
      EXPECT_EQ((flags & static_cast<std::uint32_t>(flag)) != 0, std::string(value) == "true");
    }
  }
}

TEST(Balancers, A_balancer_that_is_not_active_has_no_listeners) {
  TestWorld world = tutorial();
  world.edit<model::LoadBalancer>(
      "nlb", [](model::LoadBalancer& nlb) { nlb.state = model::LoadBalancerState::Provisioning; });
  const Program program = compiled(world);
  EXPECT_FALSE(listener(world, program, "nlb", kTcp, 80));
  EXPECT_TRUE(address(world, program, "vpc-b", "10.0.1.20"));
}

// docs/adr/0021: whoever knows no relay finds no target on the clients' side.
TEST(Balancers, A_TLS_listener_has_a_side_for_clients_and_one_for_the_relay) {
  TestWorld world = tutorial();
  world.edit<model::Listener>("listener-tg", [](auto& listener) { listener.protocol = "TLS"; });
  set_attribute(world, "preserve_client_ip.enabled", "true");
  set_attribute(world, "proxy_protocol_v2.enabled", "true");
  const Program program = compiled(world);
  const auto clients = listener(world, program, "nlb", kTcp, 80);
  ASSERT_TRUE(clients);
  EXPECT_EQ(clients->target_group, 0U);
  EXPECT_EQ(clients->flags, kPnListenerRelay | kPnListenerProxyV2);
  EXPECT_EQ(clients->idle_seconds, 350U);
  const auto relay = listener(world, program, "nlb", kTcp, 80, kPnSideRelay);
  ASSERT_TRUE(relay);
  EXPECT_EQ(relay->target_group, world.get<model::TargetGroup>("tg").number);
  EXPECT_EQ(relay->flags, 0U);
  EXPECT_FALSE(listener(world, program, "nlb", kUdp, 80));
  EXPECT_EQ(chosen(world, program, "tg", "nlb-subnet-b1"), Names{"i-web1"});
}

}  // namespace
}  // namespace postern::dataplane
