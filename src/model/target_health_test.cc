// SPDX-License-Identifier: Apache-2.0
// The rows of the NLB guide's target states, and which zones and targets stay in use when some
// fail.
#include "model/target_health.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace postern::model {
namespace {

using std::chrono::seconds;
using testing::ElementsAre;
using testing::IsEmpty;

const TimePoint kNow = TimePoint{} + std::chrono::hours(1000);
const Id<Vpc> kVpc("vpc-1");
const Id<TargetGroup> kGroup("arn:tg/one/1");
const Id<LoadBalancer> kNlb("arn:lb/net/nlb/1");

// An active NLB in zones a and c with one listener and an empty group of type instance.
class TargetHealthTest : public testing::Test {
 protected:
  void SetUp() override {
    nlb.zones = {zone("a"), zone("c")};
    put_nlb();
    put_group();
    put_listener("1", kGroup);
  }

  static LoadBalancerZone zone(const std::string& name) {
    return {.zone = name, .zone_id = "apne1-" + name};
  }

  void put_nlb() { builder.put(nlb); }
  void put_group() { builder.put(group); }
  void put_listener(const std::string& id, const Id<TargetGroup>& to) {
    builder.put(Listener{.id = Id<Listener>("arn:li/" + id),
                         .load_balancer = kNlb,
                         .default_action = forward_to(to)});
  }

  Target put_target(const std::string& instance, const std::string& in_zone, HealthVerdict verdict,
                    InstanceState state = InstanceState::Running) {
    return put_target_of(kGroup, instance, in_zone, verdict, state);
  }
  Target put_target_of(const Id<TargetGroup>& in_group, const std::string& instance,
                       const std::string& in_zone, HealthVerdict verdict,
                       InstanceState state = InstanceState::Running) {
    builder.put(Instance{.id = Id<Instance>(instance),
                         .vpc = kVpc,
                         .zone = in_zone,
                         .address = *IpAddress::parse("10.0.1.5"),
                         .state = state});
    const Target target{.id = target_key(in_group, instance, 80),
                        .target_group = in_group,
                        .target_id = instance,
                        .port = 80,
                        .verdict = verdict};
    builder.put(target);
    return target;
  }

  TargetHealth health(const Target& target) { return target_health(world(), target, kNow); }

  // The World so far; more may be put afterwards.
  World world() const {
    WorldBuilder copy = builder;
    return copy.build();
  }

  // Names of the zones that are healthy, and of the instances that the node in `zone` sends to.
  std::vector<std::string> healthy_zones() {
    const World now = world();
    std::vector<std::string> names;
    for (const LoadBalancerZone& each : nlb.zones) {
      if (is_zone_healthy(now, nlb, each)) {
        names.push_back(each.zone);
      }
    }
    return names;
  }
  std::vector<std::string> routed(const std::string& zone_name) {
    const World now = world();
    std::vector<std::string> names;
    for (const Target* target : routed_targets(now, nlb, group, zone(zone_name))) {
      names.push_back(target->target_id);
    }
    return names;
  }

  LoadBalancer nlb{.id = kNlb, .vpc = kVpc, .state = LoadBalancerState::Active};
  TargetGroup group{.id = kGroup, .target_type = "instance", .vpc = kVpc};
  WorldBuilder builder;
};

void expect_health(const TargetHealth& health, TargetState state, std::string_view reason,
                   std::string_view description) {
  EXPECT_EQ(text(health.state), text(state));
  EXPECT_EQ(health.reason, reason);
  EXPECT_EQ(health.description, description);
}

TEST_F(TargetHealthTest, The_verdict_of_the_checks_decides_for_a_target_in_use) {
  struct Case {
    HealthVerdict verdict;
    TargetState state;
    const char* reason;
    const char* description;
  };
  for (const Case& c : {
           Case{HealthVerdict::None, TargetState::Initial, "Elb.InitialHealthChecking",
                "Initial health checks in progress"},
           Case{HealthVerdict::Healthy, TargetState::Healthy, "", ""},
           Case{HealthVerdict::Unhealthy, TargetState::Unhealthy, "Target.FailedHealthChecks",
                "Health checks failed"},
           Case{HealthVerdict::Unavailable, TargetState::Unavailable, "Elb.InternalError",
                "Health checks failed due to an internal error"},
       }) {
    SCOPED_TRACE(text(c.state));
    SetUp();
    expect_health(health(put_target("i-1", "a", c.verdict)), c.state, c.reason, c.description);
  }
}

// [API reference, TargetDescription: AvailabilityZone]
TEST_F(TargetHealthTest, An_address_is_in_its_subnets_zone_or_where_it_was_registered) {
  group.target_type = "ip";
  put_group();
  builder.put(
      Subnet{.id = Id<Subnet>("s"), .vpc = kVpc, .cidr = *Cidr::parse("10.0.1.0/24"), .zone = "a"});
  const auto put_address = [&](const char* address, const char* in_zone) {
    builder.put(Target{.id = target_key(kGroup, address, 80),
                       .target_group = kGroup,
                       .target_id = address,
                       .port = 80,
                       .zone = in_zone,
                       .verdict = HealthVerdict::Healthy});
  };
  put_address("10.0.1.7", "");
  put_address("10.0.1.8", "all");
  put_address("192.168.0.1", "c");
  put_address("192.168.0.2", "all");
  put_address("192.168.0.3", "d");
  EXPECT_THAT(routed("a"), ElementsAre("10.0.1.7", "10.0.1.8", "192.168.0.2"));
  EXPECT_THAT(routed("c"), ElementsAre("10.0.1.8", "192.168.0.1", "192.168.0.2"));
  expect_health(health(*world().find(target_key(kGroup, "192.168.0.3", 80))), TargetState::Unused,
                "Target.NotInUse",
                "Target is in an Availability Zone that is not enabled for the load balancer");
}

// [NLB guide, "Connection termination for unhealthy targets"]
TEST_F(TargetHealthTest, An_unhealthy_target_drains_for_the_interval) {
  Target target = put_target("i-1", "a", HealthVerdict::Unhealthy);
  target.unhealthy_draining_until = kNow + seconds(1);
  expect_health(health(target), TargetState::UnhealthyDraining, "Target.FailedHealthChecks",
                "Health checks failed");
  EXPECT_EQ(text(TargetState::UnhealthyDraining), "unhealthy.draining");
  target.unhealthy_draining_until = kNow;
  expect_health(health(target), TargetState::Unhealthy, "Target.FailedHealthChecks",
                "Health checks failed");
}

TEST_F(TargetHealthTest, Connections_on_an_unhealthy_target_end_when_the_group_says) {
  struct Case {
    const char* name;
    const char* terminates;
    const char* interval;
    TimePoint until;
    bool ended;
  };
  for (const Case& c : {
           Case{"by default at once", "true", "0", {}, true},
           Case{"never", "false", "0", {}, false},
           Case{"not yet", "false", "10", kNow + seconds(1), false},
           Case{"the interval is over", "false", "10", {}, true},
       }) {
    SCOPED_TRACE(c.name);
    group.attributes["target_health_state.unhealthy.connection_termination.enabled"] = c.terminates;
    group.attributes["target_health_state.unhealthy.draining_interval_seconds"] = c.interval;
    Target target = put_target("i-1", "a", HealthVerdict::Unhealthy);
    target.unhealthy_draining_until = c.until;
    EXPECT_EQ(has_ended_connections(group, target), c.ended);
    target.draining_until = kNow;
    EXPECT_FALSE(has_ended_connections(group, target)) << "it drains by its own delay";
    target = put_target("i-1", "a", HealthVerdict::Healthy);
    EXPECT_FALSE(has_ended_connections(group, target));
  }
}

TEST_F(TargetHealthTest, A_target_of_an_NLB_in_provisioning_is_being_registered) {
  nlb.state = LoadBalancerState::Provisioning;
  put_nlb();
  expect_health(health(put_target("i-1", "a", HealthVerdict::None)), TargetState::Initial,
                "Elb.RegistrationInProgress", "Target registration is in progress");
}

TEST_F(TargetHealthTest, A_target_of_a_group_that_no_listener_uses_is_unused) {
  WorldBuilder alone;
  alone.put(group).put(Instance{.id = Id<Instance>("i-1"), .zone = "a"});
  const Target target{.target_group = kGroup, .target_id = "i-1"};
  expect_health(target_health(alone.build(), target, kNow), TargetState::Unused, "Target.NotInUse",
                "Target group is not configured to receive traffic from the load balancer");
}

TEST_F(TargetHealthTest, A_target_in_a_zone_that_the_NLB_lacks_is_unused_even_when_cross_zone) {
  nlb.attributes["load_balancing.cross_zone.enabled"] = "true";
  put_nlb();
  expect_health(health(put_target("i-1", "d", HealthVerdict::Healthy)), TargetState::Unused,
                "Target.NotInUse",
                "Target is in an Availability Zone that is not enabled for the load balancer");
}

TEST_F(TargetHealthTest, A_target_whose_instance_does_not_run_is_unused) {
  struct Case {
    InstanceState state;
    const char* description;
  };
  for (const Case& c : {
           Case{InstanceState::Stopping, "Target is in the stopped state"},
           Case{InstanceState::Stopped, "Target is in the stopped state"},
           Case{InstanceState::ShuttingDown, "Target is in the terminated state"},
           Case{InstanceState::Terminated, "Target is in the terminated state"},
           Case{InstanceState::Pending, "Target is in an invalid state"},
       }) {
    SCOPED_TRACE(c.description);
    SetUp();
    expect_health(health(put_target("i-1", "a", HealthVerdict::Healthy, c.state)),
                  TargetState::Unused, "Target.InvalidState", c.description);
  }
}

TEST_F(TargetHealthTest, A_target_whose_instance_is_forgotten_was_terminated) {
  expect_health(health(Target{.target_group = kGroup, .target_id = "i-gone"}), TargetState::Unused,
                "Target.InvalidState", "Target is in the terminated state");
}

TEST_F(TargetHealthTest, A_deregistered_target_drains_until_its_time_and_is_gone_then) {
  Target target = put_target("i-1", "a", HealthVerdict::Healthy);
  target.draining_until = kNow + seconds(1);
  expect_health(health(target), TargetState::Draining, "Target.DeregistrationInProgress",
                "Target deregistration is in progress");
  target.draining_until = kNow;
  expect_health(health(target), TargetState::Unused, "Target.NotRegistered",
                "Target is not registered to the target group");
}

// Of an endpoint's it could be on AWS; here a check could meet Postern itself there.
TEST_F(TargetHealthTest, An_address_of_an_NLB_node_or_an_endpoint_cannot_be_a_target) {
  group.target_type = "ip";
  put_group();
  for (const InterfaceType type :
       {InterfaceType::NetworkLoadBalancer, InterfaceType::VpcEndpoint}) {
    builder.put(NetworkInterface{.id = Id<NetworkInterface>("eni-1"),
                                 .vpc = kVpc,
                                 .address = *IpAddress::parse("10.0.1.9"),
                                 .type = type});
    const Target target{.target_group = kGroup, .target_id = "10.0.1.9", .port = 80};
    expect_health(health(target), TargetState::Unused, "Target.IpUnusable",
                  "The IP address cannot be used as a target, as it is in use by a load balancer");
  }
}

TEST_F(TargetHealthTest, A_target_that_is_an_address_is_in_the_zone_of_its_subnet) {
  group.target_type = "ip";
  put_group();
  builder.put(Subnet{
      .id = Id<Subnet>("subnet-1"), .vpc = kVpc, .cidr = *Cidr::parse("10.0.1.0/24"), .zone = "d"});
  const World now = world();
  EXPECT_EQ(target_zone(now, {.target_group = kGroup, .target_id = "10.0.1.9"}), "d");
  EXPECT_EQ(target_zone(now, {.target_group = kGroup, .target_id = "10.0.2.9"}), std::nullopt);
}

// [NLB guide, "Health checks": HealthCheckPort]
TEST_F(TargetHealthTest, Checks_go_to_the_registered_port_or_to_the_one_given) {
  const Target target{.port = 8080};
  EXPECT_EQ(health_check_port(group, target), 8080);
  group.health_check.port = "9000";
  EXPECT_EQ(health_check_port(group, target), 9000);
}

TEST_F(TargetHealthTest, The_groups_cross_zone_setting_goes_before_the_NLBs) {
  const std::string key = "load_balancing.cross_zone.enabled";
  EXPECT_FALSE(is_cross_zone(nlb, group));
  nlb.attributes[key] = "true";
  EXPECT_TRUE(is_cross_zone(nlb, group));
  group.attributes[key] = "false";
  EXPECT_FALSE(is_cross_zone(nlb, group));
  group.attributes[key] = "use_load_balancer_configuration";
  EXPECT_TRUE(is_cross_zone(nlb, group));
}

TEST_F(TargetHealthTest, Targets_of_groups_whose_names_begin_alike_are_told_apart) {
  put_target("i-1", "a", HealthVerdict::None);
  put_target_of(Id<TargetGroup>(kGroup.value + "1"), "i-2", "a", HealthVerdict::None);
  const World now = world();
  ASSERT_EQ(targets_of(now, kGroup).size(), 1U);
  EXPECT_EQ(targets_of(now, kGroup)[0]->target_id, "i-1");
}

// From here on, each test is a row of the NLB guide's zonal health and fail-open rules.

TEST_F(TargetHealthTest, A_zone_with_a_healthy_target_is_healthy) {
  put_target("i-a", "a", HealthVerdict::Healthy);
  put_target("i-a2", "a", HealthVerdict::Unhealthy);
  put_target("i-c", "c", HealthVerdict::Healthy);
  const World now = world();
  EXPECT_TRUE(is_zone_healthy(now, nlb, nlb.zones[0]));
  EXPECT_TRUE(is_zone_healthy(now, nlb, nlb.zones[1]));
  const auto routed_to = routed_targets(now, nlb, group, nlb.zones[0]);
  ASSERT_EQ(routed_to.size(), 1U);
  EXPECT_EQ(routed_to[0]->target_id, "i-a");
}

TEST_F(TargetHealthTest, A_zone_below_its_threshold_sends_to_all_its_own_while_others_are_fine) {
  put_target("i-a", "a", HealthVerdict::Healthy);
  put_target("i-c1", "c", HealthVerdict::Unhealthy);
  put_target("i-c2", "c", HealthVerdict::None);
  EXPECT_THAT(healthy_zones(), ElementsAre("a"));
  EXPECT_THAT(routed("a"), ElementsAre("i-a"));
  EXPECT_THAT(routed("c"), ElementsAre("i-c1", "i-c2"));
}

TEST_F(TargetHealthTest, When_all_zones_fail_every_node_sends_to_every_target) {
  put_target("i-a", "a", HealthVerdict::Unhealthy);
  put_target("i-c", "c", HealthVerdict::Unhealthy);
  EXPECT_THAT(healthy_zones(), IsEmpty());
  EXPECT_THAT(routed("a"), ElementsAre("i-a", "i-c"));
}

TEST_F(TargetHealthTest, A_zone_without_targets_is_unhealthy_and_sends_nowhere) {
  put_target("i-a", "a", HealthVerdict::Healthy);
  EXPECT_THAT(healthy_zones(), ElementsAre("a"));
  EXPECT_THAT(routed("c"), IsEmpty());
}

TEST_F(TargetHealthTest, Cross_zone_makes_every_zone_as_healthy_as_the_group) {
  nlb.attributes["load_balancing.cross_zone.enabled"] = "true";
  put_nlb();
  put_target("i-a", "a", HealthVerdict::Healthy);
  EXPECT_THAT(healthy_zones(), ElementsAre("a", "c"));
  EXPECT_THAT(routed("c"), ElementsAre("i-a"));
}

TEST_F(TargetHealthTest, One_failing_group_takes_the_zone_out_for_the_whole_NLB) {
  const Id<TargetGroup> other("arn:tg/two/2");
  builder.put(TargetGroup{.id = other, .vpc = kVpc});
  put_listener("2", other);
  put_target("i-a", "a", HealthVerdict::Healthy);
  put_target("i-c", "c", HealthVerdict::Healthy);
  put_target_of(other, "i-a", "a", HealthVerdict::Healthy);
  put_target_of(other, "i-c", "c", HealthVerdict::Unhealthy);
  EXPECT_THAT(healthy_zones(), ElementsAre("a"));
}

TEST_F(TargetHealthTest, Draining_and_stopped_targets_get_nothing_new_even_failing_open) {
  Target draining = put_target("i-a", "a", HealthVerdict::Healthy);
  draining.draining_until = kNow + seconds(60);
  builder.put(draining);
  put_target("i-stopped", "a", HealthVerdict::Healthy, InstanceState::Stopped);
  EXPECT_THAT(healthy_zones(), IsEmpty());
  EXPECT_THAT(routed("a"), IsEmpty());
}

TEST_F(TargetHealthTest, A_group_may_ask_for_more_healthy_targets_or_a_share_of_them) {
  struct Case {
    const char* key;
    const char* value;
    bool healthy;
  };
  const std::string prefix = "target_group_health.dns_failover.minimum_healthy_targets.";
  for (const Case& c :
       {Case{"count", "1", true}, Case{"count", "2", false}, Case{"percentage", "50", true},
        Case{"percentage", "51", false}, Case{"percentage", "off", true}}) {
    SCOPED_TRACE(std::string(c.key) + "=" + c.value);
    SetUp();
    TargetGroup stricter = group;
    stricter.attributes[prefix + c.key] = c.value;
    builder.put(stricter);
    put_target("i-a", "a", HealthVerdict::Healthy);
    put_target("i-a2", "a", HealthVerdict::Unhealthy);
    EXPECT_EQ(is_zone_healthy(world(), nlb, nlb.zones[0]), c.healthy);
  }
}

TEST_F(TargetHealthTest, An_NLB_without_listeners_has_only_healthy_zones) {
  EXPECT_TRUE(is_zone_healthy(World(), nlb, nlb.zones[0]));
}

}  // namespace
}  // namespace postern::model
