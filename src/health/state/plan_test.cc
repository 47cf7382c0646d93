// SPDX-License-Identifier: Apache-2.0
// Who is checked, from where, and how.
#include "health/state/plan.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace postern::health {
namespace {

using model::HealthVerdict;
using model::Id;
using testing::ElementsAre;
using testing::IsEmpty;

IpAddress ip(const char* text) {
  return *IpAddress::parse(text);
}

// An active NLB with nodes in zones a and c, and one running target in zone a.
struct Parts {
  model::World world() const {
    model::WorldBuilder builder;
    builder.put(node("eni-a", "10.0.1.20")).put(node("eni-c", "10.0.2.20"));
    for (const model::Fault& fault : faults) {
      builder.put(fault);
    }
    return builder.put(nlb).put(group).put(listener).put(instance).put(target).build();
  }
  std::vector<Probe> planned() const { return plan(world()); }

  static model::NetworkInterface node(const char* id, const char* address) {
    return {.id = Id<model::NetworkInterface>(id),
            .vpc = Id<model::Vpc>("vpc-1"),
            .address = ip(address),
            .type = model::InterfaceType::NetworkLoadBalancer};
  }

  model::LoadBalancer nlb{
      .id = Id<model::LoadBalancer>("nlb"),
      .vpc = Id<model::Vpc>("vpc-1"),
      .zones = {{.zone = "a", .network_interface = Id<model::NetworkInterface>("eni-a")},
                {.zone = "c", .network_interface = Id<model::NetworkInterface>("eni-c")}},
      .state = model::LoadBalancerState::Active};
  model::TargetGroup group{.id = Id<model::TargetGroup>("tg"), .vpc = Id<model::Vpc>("vpc-1")};
  model::Listener listener{.id = Id<model::Listener>("li"),
                           .load_balancer = Id<model::LoadBalancer>("nlb"),
                           .port = 443,
                           .default_action = model::forward_to(Id<model::TargetGroup>("tg"))};
  model::Instance instance{.id = Id<model::Instance>("i-1"),
                           .zone = "a",
                           .address = ip("10.0.1.5"),
                           .state = model::InstanceState::Running};
  model::Target target{.id = Id<model::Target>("tg|i-1|80"),
                       .target_group = Id<model::TargetGroup>("tg"),
                       .target_id = "i-1",
                       .port = 80,
                       .number = 7};
  std::vector<model::Fault> faults;
};

// [NLB guide, "Health checks": every node checks every target, from its own address]
TEST(Plan, Each_node_checks_each_target_from_its_own_address) {
  Parts parts;
  parts.group.health_check.interval_seconds = 10;
  parts.group.health_check.timeout_seconds = 6;
  parts.group.health_check.healthy_threshold = 3;
  parts.group.health_check.unhealthy_threshold = 4;
  parts.target.verdict = HealthVerdict::Healthy;
  const Probe from_a{.target = parts.target.id,
                     .registration = 7,
                     .stored = HealthVerdict::Healthy,
                     .vpc = Id<model::Vpc>("vpc-1"),
                     .zone = "a",
                     .source = ip("10.0.1.20"),
                     .address = ip("10.0.1.5"),
                     .port = 80,
                     .host = "10.0.1.20:443",
                     .interval = std::chrono::seconds(10),
                     .timeout = std::chrono::seconds(6),
                     .thresholds = {3, 4}};
  Probe from_c = from_a;
  from_c.zone = "c";
  from_c.source = ip("10.0.2.20");
  from_c.host = "10.0.2.20:443";
  EXPECT_THAT(parts.planned(), ElementsAre(from_a, from_c));
}

// [NLB guide, "IP address types": a target is reached by its own family]
TEST(Plan, IPv6_targets_are_checked_from_the_nodes_IPv6_addresses) {
  Parts parts;
  parts.group.ip_address_type = "ipv6";
  parts.instance.network_interface = Id<model::NetworkInterface>("eni-i");
  model::NetworkInterface of_node = Parts::node("eni-a", "10.0.1.20");
  of_node.ipv6_addresses = {ip("2001:db8::20")};
  const model::NetworkInterface of_instance{.id = parts.instance.network_interface,
                                            .ipv6_addresses = {ip("2001:db8::5")},
                                            .primary_ipv6 = true};
  EXPECT_THAT(parts.planned(), IsEmpty()) << "the instance has no such address";
  model::WorldBuilder builder;
  builder.put(parts.nlb).put(parts.group).put(parts.listener).put(parts.instance);
  builder.put(parts.target).put(of_node).put(Parts::node("eni-c", "10.0.2.20")).put(of_instance);
  const auto probes = plan(builder.build());
  ASSERT_EQ(probes.size(), 1U) << "the other node has no IPv6 address";
  EXPECT_EQ(probes[0].source, ip("2001:db8::20"));
  EXPECT_EQ(probes[0].address, ip("2001:db8::5"));
  EXPECT_EQ(probes[0].host, "[2001:db8::20]:443");
}

TEST(Plan, Checks_may_go_to_another_port_and_by_HTTP) {
  Parts parts;
  parts.group.health_check.port = "9000";
  parts.group.health_check.protocol = "HTTP";
  parts.group.health_check.path = "/ready";
  parts.group.health_check.matcher = "200-299";
  const Probe probe = parts.planned().at(0);
  EXPECT_EQ(probe.port, 9000);
  EXPECT_EQ(probe.protocol, CheckProtocol::Http);
  EXPECT_EQ(probe.path, "/ready");
  EXPECT_EQ(probe.matcher, "200-299");
  parts.group.health_check.protocol = "HTTPS";
  EXPECT_EQ(parts.planned().at(0).protocol, CheckProtocol::Https);
}

// [NLB guide, "Target health status": when a target is unused]
TEST(Plan, Targets_that_are_not_in_use_are_not_checked) {
  struct Case {
    const char* name;
    void (*change)(Parts&);
  };
  for (const Case& c : {
           Case{"the instance does not run",
                [](Parts& p) { p.instance.state = model::InstanceState::Stopped; }},
           Case{"its zone is not the NLB's", [](Parts& p) { p.instance.zone = "d"; }},
           Case{"the NLB is not ready",
                [](Parts& p) { p.nlb.state = model::LoadBalancerState::Provisioning; }},
           Case{"no listener leads to the group",
                [](Parts& p) {
                  p.listener.default_action = model::forward_to(Id<model::TargetGroup>("other"));
                }},
           Case{"it drains",
                [](Parts& p) { p.target.draining_until = TimePoint{} + std::chrono::hours(1); }},
       }) {
    SCOPED_TRACE(c.name);
    Parts parts;
    EXPECT_EQ(parts.planned().size(), 2U);
    c.change(parts);
    EXPECT_THAT(parts.planned(), IsEmpty());
  }
}

TEST(Plan, A_node_without_an_interface_does_not_check) {
  Parts parts;
  parts.nlb.zones[0].network_interface = Id<model::NetworkInterface>("eni-none");
  ASSERT_EQ(parts.planned().size(), 1U);
  EXPECT_EQ(parts.planned()[0].zone, "c");
}

TEST(Plan, A_node_that_has_failed_checks_nothing_as_long_as_another_can) {
  Parts parts;
  const auto fault_at = [](const char* interface) {
    return model::Fault{.id = Id<model::Fault>(interface), .subject = interface};
  };
  parts.faults = {fault_at("eni-a")};
  ASSERT_EQ(parts.planned().size(), 1U);
  EXPECT_EQ(parts.planned()[0].zone, "c");
  parts.faults.push_back(fault_at("eni-c"));
  EXPECT_EQ(parts.planned().size(), 2U) << "they find that nothing answers";
}

TEST(Plan, Only_verdicts_of_targets_that_are_not_checked_are_outdated) {
  Parts parts;
  parts.target.verdict = HealthVerdict::Healthy;
  EXPECT_THAT(outdated_verdicts(parts.world()), IsEmpty());

  parts.instance.state = model::InstanceState::Stopped;
  EXPECT_THAT(outdated_verdicts(parts.world()),
              ElementsAre(Observation{parts.target.id, 7, HealthVerdict::None}));

  parts.target.draining_until = TimePoint{} + std::chrono::hours(1);
  EXPECT_THAT(outdated_verdicts(parts.world()), IsEmpty());

  parts.target.draining_until = TimePoint{};
  parts.target.verdict = HealthVerdict::None;
  EXPECT_THAT(outdated_verdicts(parts.world()), IsEmpty());
}

}  // namespace
}  // namespace postern::health
