// SPDX-License-Identifier: Apache-2.0
#include "api/elbv2/elbv2_test.h"

namespace postern::api::elbv2 {
namespace {

using testing::ElementsAre;
using testing::IsEmpty;

constexpr const char* kA = "i-0000000000000000a";
constexpr const char* kB = "i-0000000000000000b";

class TargetsTest : public Elbv2Test {
 protected:
  std::string target(const std::string& id, const std::string& more = "") const {
    return "TargetGroupArn=" + group_ + "&Targets.member.1.Id=" + id + more;
  }
  const model::Target* registration(const std::string& id, int port = 80) const {
    return world_.find(model::target_key(model::Id<model::TargetGroup>(group_), id, port));
  }
  void find_healthy(const std::string& id) {
    change([&](model::Transaction& tx) {
      model::Target found = *registration(id);
      found.verdict = model::HealthVerdict::Healthy;
      tx.put(found);
    });
  }
  // An active load balancer whose listener forwards to the group; gives the listener.
  std::string use_group() {
    const std::string arn = make_load_balancer();
    change([&](model::Transaction& tx) {
      model::mark_active(tx, model::Id<model::LoadBalancer>(arn));
    });
    return make_listener(arn, group_);
  }
  std::string health() { return must("DescribeTargetHealth", "TargetGroupArn=" + group_).xml(); }
  std::string state() {
    return must("DescribeTargetHealth", "TargetGroupArn=" + group_).text("//State");
  }

  std::string group_ = make_group();
};

// [API reference, RegisterTargets]
TEST_F(TargetsTest, A_registration_is_a_target_and_a_port) {
  EXPECT_EQ(must("RegisterTargets", target(kA, "&Targets.member.2.Id=" + std::string(kA) +
                                                   "&Targets.member.2.Port=8080"))
                .xml(),
            "");
  EXPECT_EQ(count<model::Target>(), 2U);
  ASSERT_NE(registration(kA, 80), nullptr);
  ASSERT_NE(registration(kA, 8080), nullptr);
  EXPECT_NE(registration(kA, 80)->number, registration(kA, 8080)->number);
  EXPECT_EQ(registration(kA)->registered_at, now_);
}

TEST_F(TargetsTest, Registering_again_changes_nothing) {
  must("RegisterTargets", target(kA));
  find_healthy(kA);
  const model::Target before = *registration(kA);
  now_ += std::chrono::seconds(5);
  must("RegisterTargets", target(kA));
  EXPECT_EQ(registration(kA)->registered_at, before.registered_at);
  EXPECT_EQ(registration(kA)->verdict, before.verdict);
  EXPECT_EQ(registration(kA)->number, before.number);
}

// [spec 5 and 1.5]
TEST_F(TargetsTest, Instances_are_checked) {
  struct Case {
    const char* name;
    std::string form;
    const char* error;
  };
  const Case cases[] = {
      {"malformed", target("10.0.1.9"), "ValidationError: Instance ID '10.0.1.9' is not valid"},
      {"unknown", target("i-0000000000000dead"),
       "InvalidTarget: The following instances do not exist: 'i-0000000000000dead'"},
      {"of another VPC", target("i-000000000000000fe"),
       "InvalidTarget: The following targets are not in the target group VPC 'vpc-1': "
       "'i-000000000000000fe'"},
      {"not running yet", target("i-000000000000000ff"),
       "InvalidTarget: The following targets are not in a running state and cannot be registered: "
       "'i-000000000000000ff'"},
      {"with a zone", target(kA, "&Targets.member.1.AvailabilityZone=ap-northeast-1a"),
       "ValidationError: You cannot specify an Availability Zone for the target "
       "'i-0000000000000000a' in a target group with target type 'instance'"},
      {"port", target(kA, "&Targets.member.1.Port=65536"),
       "ValidationError: 1 validation error detected: Value '65536' at 'targets.1.member.port' "
       "failed to satisfy constraint: Member must have value less than or equal to 65535"},
      {"QUIC", target(kA, "&Targets.member.1.QuicServerId=0x1"),
       "ValidationError: A QUIC server ID cannot be specified for target groups with the TCP "
       "protocol"},
      {"one good, one bad", target(kA, "&Targets.member.2.Id=i-0000000000000dead"),
       "InvalidTarget: The following instances do not exist: 'i-0000000000000dead'"},
  };
  for (const Case& c : cases) {
    SCOPED_TRACE(c.name);
    EXPECT_EQ(refusal("RegisterTargets", c.form), c.error);
  }
  EXPECT_EQ(count<model::Target>(), 0U);
}

// [NLB guide, "Register targets": by IP address]
TEST_F(TargetsTest, Addresses_are_checked) {
  group_ = make_group("addresses", "&Protocol=TCP&Port=80&TargetType=ip");
  struct Case {
    const char* name;
    std::string form;
    const char* error;  // null: taken
  };
  const std::string zone = "&Targets.member.1.AvailabilityZone=";
  const Case cases[] = {
      {"in a subnet", target("10.0.1.9"), nullptr},
      {"in a subnet, zone named", target("10.0.3.9", zone + "ap-northeast-1c"), nullptr},
      {"in a subnet of another zone", target("10.0.3.8", zone + "ap-northeast-1a"),
       "ValidationError: The Availability Zone 'ap-northeast-1a' is not valid for IP address "
       "'10.0.3.8': its subnet is in 'ap-northeast-1c'"},
      {"in the VPC, in no subnet", target("10.0.200.1"),
       "ValidationError: The Availability Zone is required for IP address '10.0.200.1' because it "
       "is not in the VPC"},
      {"in a subnet, for all zones", target("10.0.3.10", zone + "all"), nullptr},
      {"outside, a zone", target("192.168.0.1", zone + "ap-northeast-1c"), nullptr},
      {"outside, all zones", target("10.200.0.1", zone + "all"), nullptr},
      {"outside, RFC 1918", target("172.31.255.254", zone + "all"), nullptr},
      {"outside, RFC 6598", target("100.127.0.1", zone + "all"), nullptr},
      {"outside, no zone", target("192.168.0.2"),
       "ValidationError: The Availability Zone is required for IP address '192.168.0.2' because it "
       "is not in the VPC"},
      {"outside, no such zone", target("192.168.0.2", zone + "ap-northeast-1x"),
       "ValidationError: The Availability Zone 'ap-northeast-1x' is not valid"},
      {"above RFC 1918", target("172.32.0.1", zone + "all"),
       "ValidationError: The IP address '172.32.0.1' is neither in a subnet of the VPC 'vpc-1' nor "
       "a private address"},
      {"link-local", target("169.254.1.1", zone + "all"),
       "ValidationError: The IP address '169.254.1.1' is neither in a subnet of the VPC 'vpc-1' "
       "nor "
       "a private address"},
      {"public", target("8.8.8.8", zone + "all"),
       "ValidationError: The IP address '8.8.8.8' is neither in a subnet of the VPC 'vpc-1' nor a "
       "private address"},
      {"an instance", target(kA),
       "ValidationError: The IP address 'i-0000000000000000a' is not a valid IPv4 address"},
      {"IPv6", target("fd00::1"),
       "ValidationError: The IP address 'fd00::1' is not a valid IPv4 address"},
  };
  for (const Case& c : cases) {
    SCOPED_TRACE(c.name);
    if (c.error == nullptr) {
      must("RegisterTargets", c.form);
    } else {
      EXPECT_EQ(refusal("RegisterTargets", c.form), c.error);
    }
  }
  EXPECT_THAT(
      must("DescribeTargetHealth", "TargetGroupArn=" + group_).texts("//Target/AvailabilityZone"),
      ElementsAre("ap-northeast-1a", "all", "ap-northeast-1c", "all", "all", "all",
                  "ap-northeast-1c"));
}

// [NLB guide, "Register targets": UDP and TCP_UDP need targets in the VPC]
TEST_F(TargetsTest, An_address_behind_UDP_is_in_the_VPC) {
  group_ = make_group("datagrams", "&Protocol=UDP&Port=53&TargetType=ip");
  must("RegisterTargets", target("10.0.1.9"));
  EXPECT_EQ(
      refusal("RegisterTargets", target("192.168.0.1", "&Targets.member.1.AvailabilityZone=all")),
      "ValidationError: The IP address '192.168.0.1' is not in the VPC 'vpc-1', as it must be "
      "for target groups with the UDP protocol");
}

TEST_F(TargetsTest, The_same_target_twice_in_a_request_is_one) {
  must("RegisterTargets",
       target(kA, "&Targets.member.2.Id=" + std::string(kA) + "&Targets.member.2.Port=80"));
  EXPECT_EQ(count<model::Target>(), 1U);
}

// [NLB guide, "Quotas": 1000 targets of a target group]
TEST_F(TargetsTest, The_thousand_and_first_target_is_too_many) {
  std::string form = "TargetGroupArn=" + group_;
  for (int n = 1; n <= 1000; ++n) {
    form += fmt::format("&Targets.member.{}.Id={}&Targets.member.{}.Port={}", n, kA, n, n);
  }
  must("RegisterTargets", form);
  EXPECT_EQ(refusal("RegisterTargets", target(kB)),
            "TooManyTargets: The maximum number of 1000 targets of target group '" + group_ +
                "' has been reached");
}

// [NLB guide, "Quotas": 500 targets in each zone of a load balancer; counted once for each group]
TEST_F(TargetsTest, A_load_balancer_takes_five_hundred_targets_in_a_zone) {
  const std::string listener = use_group();
  const std::string balancer = record<model::Listener>(listener)->load_balancer.value;
  const std::string other = make_group("other");
  const auto many = [](const std::string& group, int count) {
    std::string form = "TargetGroupArn=" + group;
    for (int n = 1; n <= count; ++n) {
      form += fmt::format("&Targets.member.{}.Id={}&Targets.member.{}.Port={}", n, kA, n, n);
    }
    return form;
  };
  must("RegisterTargets", many(group_, 300));
  must("RegisterTargets", many(other, 201));
  const std::string full =
      "TooManyTargets: The maximum number of 500 targets in one Availability Zone of load balancer "
      "'" +
      balancer + "' has been reached";
  EXPECT_EQ(refusal("CreateListener",
                    "LoadBalancerArn=" + balancer + "&Protocol=TCP&Port=81" + forward_to(other)),
            full);
  must("DeregisterTargets",
       "TargetGroupArn=" + other + "&Targets.member.1.Id=" + kA + "&Targets.member.1.Port=1");
  make_listener(balancer, other, "&Protocol=TCP&Port=81");
  EXPECT_EQ(refusal("RegisterTargets", target(kB)), full);
}

TEST_F(TargetsTest, Another_account_has_no_such_group) {
  must("RegisterTargets", target(kA));
  become(kOther);
  for (const char* action : {"RegisterTargets", "DeregisterTargets", "DescribeTargetHealth"}) {
    SCOPED_TRACE(action);
    EXPECT_EQ(refusal(action, target(kA)),
              "TargetGroupNotFound: One or more target groups not found");
  }
}

// [API reference, DeregisterTargets; NLB guide, "Deregistration delay": 300 seconds by default]
TEST_F(TargetsTest, A_target_in_use_drains_for_the_delay) {
  use_group();
  must("RegisterTargets", target(kA));
  find_healthy(kA);
  must("DeregisterTargets", target(kA));
  ASSERT_NE(registration(kA), nullptr);
  EXPECT_EQ(registration(kA)->draining_until, now_ + std::chrono::seconds(300));
  EXPECT_EQ(health(),
            "<TargetHealthDescriptions><member><Target><Id>i-0000000000000000a</Id><Port>80</Port>"
            "</Target><HealthCheckPort>80</HealthCheckPort><TargetHealth><State>draining</State>"
            "<Reason>Target.DeregistrationInProgress</Reason><Description>Target deregistration is "
            "in progress</Description></TargetHealth></member></TargetHealthDescriptions>");
  now_ += std::chrono::seconds(100);
  must("DeregisterTargets", target(kA));  // goes on draining as before
  EXPECT_EQ(registration(kA)->draining_until, now_ + std::chrono::seconds(200));
  now_ += std::chrono::seconds(200);
  EXPECT_EQ(health(), "<TargetHealthDescriptions/>");
  EXPECT_EQ(must("DescribeTargetHealth", target(kA)).text("//Reason"), "Target.NotRegistered");
}

TEST_F(TargetsTest, Registering_a_draining_target_undoes_it) {
  use_group();
  must("RegisterTargets", target(kA));
  find_healthy(kA);
  const std::uint32_t number = registration(kA)->number;
  must("DeregisterTargets", target(kA));
  now_ += std::chrono::seconds(10);
  must("RegisterTargets", target(kA));
  EXPECT_EQ(registration(kA)->draining_until, TimePoint{});
  EXPECT_EQ(registration(kA)->number, number);  // its connections go on
  EXPECT_EQ(registration(kA)->registered_at, now_);
  EXPECT_EQ(state(), "initial");
}

TEST_F(TargetsTest, Without_a_listener_or_a_delay_a_target_is_gone_at_once) {
  must("RegisterTargets", target(kA));
  must("DeregisterTargets", target(kA));
  EXPECT_EQ(count<model::Target>(), 0U);
  use_group();
  must("RegisterTargets", target(kA));
  must("ModifyTargetGroupAttributes",
       "TargetGroupArn=" + group_ +
           "&Attributes.member.1.Key=deregistration_delay.timeout_seconds"
           "&Attributes.member.1.Value=0");
  must("DeregisterTargets", target(kA));
  EXPECT_EQ(count<model::Target>(), 0U);
}

// [API reference, DeregisterTargets: "If the specified target does not exist, the action returns
// successfully"; a target with another port needs that port named]
TEST_F(TargetsTest, Deregistering_what_is_not_registered_succeeds) {
  must("RegisterTargets", target(kA, "&Targets.member.1.Port=8080"));
  must("DeregisterTargets", target(kA));
  must("DeregisterTargets", target("i-nothing"));
  EXPECT_EQ(count<model::Target>(), 1U);
  must("DeregisterTargets", target(kA, "&Targets.member.1.Port=8080"));
  EXPECT_EQ(count<model::Target>(), 0U);
}

// [spec 4, states and reasons]
TEST_F(TargetsTest, Health_follows_what_the_checks_found) {
  must("RegisterTargets", target(kA));
  EXPECT_EQ(
      health(),
      "<TargetHealthDescriptions><member><Target><Id>i-0000000000000000a</Id><Port>80</Port>"
      "</Target><HealthCheckPort>80</HealthCheckPort><TargetHealth><State>unused</State>"
      "<Reason>Target.NotInUse</Reason><Description>Target group is not configured to receive "
      "traffic from the load balancer</Description></TargetHealth></member>"
      "</TargetHealthDescriptions>");
  use_group();
  EXPECT_EQ(state(), "initial");
  find_healthy(kA);
  EXPECT_EQ(health(),
            "<TargetHealthDescriptions><member><Target><Id>i-0000000000000000a</Id><Port>80</Port>"
            "</Target><HealthCheckPort>80</HealthCheckPort><TargetHealth><State>healthy</State>"
            "</TargetHealth></member></TargetHealthDescriptions>");
}

// [spec 1.9: one description for each target that is named]
TEST_F(TargetsTest, A_named_target_has_one_description_in_its_place) {
  must("RegisterTargets",
       target(kA, "&Targets.member.2.Id=" + std::string(kA) + "&Targets.member.2.Port=81"));
  const Answer answer =
      must("DescribeTargetHealth", target(kB, "&Targets.member.2.Id=" + std::string(kA)));
  EXPECT_THAT(answer.texts("//Target/Id"), ElementsAre(kB, kA));
  EXPECT_THAT(answer.texts("//Target/Port"), ElementsAre("80", "80"));
  EXPECT_THAT(answer.texts("//Reason"), ElementsAre("Target.NotRegistered", "Target.NotInUse"));
  EXPECT_EQ(answer.text("//Description"), "Target is not registered to the target group");
  EXPECT_EQ(refusal("DescribeTargetHealth", target(kA, "&Include.member.1=Some")),
            "ValidationError: 1 validation error detected: Value 'Some' at 'include.1.member' "
            "failed to satisfy constraint: Member must satisfy enum value set: [AnomalyDetection, "
            "All]");
}

// A group that comes back into use starts its checks anew, and what drained is gone. Connections
// know targets by their numbers. [NLB guide, "Delete a listener": existing connections remain open]
TEST_F(TargetsTest, The_last_listener_takes_the_findings_with_it_and_leaves_connections_alone) {
  const std::string listener = use_group();
  must("RegisterTargets", target(kA, "&Targets.member.2.Id=" + std::string(kB)));
  find_healthy(kA);
  const std::uint32_t number = registration(kA)->number;
  must("DeregisterTargets", target(kB));
  must("DeleteListener", "ListenerArn=" + listener);
  EXPECT_EQ(registration(kA)->verdict, model::HealthVerdict::None);
  EXPECT_EQ(registration(kA)->number, number);
  EXPECT_EQ(registration(kB), nullptr);
  EXPECT_EQ(count<model::RetiredTarget>(), 1U);
}

TEST_F(TargetsTest, A_load_balancer_takes_its_connections_with_it) {
  const std::string listener = use_group();
  must("RegisterTargets", target(kA));
  const std::uint32_t number = registration(kA)->number;
  must("DeleteLoadBalancer",
       "LoadBalancerArn=" + record<model::Listener>(listener)->load_balancer.value);
  EXPECT_NE(registration(kA)->number, number);
  EXPECT_EQ(count<model::RetiredTarget>(), 0U);
}

// [NLB guide, "Update a listener": existing connections stay on their targets]
TEST_F(TargetsTest, A_listener_that_forwards_elsewhere_leaves_connections_alone) {
  const std::string listener = use_group();
  const std::string green = make_group("green");
  must("RegisterTargets", target(kA, "&Targets.member.2.Id=" + std::string(kB)));
  find_healthy(kA);
  const std::uint32_t number = registration(kA)->number;
  must("DeregisterTargets", target(kB));
  must("ModifyListener", "ListenerArn=" + listener + forward_to(green));
  EXPECT_EQ(registration(kA)->verdict, model::HealthVerdict::None);
  EXPECT_EQ(registration(kA)->number, number);
  EXPECT_EQ(registration(kB), nullptr);
  EXPECT_EQ(count<model::RetiredTarget>(), 1U);
  must("DeleteTargetGroup", "TargetGroupArn=" + group_);
  EXPECT_EQ(count<model::RetiredTarget>(), 2U);
}

// [docs/adr/0008]
TEST_F(TargetsTest, A_target_that_comes_back_after_its_delay_is_another) {
  use_group();
  must("ModifyTargetGroupAttributes",
       "TargetGroupArn=" + group_ +
           "&Attributes.member.1.Key=deregistration_delay.timeout_seconds"
           "&Attributes.member.1.Value=0");
  must("RegisterTargets", target(kA));
  const std::uint32_t number = registration(kA)->number;
  must("DeregisterTargets", target(kA));
  ASSERT_NE(record<model::RetiredTarget>(std::to_string(number)), nullptr);
  EXPECT_EQ(record<model::RetiredTarget>(std::to_string(number))->address.text(), "10.0.1.99");
  must("RegisterTargets", target(kA));
  EXPECT_NE(registration(kA)->number, number);
}

TEST_F(TargetsTest, Another_listener_keeps_the_findings) {
  const std::string listener = use_group();
  const std::string balancer = record<model::Listener>(listener)->load_balancer.value;
  make_listener(balancer, group_, "&Protocol=TCP&Port=81");
  must("RegisterTargets", target(kA));
  find_healthy(kA);
  must("DeleteListener", "ListenerArn=" + listener);
  EXPECT_EQ(registration(kA)->verdict, model::HealthVerdict::Healthy);
}

}  // namespace
}  // namespace postern::api::elbv2
