// SPDX-License-Identifier: Apache-2.0
#include "api/elbv2/elbv2_test.h"

namespace postern::api::elbv2 {
namespace {

using testing::ElementsAre;

// "key=value" of each attribute of an answer.
std::vector<std::string> attributes(const Answer& answer) {
  const auto keys = answer.texts("//Attributes/member/Key");
  const auto values = answer.texts("//Attributes/member/Value");
  std::vector<std::string> out;
  for (std::size_t i = 0; i < keys.size(); ++i) {
    out.push_back(keys[i] + "=" + values[i]);
  }
  return out;
}

std::string setting(const std::string& key, const std::string& value, int n = 1) {
  return fmt::format("&Attributes.member.{}.Key={}&Attributes.member.{}.Value={}", n, key, n,
                     value);
}

// [API reference, LoadBalancerAttribute]
TEST_F(Elbv2Test, A_load_balancer_lists_every_attribute) {
  const std::string arn = "LoadBalancerArn=" + make_load_balancer();
  EXPECT_THAT(
      attributes(must("DescribeLoadBalancerAttributes", arn)),
      ElementsAre("deletion_protection.enabled=false", "load_balancing.cross_zone.enabled=false",
                  "dns_record.client_routing_policy=any_availability_zone",
                  "zonal_shift.config.enabled=false", "access_logs.s3.enabled=false",
                  "access_logs.s3.bucket=", "access_logs.s3.prefix=",
                  "ipv6.deny_all_igw_traffic=true", "secondary_ips.auto_assigned.per_subnet=0"));
}

// [spec 7.1: what Terraform sends after each creation]
TEST_F(Elbv2Test, What_Terraform_sends_is_taken) {
  const std::string arn = make_load_balancer();
  const Answer answer =
      must("ModifyLoadBalancerAttributes",
           "LoadBalancerArn=" + arn + setting("access_logs.s3.enabled", "false", 1) +
               setting("deletion_protection.enabled", "false", 2) +
               setting("load_balancing.cross_zone.enabled", "true", 3) +
               setting("dns_record.client_routing_policy", "any_availability_zone", 4) +
               setting("zonal_shift.config.enabled", "false", 5));
  EXPECT_THAT(attributes(answer), testing::Contains("load_balancing.cross_zone.enabled=true"));
  EXPECT_THAT(attributes(must("DescribeLoadBalancerAttributes", "LoadBalancerArn=" + arn)),
              testing::Eq(attributes(answer)));
  EXPECT_EQ(record<model::LoadBalancer>(arn)->attributes.at("load_balancing.cross_zone.enabled"),
            "true");
}

// [spec 1.5 and 2.1]
// "Access logs are created only if the load balancer has a TLS listener." [NLB guide, "Access
// logs"; the words of the denial are recorded]
TEST_F(Elbv2Test, Access_logs_may_be_on_where_there_is_nothing_to_log) {
  const std::string arn = make_load_balancer();
  const std::string on = "LoadBalancerArn=" + arn + setting("access_logs.s3.enabled", "true") +
                         setting("access_logs.s3.bucket", "logs", 2) +
                         setting("access_logs.s3.prefix", "nlb", 3);
  const auto bucket = [&](const std::string& region, const std::string& policy) {
    put(model::Bucket{.id = model::Id<model::Bucket>("logs"),
                      .owner = model::Id<model::Account>(kOwner),
                      .region = region,
                      .policy = policy});
  };
  // As the guide has it.
  const std::string policy =
      R"({"Version":"2012-10-17","Statement":[{"Effect":"Allow",)"
      R"("Principal":{"Service":"delivery.logs.amazonaws.com"},"Action":"s3:PutObject",)"
      R"("Resource":"arn:aws:s3:::logs/nlb/AWSLogs/111111111111/*",)"
      R"("Condition":{"StringEquals":{"aws:SourceAccount":["111111111111"]},)"
      R"("ArnLike":{"aws:SourceArn":["arn:aws:logs:ap-northeast-1:111111111111:*"]}}}]})";
  bucket(kRegion, "");
  EXPECT_EQ(refusal("ModifyLoadBalancerAttributes", on),
            "InvalidConfigurationRequest: Access Denied for bucket: logs. Please check S3bucket "
            "permission");
  bucket("us-east-1", policy);
  EXPECT_EQ(refusal("ModifyLoadBalancerAttributes", on),
            "InvalidConfigurationRequest: The S3 bucket 'logs' is in us-east-1, and the load "
            "balancer in ap-northeast-1");
  bucket(kRegion, policy);
  must("ModifyLoadBalancerAttributes", on);
  EXPECT_EQ(record<model::LoadBalancer>(arn)->attributes.at("access_logs.s3.prefix"), "nlb");

  // A TLS listener's connections would have to be logged.
  const std::string listener = make_listener(arn, make_group());
  change([&](model::Transaction& tx) {
    model::Listener tls = *tx.world().find(model::Id<model::Listener>(listener));
    tls.protocol = "TLS";
    tx.put(std::move(tls));
  });
  EXPECT_THAT(refusal("ModifyLoadBalancerAttributes", on),
              testing::HasSubstr("Access logs of TLS listeners are not supported"));
  EXPECT_THAT(refusal("CreateListener", "LoadBalancerArn=" + arn + forward_to(make_group("other")) +
                                            "&Protocol=TCP&Port=81"),
              testing::HasSubstr("Access logs of TLS listeners are not supported"));
}

TEST_F(Elbv2Test, Load_balancer_attributes_are_checked_and_set_all_or_none) {
  const std::string arn = make_load_balancer();
  struct Case {
    std::string form;
    const char* error;
  };
  const Case cases[] = {
      {setting("colour", "red"),
       "ValidationError: Load balancer attribute key 'colour' is not recognized"},
      {setting("idle_timeout.timeout_seconds", "60"),
       "InvalidConfigurationRequest: Load balancer attribute key 'idle_timeout.timeout_seconds' is "
       "not supported on load balancers with type 'network'"},
      {setting("deletion_protection.enabled", "yes"),
       "ValidationError: 'deletion_protection.enabled' value 'yes' must be one of 'true, false'"},
      {setting("access_logs.s3.enabled", "true"),
       "InvalidConfigurationRequest: 'access_logs.s3.bucket' must name a bucket when "
       "'access_logs.s3.enabled' is 'true'"},
      {setting("access_logs.s3.enabled", "true") + setting("access_logs.s3.bucket", "none", 2),
       "InvalidConfigurationRequest: The S3 bucket 'none' does not exist"},
      {setting("secondary_ips.auto_assigned.per_subnet", "8"),
       "ValidationError: 'secondary_ips.auto_assigned.per_subnet' value '8' must be between '0-7' "
       "inclusive"},
      {setting("dns_record.client_routing_policy", "nearest"),
       "ValidationError: 'dns_record.client_routing_policy' value 'nearest' must be one of "
       "'any_availability_zone, partial_availability_zone_affinity, availability_zone_affinity'"},
      {setting("deletion_protection.enabled", "true") +
           setting("deletion_protection.enabled", "false", 2),
       "ValidationError: Load balancer attribute key 'deletion_protection.enabled' was specified "
       "more than once"},
      {setting("deletion_protection.enabled", "true") + setting("colour", "red", 2),
       "ValidationError: Load balancer attribute key 'colour' is not recognized"},
  };
  for (const Case& c : cases) {
    SCOPED_TRACE(c.form);
    EXPECT_EQ(refusal("ModifyLoadBalancerAttributes", "LoadBalancerArn=" + arn + c.form), c.error);
  }
  EXPECT_TRUE(record<model::LoadBalancer>(arn)->attributes.empty());
}

// [API reference, TargetGroupAttribute; NLB guide, "Target group attributes"]
TEST_F(Elbv2Test, A_target_group_lists_the_defaults_of_its_kind) {
  EXPECT_THAT(
      attributes(must("DescribeTargetGroupAttributes", "TargetGroupArn=" + make_group())),
      ElementsAre(
          "deregistration_delay.timeout_seconds=300",
          "deregistration_delay.connection_termination.enabled=false",
          "preserve_client_ip.enabled=true", "proxy_protocol_v2.enabled=false",
          "stickiness.enabled=false", "stickiness.type=source_ip",
          "load_balancing.cross_zone.enabled=use_load_balancer_configuration",
          "target_group_health.dns_failover.minimum_healthy_targets.count=1",
          "target_group_health.dns_failover.minimum_healthy_targets.percentage=off",
          "target_group_health.unhealthy_state_routing.minimum_healthy_targets.count=1",
          "target_group_health.unhealthy_state_routing.minimum_healthy_targets.percentage=off",
          "target_health_state.unhealthy.connection_termination.enabled=true",
          "target_health_state.unhealthy.draining_interval_seconds=0"));
  struct Case {
    const char* kind;
    const char* preserve;
    const char* terminate;
  };
  const Case cases[] = {
      {"&Port=80&Protocol=TCP&TargetType=instance", "true", "false"},
      {"&Port=80&Protocol=TCP&TargetType=ip", "false", "false"},
      {"&Port=80&Protocol=UDP&TargetType=ip", "true", "true"},
      {"&Port=80&Protocol=TCP_UDP&TargetType=instance", "true", "true"},
  };
  int n = 0;
  for (const Case& c : cases) {
    SCOPED_TRACE(c.kind);
    const auto found =
        attributes(must("DescribeTargetGroupAttributes",
                        "TargetGroupArn=" + make_group(fmt::format("t{}", ++n), c.kind)));
    EXPECT_THAT(found, testing::Contains(std::string("preserve_client_ip.enabled=") + c.preserve));
    EXPECT_THAT(found, testing::Contains(
                           std::string("deregistration_delay.connection_termination.enabled=") +
                           c.terminate));
  }
}

// [spec 1.5 and 2.2]
TEST_F(Elbv2Test, Target_group_attributes_are_checked) {
  const std::string tcp = make_group("tcp");
  const std::string udp = make_group("udp", "&Protocol=UDP&Port=53");
  const std::string dns = "target_group_health.dns_failover.minimum_healthy_targets.";
  const std::string unhealthy = "target_health_state.unhealthy.";
  const std::string routing =
      "target_group_health.unhealthy_state_routing.minimum_healthy_targets.";
  struct Case {
    std::string group;
    std::string form;
    const char* error;  // null: taken
  };
  const Case cases[] = {
      {tcp, setting("deregistration_delay.timeout_seconds", "0"), nullptr},
      {tcp, setting("deregistration_delay.timeout_seconds", "3600"), nullptr},
      {tcp, setting("deregistration_delay.timeout_seconds", "3601"),
       "ValidationError: 'deregistration_delay.timeout_seconds' value '3601' must be between "
       "'0-3600' inclusive"},
      {tcp, setting("deregistration_delay.timeout_seconds", "1s"),
       "ValidationError: 'deregistration_delay.timeout_seconds' value '1s' must be between "
       "'0-3600' "
       "inclusive"},
      {tcp, setting("preserve_client_ip.enabled", "false"), nullptr},
      {udp, setting("preserve_client_ip.enabled", "false"),
       "InvalidConfigurationRequest: 'preserve_client_ip.enabled' value 'false' is not supported: "
       "it can only be 'true'"},
      {tcp, setting("load_balancing.cross_zone.enabled", "true"), nullptr},
      {tcp, setting("load_balancing.cross_zone.enabled", "maybe"),
       "ValidationError: 'load_balancing.cross_zone.enabled' value 'maybe' must be one of 'true, "
       "false, use_load_balancer_configuration'"},
      {tcp, setting("proxy_protocol_v2.enabled", "true"), nullptr},
      {tcp, setting("stickiness.enabled", "true"), nullptr},
      {udp, setting("proxy_protocol_v2.enabled", "true"),
       "InvalidConfigurationRequest: 'proxy_protocol_v2.enabled' value 'true' is not supported: it "
       "can only be 'false'"},
      {tcp, setting("stickiness.type", "lb_cookie"),
       "InvalidConfigurationRequest: Stickiness type 'lb_cookie' is not supported for target "
       "groups "
       "with the TCP protocol"},
      {tcp, setting("slow_start.duration_seconds", "30"),
       "InvalidConfigurationRequest: Target group attribute key 'slow_start.duration_seconds' is "
       "not supported for target groups with the TCP protocol"},
      {udp, setting("target_health_state.unhealthy.connection_termination.enabled", "false"),
       "InvalidConfigurationRequest: Target group attribute key "
       "'target_health_state.unhealthy.connection_termination.enabled' is not supported for target "
       "groups with the UDP protocol"},
      {tcp, setting("colour", "red"),
       "ValidationError: Target group attribute key 'colour' is not recognized"},
      {tcp, setting(unhealthy + "draining_interval_seconds", "30"),
       "InvalidConfigurationRequest: 'target_health_state.unhealthy.draining_interval_seconds' can "
       "only be configured when 'target_health_state.unhealthy.connection_termination.enabled' is "
       "'false'"},
      {tcp,
       setting(unhealthy + "draining_interval_seconds", "360000") +
           setting(unhealthy + "connection_termination.enabled", "false", 2),
       nullptr},
      {tcp, setting(unhealthy + "draining_interval_seconds", "360001"),
       "ValidationError: 'target_health_state.unhealthy.draining_interval_seconds' value '360001' "
       "must be between '0-360000' inclusive"},
      {tcp, setting(unhealthy + "connection_termination.enabled", "true"),
       "InvalidConfigurationRequest: 'target_health_state.unhealthy.draining_interval_seconds' can "
       "only be configured when 'target_health_state.unhealthy.connection_termination.enabled' is "
       "'false'"},
      {tcp, setting(dns + "count", "off"), nullptr},
      {tcp, setting(dns + "count", "2") + setting(routing + "count", "2", 2), nullptr},
      {tcp, setting(dns + "percentage", "101"),
       "ValidationError: 'target_group_health.dns_failover.minimum_healthy_targets.percentage' "
       "value '101' must be 'off' or between '1-100' inclusive"},
      {tcp, setting(routing + "count", "off"),
       "ValidationError: "
       "'target_group_health.unhealthy_state_routing.minimum_healthy_targets.count'"
       " value 'off' must be between '1-1000' inclusive"},
      {tcp, setting(dns + "count", "1") + setting(routing + "count", "2", 2),
       "InvalidConfigurationRequest: The minimum healthy target count of DNS failover must be "
       "equal "
       "to or greater than that of unhealthy state routing"},
  };
  for (const Case& c : cases) {
    SCOPED_TRACE(c.form);
    const std::string form = "TargetGroupArn=" + c.group + c.form;
    if (c.error == nullptr) {
      must("ModifyTargetGroupAttributes", form);
    } else {
      EXPECT_EQ(refusal("ModifyTargetGroupAttributes", form), c.error);
    }
  }
}

// [spec 2.3; Terraform takes any error of DescribeListenerAttributes for fatal]
TEST_F(Elbv2Test, A_TCP_listener_has_an_idle_timeout) {
  const std::string balancer = make_load_balancer();
  const std::string arn = "ListenerArn=" + make_listener(balancer, make_group());
  EXPECT_EQ(must("DescribeListenerAttributes", arn).xml(),
            "<Attributes><member><Key>tcp.idle_timeout.seconds</Key><Value>350</Value></member>"
            "</Attributes>");
  const std::string key = "tcp.idle_timeout.seconds";
  EXPECT_THAT(attributes(must("ModifyListenerAttributes", arn + setting(key, "6000"))),
              ElementsAre("tcp.idle_timeout.seconds=6000"));
  for (const char* value : {"59", "6001"}) {
    EXPECT_EQ(refusal("ModifyListenerAttributes", arn + setting(key, value)),
              fmt::format("ValidationError: 'tcp.idle_timeout.seconds' value '{}' must be between "
                          "'60-6000' inclusive",
                          value));
  }
  const std::string udp =
      "ListenerArn=" +
      make_listener(balancer, make_group("udp", "&Protocol=UDP&Port=53"), "&Protocol=UDP&Port=53");
  EXPECT_EQ(must("DescribeListenerAttributes", udp).xml(), "<Attributes/>");
  EXPECT_EQ(refusal("ModifyListenerAttributes", udp + setting(key, "60")),
            "InvalidConfigurationRequest: Listener attribute key 'tcp.idle_timeout.seconds' is not "
            "supported on listeners with the UDP protocol");
}

TEST_F(Elbv2Test, Attributes_of_another_account_are_not_found) {
  const std::string balancer = make_load_balancer();
  const std::string group = make_group();
  become(kOther);
  EXPECT_EQ(refusal("DescribeLoadBalancerAttributes", "LoadBalancerArn=" + balancer),
            "LoadBalancerNotFound: One or more load balancers not found");
  EXPECT_EQ(refusal("ModifyTargetGroupAttributes",
                    "TargetGroupArn=" + group + setting("stickiness.enabled", "false")),
            "TargetGroupNotFound: One or more target groups not found");
}

}  // namespace
}  // namespace postern::api::elbv2
