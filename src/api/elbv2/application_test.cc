// SPDX-License-Identifier: Apache-2.0
// Application Load Balancers: what they are made of, their rules, and as targets of others.
#include <gmock/gmock.h>

#include "api/elbv2/elbv2_test.h"
#include "model/registration.h"
#include "model/target_health.h"

namespace postern::api::elbv2 {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;

class ApplicationTest : public Elbv2Test {
 protected:
  ApplicationTest() {
    model::Settings settings;
    settings.tls_relay = true;
    put(settings);
    model::SecurityGroup fallback = group("sg-default", "vpc-1");
    fallback.name = "default";
    put(fallback);
  }

  std::string make_alb(const std::string& name = "alb",
                       const std::string& more = "&SecurityGroups.member.1=sg-nlb") {
    return must("CreateLoadBalancer", "Name=" + name +
                                          "&Type=application&Scheme=internal&Subnets.member.1="
                                          "subnet-a&Subnets.member.2=subnet-c" +
                                          more)
        .text("//LoadBalancerArn");
  }
  std::string make_http_group(const std::string& name = "http") {
    return make_group(name, "&Protocol=HTTP&Port=8080");
  }
  std::string make_http(const std::string& alb, const std::string& group) {
    return make_listener(alb, group, "&Protocol=HTTP&Port=80");
  }
  static std::string path_rule(const std::string& priority, const std::string& path = "%2Fx") {
    return "&Priority=" + priority +
           "&Conditions.member.1.Field=path-pattern&Conditions.member.1.Values.member.1=" + path;
  }
  static std::string answer(const std::string& more = "") {
    return "&Actions.member.1.Type=fixed-response&Actions.member.1.FixedResponseConfig.StatusCode="
           "200" +
           more;
  }
  std::string make_rule(const std::string& listener, const std::string& priority) {
    return must("CreateRule", "ListenerArn=" + listener + path_rule(priority) + answer())
        .text("//RuleArn");
  }
};

TEST_F(ApplicationTest, Is_described_as_AWS_does) {
  const Answer made = must("CreateLoadBalancer",
                           "Name=alb&Scheme=internal&Subnets.member.1=subnet-a"
                           "&Subnets.member.2=subnet-c");
  EXPECT_EQ(made.text("//Type"), "application");
  EXPECT_THAT(made.text("//LoadBalancerArn"), HasSubstr(":loadbalancer/app/alb/"));
  EXPECT_THAT(made.text("//DNSName"), HasSubstr("internal-alb-"));
  EXPECT_THAT(made.text("//DNSName"), HasSubstr(".ap-northeast-1.elb.amazonaws.com"));
  EXPECT_EQ(made.text("//CanonicalHostedZoneId"), "Z14GRHDCWA56QT");
  EXPECT_THAT(made.texts("//SecurityGroups/member"), ElementsAre("sg-default"));
}

// [API reference, CreateLoadBalancer, Subnets: two zones]
TEST_F(ApplicationTest, Refusals_of_load_balancers) {
  const std::string two = "&Subnets.member.1=subnet-a&Subnets.member.2=subnet-c";
  struct Case {
    std::string form;
    const char* words;
  };
  for (const Case& c :
       {Case{"&Subnets.member.1=subnet-a",
             "ValidationError: At least two subnets in two different Availability Zones "
             "must be specified"},
        Case{two + "&IpAddressType=dualstack",
             "InvalidConfigurationRequest: IP address type 'dualstack' is not supported on load "
             "balancers with type 'application'"},
        Case{"&SubnetMappings.member.1.SubnetId=subnet-a&SubnetMappings.member.1."
             "PrivateIPv4Address=10.0.1.9&SubnetMappings.member.2.SubnetId=subnet-c",
             "InvalidConfigurationRequest: Private IPv4 addresses cannot be specified for load "
             "balancers with type 'application'"}}) {
    EXPECT_EQ(refusal("CreateLoadBalancer", "Name=alb&Type=application&Scheme=internal" + c.form),
              c.words);
  }
}

TEST_F(ApplicationTest, Listeners_need_the_relay) {
  model::Settings settings = *world_.find(model::Settings().id);
  settings.tls_relay = false;
  put(settings);
  EXPECT_THAT(
      refusal("CreateListener", "LoadBalancerArn=" + make_alb() + forward_to(make_http_group()) +
                                    "&Protocol=HTTP&Port=80"),
      HasSubstr("UnsupportedProtocol: Listeners with the HTTP protocol need HAProxy"));
}

// [API reference, CreateListener; ALB guide, "Target groups"]
TEST_F(ApplicationTest, Listeners_and_groups_fit_together) {
  const std::string alb = make_alb();
  const std::string nlb = make_load_balancer();
  const std::string http = make_http_group();
  const std::string tcp = make_group();
  EXPECT_THAT(refusal("CreateListener",
                      "LoadBalancerArn=" + alb + forward_to(tcp) + "&Protocol=HTTP&Port=80"),
              HasSubstr("IncompatibleProtocols: "));
  EXPECT_EQ(refusal("CreateListener",
                    "LoadBalancerArn=" + alb + forward_to(tcp) + "&Protocol=TCP&Port=80"),
            "ValidationError: Listener protocol 'TCP' must be one of 'HTTPS, HTTP'");
  EXPECT_THAT(refusal("CreateListener",
                      "LoadBalancerArn=" + nlb + forward_to(http) + "&Protocol=TCP&Port=80"),
              HasSubstr("IncompatibleProtocols: "));
  make_http(alb, http);
  EXPECT_THAT(refusal("CreateListener", "LoadBalancerArn=" + make_alb("other") + forward_to(http) +
                                            "&Protocol=HTTP&Port=80"),
              HasSubstr("TargetGroupAssociationLimit: "));
}

// [API reference, CreateTargetGroup; ALB guide, "Health checks"]
TEST_F(ApplicationTest, Groups_have_the_health_checks_of_their_kind) {
  const Answer made =
      must("CreateTargetGroup", "Name=http&Protocol=HTTP&ProtocolVersion=&Port=80&VpcId=vpc-1");
  EXPECT_EQ(made.text("//ProtocolVersion"), "HTTP1");
  EXPECT_EQ(made.text("//HealthCheckProtocol"), "HTTP");
  EXPECT_EQ(made.text("//HealthCheckTimeoutSeconds"), "5");
  EXPECT_EQ(made.text("//HttpCode"), "200");
  struct Case {
    const char* form;
    const char* words;
  };
  for (const Case& c :
       {Case{"&Protocol=HTTP&HealthCheckProtocol=TCP",
             "InvalidConfigurationRequest: Health check protocol 'TCP' is not supported for target "
             "groups with the HTTP protocol and target type 'instance': use HTTP or HTTPS"},
        Case{"&Protocol=HTTP&Matcher.HttpCode=500",
             "ValidationError: Health check matcher HTTP code '500' must be within '200-499' "
             "inclusive"},
        Case{"&Protocol=HTTP&ProtocolVersion=GRPC",
             "InvalidConfigurationRequest: Protocol version 'GRPC' is not supported: targets are "
             "asked by HTTP1"},
        Case{"&Protocol=HTTP&TargetType=alb",
             "InvalidConfigurationRequest: Target groups with target type 'alb' must have the TCP "
             "protocol and IP address type 'ipv4'"}}) {
    EXPECT_EQ(refusal("CreateTargetGroup", std::string("Name=x&Port=80&VpcId=vpc-1") + c.form),
              c.words);
  }
}

TEST_F(ApplicationTest, Rules_stand_by_priority_and_the_default_one_stays) {
  const std::string listener = make_http(make_alb(), make_http_group());
  const std::string later = make_rule(listener, "20");
  const std::string first = make_rule(listener, "10");
  const auto* record = this->record<model::Listener>(listener);
  ASSERT_EQ(record->rules.size(), 2U);
  EXPECT_EQ(record->rules[0].id, first);
  EXPECT_EQ(refusal("CreateRule", "ListenerArn=" + listener + path_rule("10") + answer()),
            "PriorityInUse: Priority '10' is currently in use");
  must("SetRulePriorities", "RulePriorities.member.1.RuleArn=" + first +
                                "&RulePriorities.member.1.Priority=20"
                                "&RulePriorities.member.2.RuleArn=" +
                                later + "&RulePriorities.member.2.Priority=10");
  EXPECT_EQ(this->record<model::Listener>(listener)->rules[0].id, later);
  const Answer rules = must("DescribeRules", "ListenerArn=" + listener);
  EXPECT_EQ(rules.texts("//RuleArn").size(), 3U);
  const std::string fallback = rules.text("//member[IsDefault='true']/RuleArn");
  EXPECT_EQ(refusal("DeleteRule", "RuleArn=" + fallback),
            "OperationNotPermitted: Default rule '" + fallback + "' cannot be modified");
  must("DeleteRule", "RuleArn=" + later);
  EXPECT_EQ(refusal("DescribeRules", "RuleArns.member.1=" + later),
            "RuleNotFound: One or more rules not found");
}

// [API reference, CreateRule: rules are Application Load Balancers']
TEST_F(ApplicationTest, A_network_load_balancers_listener_takes_no_rules) {
  const std::string listener = make_listener(make_load_balancer(), make_group());
  EXPECT_EQ(refusal("CreateRule", "ListenerArn=" + listener + path_rule("1") + answer()),
            "UnsupportedProtocol: Rules are not supported on listeners with the TCP protocol");
}

// [ALB guide, "Condition types" and "Quotas"]
TEST_F(ApplicationTest, Refusals_of_conditions) {
  const std::string listener = make_http(make_alb(), make_http_group());
  const auto of = [](const std::string& field, const std::string& value) {
    return "&Conditions.member.1.Field=" + field + "&Conditions.member.1." + value;
  };
  struct Case {
    std::string form;
    const char* words;
  };
  for (const Case& c : {
           Case{"", "ValidationError: A rule must have at least one condition"},
           Case{of("path-pattern", "Values.member.1=a%20b"),
                "ValidationError: The path pattern 'a b' contains characters that are not valid"},
           Case{of("host-header", "HostHeaderConfig.Values.member.1=a_b"),
                "ValidationError: The host name 'a_b' is not valid"},
           Case{of("http-request-method", "HttpRequestMethodConfig.Values.member.1=get"),
                "ValidationError: The HTTP method 'get' is not valid"},
           Case{of("source-ip", "SourceIpConfig.Values.member.1=10.0.0.1"),
                "ValidationError: The source IP '10.0.0.1' is not a valid IPv4 CIDR"},
           Case{of("http-header", "HttpHeaderConfig.Values.member.1=x"),
                "ValidationError: The HTTP header name '' is not valid"},
           Case{of("path-pattern", "HostHeaderConfig.Values.member.1=x"),
                "ValidationError: A condition must have the configuration of its field "
                "'path-pattern', and no other"},
           Case{of("path-pattern", "Values.member.1=%2F*******"),
                "ValidationError: A rule can only have '6' wildcards"},
           Case{of("http-header",
                   "HttpHeaderConfig.HttpHeaderName=x&Conditions.member.1.HttpHeaderConfig.Values."
                   "member.1=a%0Ab"),
                "ValidationError: Condition value 'a\nb' must be 1 to 128 printable characters"},
       }) {
    EXPECT_EQ(refusal("CreateRule", "ListenerArn=" + listener + "&Priority=1" + c.form + answer()),
              c.words);
  }
}

// [API reference, Action, RedirectActionConfig, FixedResponseActionConfig]
TEST_F(ApplicationTest, Refusals_of_actions) {
  const std::string listener = make_http(make_alb(), make_http_group());
  const auto of = [](const std::string& type, const std::string& more) {
    return "&Actions.member.1.Type=" + type + more;
  };
  const std::string redirect = "&Actions.member.1.RedirectConfig.";
  struct Case {
    std::string form;
    const char* words;
  };
  for (const Case& c : {
           Case{of("authenticate-oidc", ""),
                "InvalidLoadBalancerAction: Actions of type 'authenticate-oidc' are not supported: "
                "use 'forward', 'redirect' or 'fixed-response'"},
           Case{of("redirect", redirect + "StatusCode=HTTP_301"),
                "InvalidLoadBalancerAction: The redirect action must change the protocol, the "
                "host, the port or the path"},
           Case{of("redirect", redirect + "StatusCode=HTTP_301" + redirect + "Path=%2Fa%0Ab"),
                "ValidationError: A redirect's host, path and query must be at most 128 printable "
                "characters"},
           Case{of("fixed-response", "&Actions.member.1.FixedResponseConfig.StatusCode=301"),
                "ValidationError: Fixed response status code '301' must be within '2XX, 4XX, 5XX'"},
           Case{of("fixed-response", ""),
                "InvalidLoadBalancerAction: An action of type 'fixed-response' must have its own "
                "configuration and no other"},
           Case{of("forward",
                   "&Actions.member.1.ForwardConfig.TargetGroupStickinessConfig.Enabled=true"),
                "InvalidConfigurationRequest: Target group stickiness is not supported: each "
                "request is forwarded by the weights of the target groups"},
       }) {
    EXPECT_EQ(refusal("CreateRule", "ListenerArn=" + listener + path_rule("1") + c.form), c.words);
  }
}

TEST_F(ApplicationTest, A_group_that_only_a_rule_forwards_to_is_in_use) {
  const std::string listener = make_http(make_alb(), make_http_group());
  const std::string other = make_http_group("other");
  const std::string rule = must("CreateRule", "ListenerArn=" + listener + path_rule("1") +
                                                  "&Actions.member.1.Type=forward&Actions.member.1."
                                                  "TargetGroupArn=" +
                                                  other)
                               .text("//RuleArn");
  EXPECT_THAT(refusal("DeleteTargetGroup", "TargetGroupArn=" + other), HasSubstr("ResourceInUse"));
  must("DeleteRule", "RuleArn=" + rule);
  must("DeleteTargetGroup", "TargetGroupArn=" + other);
}

TEST_F(ApplicationTest, Rules_have_tags) {
  const std::string rule = make_rule(make_http(make_alb(), make_http_group()), "1");
  must("AddTags", "ResourceArns.member.1=" + rule + "&Tags.member.1.Key=k&Tags.member.1.Value=v");
  EXPECT_EQ(must("DescribeTags", "ResourceArns.member.1=" + rule).text("//Value"), "v");
}

// [API reference, LoadBalancerAttribute, TargetGroupAttribute]
TEST_F(ApplicationTest, Attributes_are_its_own) {
  const std::string alb = make_alb();
  const auto set = [](const std::string& key, const std::string& value) {
    return "&Attributes.member.1.Key=" + key + "&Attributes.member.1.Value=" + value;
  };
  must("ModifyLoadBalancerAttributes",
       "LoadBalancerArn=" + alb + set("idle_timeout.timeout_seconds", "120"));
  EXPECT_EQ(refusal("ModifyLoadBalancerAttributes",
                    "LoadBalancerArn=" + alb + set("dns_record.client_routing_policy", "x")),
            "InvalidConfigurationRequest: Load balancer attribute key "
            "'dns_record.client_routing_policy' is not supported on load balancers with type "
            "'application'");
  EXPECT_EQ(refusal("ModifyLoadBalancerAttributes",
                    "LoadBalancerArn=" + alb + set("access_logs.s3.enabled", "true")),
            "InvalidConfigurationRequest: 'access_logs.s3.enabled' value 'true' is not supported: "
            "it can only be 'false'");
  const std::string group = make_http_group();
  must("ModifyTargetGroupAttributes",
       "TargetGroupArn=" + group + set("stickiness.enabled", "true"));
  EXPECT_EQ(
      refusal("ModifyTargetGroupAttributes",
              "TargetGroupArn=" + group + set("stickiness.type", "app_cookie")),
      "InvalidConfigurationRequest: 'stickiness.type' value 'app_cookie' is not supported: it "
      "can only be 'lb_cookie'");
}

// ---- As a target. [NLB guide, "Application Load Balancers as targets"] --------------------------

class AlbTargetTest : public ApplicationTest {
 protected:
  AlbTargetTest() {
    make_listener(nlb_, group_);
    change([&](model::Transaction& tx) {
      for (const std::string& arn : {alb_, nlb_}) {
        model::LoadBalancer active = *tx.world().find(model::Id<model::LoadBalancer>(arn));
        active.state = model::LoadBalancerState::Active;
        tx.put(active);
      }
    });
  }
  std::string with(const std::string& target) const {
    return "TargetGroupArn=" + group_ + "&Targets.member.1.Id=" + target;
  }
  std::vector<const model::Target*> targets() const {
    return model::targets_of(world_, model::Id<model::TargetGroup>(group_));
  }

  std::string alb_ = make_alb();
  std::string listener_ = make_http(alb_, make_http_group());
  std::string nlb_ = make_load_balancer();
  std::string group_ = make_group("to-alb", "&Protocol=TCP&Port=80&TargetType=alb");
};

TEST_F(AlbTargetTest, Is_registered_as_its_nodes_and_described_as_one) {
  must("RegisterTargets", with(alb_));
  ASSERT_EQ(targets().size(), 2U);
  std::vector<std::string> zones;
  for (const model::Target* target : targets()) {
    zones.push_back(target->zone);
    EXPECT_EQ(model::target_address(world_, *target), model::alb_node(world_, *target)->address);
  }
  EXPECT_THAT(zones, ElementsAre("ap-northeast-1a", "ap-northeast-1c"));
  const Answer health = must("DescribeTargetHealth", "TargetGroupArn=" + group_);
  EXPECT_THAT(health.texts("//Target/Id"), ElementsAre(alb_));
  EXPECT_THAT(health.texts("//State"), ElementsAre("initial"));
  change([&](model::Transaction& tx) {
    model::Target healthy = *targets().back();
    healthy.verdict = model::HealthVerdict::Healthy;
    tx.put(healthy);
  });
  EXPECT_THAT(must("DescribeTargetHealth", with(alb_)).texts("//State"), ElementsAre("healthy"));
  must("DeregisterTargets", with(alb_));
  EXPECT_THAT(must("DescribeTargetHealth", with(alb_)).texts("//State"), ElementsAre("draining"));
}

TEST_F(AlbTargetTest, Follows_its_zones) {
  must("RegisterTargets", with(alb_));
  must("SetSubnets",
       "LoadBalancerArn=" + alb_ + "&Subnets.member.1=subnet-c&Subnets.member.2=subnet-d");
  std::vector<std::string> zones;
  for (const model::Target* target : targets()) {
    zones.push_back(target->zone);
  }
  EXPECT_THAT(zones, ElementsAre("ap-northeast-1c", "ap-northeast-1d"));
}

TEST_F(AlbTargetTest, Refusals) {
  EXPECT_EQ(refusal("RegisterTargets", with(nlb_)),
            "InvalidTarget: The following targets do not exist: '" + nlb_ + "'");
  EXPECT_EQ(refusal("RegisterTargets", with("i-0000000000000000a")),
            "ValidationError: 'i-0000000000000000a' is not a valid load balancer ARN");
  EXPECT_EQ(refusal("RegisterTargets", with(alb_) + "&Targets.member.1.Port=81"),
            "ValidationError: If the target type is ALB, the target must have at least one "
            "listener that matches the target group port or any specified port overrides");
  must("RegisterTargets", with(alb_));
  const std::string other = make_alb("other");
  make_http(other, make_http_group("other"));
  EXPECT_EQ(refusal("RegisterTargets", with(other)),
            "TooManyTargets: The maximum number of 1 targets of target group '" + group_ +
                "' has been reached");
  EXPECT_EQ(refusal("DeleteLoadBalancer", "LoadBalancerArn=" + alb_),
            "ResourceInUse: Load balancer '" + alb_ +
                "' cannot be deleted because it is registered as a target");
  const std::string words = "ResourceInUse: Listener port '80' is in use by registered target '" +
                            alb_ + "' and cannot be removed.";
  EXPECT_EQ(refusal("DeleteListener", "ListenerArn=" + listener_), words);
  EXPECT_EQ(refusal("ModifyListener", "ListenerArn=" + listener_ + "&Port=81"), words);
  EXPECT_THAT(refusal("ModifyTargetGroupAttributes",
                      "TargetGroupArn=" + group_ +
                          "&Attributes.member.1.Key=deregistration_delay.timeout_seconds"
                          "&Attributes.member.1.Value=10"),
              HasSubstr("it can only be '300'"));
}

}  // namespace
}  // namespace postern::api::elbv2
