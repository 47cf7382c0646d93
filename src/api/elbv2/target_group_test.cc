// SPDX-License-Identifier: Apache-2.0
#include "api/elbv2/elbv2_test.h"

namespace postern::api::elbv2 {
namespace {

using testing::ElementsAre;
using testing::IsEmpty;

// [API reference, CreateTargetGroup: defaults of TCP groups. Terraform takes a Matcher or a
// HealthCheckPath beside a TCP check for an error: neither may be there]
TEST_F(Elbv2Test, A_new_target_group_has_the_defaults_of_its_protocol) {
  const Answer answer = must("CreateTargetGroup", "Name=targets&VpcId=vpc-1&Protocol=TCP&Port=80");
  const std::string arn = answer.text("//TargetGroupArn");
  EXPECT_THAT(arn, testing::MatchesRegex(std::string(kArn) + "targetgroup/targets/[0-9a-f]{16}"));
  EXPECT_EQ(answer.xml(),
            "<TargetGroups><member><TargetGroupArn>" + arn +
                "</TargetGroupArn><TargetGroupName>targets</TargetGroupName><Protocol>TCP"
                "</Protocol><Port>80</Port><VpcId>vpc-1</VpcId><HealthCheckProtocol>TCP"
                "</HealthCheckProtocol><HealthCheckPort>traffic-port</HealthCheckPort>"
                "<HealthCheckEnabled>true</HealthCheckEnabled><HealthCheckIntervalSeconds>30"
                "</HealthCheckIntervalSeconds><HealthCheckTimeoutSeconds>10"
                "</HealthCheckTimeoutSeconds><HealthyThresholdCount>5</HealthyThresholdCount>"
                "<UnhealthyThresholdCount>2</UnhealthyThresholdCount><LoadBalancerArns/>"
                "<TargetType>instance</TargetType><IpAddressType>ipv4</IpAddressType></member>"
                "</TargetGroups>");
}

// [spec 7.2: Terraform wants its thresholds back as sent]
TEST_F(Elbv2Test, What_the_caller_says_of_the_health_check_is_kept) {
  const Answer answer =
      must("CreateTargetGroup",
           "Name=targets&VpcId=vpc-1&Protocol=TCP&Port=80&TargetType=ip&HealthCheckProtocol=TCP"
           "&HealthCheckPort=8080&HealthCheckEnabled=true&HealthCheckIntervalSeconds=5"
           "&HealthCheckTimeoutSeconds=5&HealthyThresholdCount=3&UnhealthyThresholdCount=3");
  EXPECT_EQ(answer.text("//HealthCheckPort"), "8080");
  EXPECT_EQ(answer.text("//HealthCheckIntervalSeconds"), "5");
  EXPECT_EQ(answer.text("//HealthCheckTimeoutSeconds"), "5");
  EXPECT_EQ(answer.text("//HealthyThresholdCount"), "3");
  EXPECT_EQ(answer.text("//UnhealthyThresholdCount"), "3");
  EXPECT_EQ(answer.text("//TargetType"), "ip");
}

// [spec 1.5 and 1.8]
TEST_F(Elbv2Test, CreateTargetGroup_refuses_in_AWS_words) {
  struct Case {
    std::string form;
    const char* error;
  };
  const std::string whole = "Name=t&VpcId=vpc-1&Protocol=TCP&Port=80";
  const Case cases[] = {
      {"Name=t&VpcId=vpc-1&Port=80", "ValidationError: A protocol must be specified"},
      {"Name=t&VpcId=vpc-1&Protocol=TCP", "ValidationError: A port must be specified"},
      {"Name=t&Protocol=TCP&Port=80", "ValidationError: A VPC ID must be specified"},
      {"Name=t&VpcId=vpc-x&Protocol=TCP&Port=80",
       "ValidationError: The VPC ID 'vpc-x' is not found"},
      {"Name=t&VpcId=vpc-other&Protocol=TCP&Port=80",
       "ValidationError: The VPC ID 'vpc-other' is not found"},
      {"Name=" + std::string(33, 't') + "&VpcId=vpc-1&Protocol=TCP&Port=80",
       "ValidationError: Target group name 'ttttttttttttttttttttttttttttttttt' cannot be longer "
       "than '32' characters"},
      {"Name=t_1&VpcId=vpc-1&Protocol=TCP&Port=80",
       "ValidationError: Target group name 't_1' can only contain characters that are alphanumeric "
       "characters or hyphens(-)"},
      {"Name=-t&VpcId=vpc-1&Protocol=TCP&Port=80",
       "ValidationError: Target group name '-t' cannot begin or end with '-'"},
      {"Name=t&VpcId=vpc-1&Protocol=SCTP&Port=80",
       "ValidationError: 1 validation error detected: Value 'SCTP' at 'protocol' failed to satisfy "
       "constraint: Member must satisfy enum value set: [HTTP, HTTPS, TCP, TLS, UDP, TCP_UDP, "
       "GENEVE, QUIC, TCP_QUIC]"},
      {"Name=t&VpcId=vpc-1&Protocol=TCP&Port=0",
       "ValidationError: 1 validation error detected: Value '0' at 'port' failed to satisfy "
       "constraint: Member must have value greater than or equal to 1"},
      {"Name=t&VpcId=vpc-1&Protocol=TCP&Port=65536",
       "ValidationError: 1 validation error detected: Value '65536' at 'port' failed to satisfy "
       "constraint: Member must have value less than or equal to 65535"},
      {"Name=t&VpcId=vpc-1&Protocol=GENEVE&Port=80",
       "InvalidConfigurationRequest: Target groups with the GENEVE protocol are not supported: use "
       "HTTP, HTTPS, TCP, TLS, UDP or TCP_UDP"},
      {"Name=t&TargetType=lambda",
       "InvalidConfigurationRequest: Target type 'lambda' is not supported: use 'instance', 'ip' "
       "or 'alb'"},
      {whole + "&IpAddressType=ipv5",
       "ValidationError: 1 validation error detected: Value 'ipv5' at 'ipAddressType' failed to "
       "satisfy constraint: Member must satisfy enum value set: [ipv4, ipv6]"},
      {whole + "&ProtocolVersion=HTTP2",
       "InvalidConfigurationRequest: A protocol version and a target control port cannot be "
       "specified for target groups with the TCP protocol"},
  };
  for (const Case& c : cases) {
    SCOPED_TRACE(c.form);
    EXPECT_EQ(refusal("CreateTargetGroup", c.form), c.error);
  }
  EXPECT_EQ(count<model::TargetGroup>(), 0U);
}

// [NLB guide, "Health check settings"; spec 1.5 and 4]
TEST_F(Elbv2Test, Health_check_settings_keep_to_their_bounds) {
  struct Case {
    const char* form;
    const char* error;  // null: taken
  };
  const Case cases[] = {
      {"HealthCheckIntervalSeconds=5&HealthCheckTimeoutSeconds=2", nullptr},
      {"HealthCheckIntervalSeconds=300&HealthCheckTimeoutSeconds=120", nullptr},
      {"HealthCheckIntervalSeconds=4&HealthCheckTimeoutSeconds=2",
       "ValidationError: 1 validation error detected: Value '4' at 'healthCheckIntervalSeconds' "
       "failed to satisfy constraint: Member must have value greater than or equal to 5"},
      {"HealthCheckIntervalSeconds=301",
       "ValidationError: 1 validation error detected: Value '301' at 'healthCheckIntervalSeconds' "
       "failed to satisfy constraint: Member must have value less than or equal to 300"},
      {"HealthCheckTimeoutSeconds=1",
       "ValidationError: 1 validation error detected: Value '1' at 'healthCheckTimeoutSeconds' "
       "failed to satisfy constraint: Member must have value greater than or equal to 2"},
      {"HealthCheckIntervalSeconds=9",
       "ValidationError: Health check timeout '10' must be smaller than or equal to the interval "
       "'9'"},
      {"HealthCheckIntervalSeconds=10", nullptr},
      {"HealthyThresholdCount=2", nullptr},
      {"HealthyThresholdCount=10", nullptr},
      {"HealthyThresholdCount=1",
       "ValidationError: 1 validation error detected: Value '1' at 'healthyThresholdCount' failed "
       "to satisfy constraint: Member must have value greater than or equal to 2"},
      {"UnhealthyThresholdCount=11",
       "ValidationError: 1 validation error detected: Value '11' at 'unhealthyThresholdCount' "
       "failed to satisfy constraint: Member must have value less than or equal to 10"},
      {"HealthCheckPort=65535", nullptr},
      {"HealthCheckPort=traffic-port", nullptr},
      {"HealthCheckPort=0",
       "ValidationError: Health check port '0' must be 'traffic-port' or a port from 1 to 65535"},
      {"HealthCheckPort=http",
       "ValidationError: Health check port 'http' must be 'traffic-port' or a port from 1 to "
       "65535"},
      {"HealthCheckEnabled=false",
       "InvalidConfigurationRequest: Health checks cannot be disabled for target groups with "
       "target type 'instance' or 'ip'"},
      {"Matcher.HttpCode=200",
       "InvalidConfigurationRequest: Health check matchers are not supported for TCP health "
       "checks"},
      {"HealthCheckPath=/",
       "InvalidConfigurationRequest: Health check paths are not supported for TCP health checks"},
      {"HealthCheckProtocol=HTTPS", nullptr},
      {"HealthCheckProtocol=HTTPS&HealthCheckPath=/&Matcher.HttpCode=200-299", nullptr},
      {"HealthCheckProtocol=UDP",
       "ValidationError: Health check protocol 'UDP' must be one of 'TCP, HTTP, HTTPS'"},
      {"HealthCheckProtocol=TLS",
       "ValidationError: Health check protocol 'TLS' must be one of 'TCP, HTTP, HTTPS'"},
      {"HealthCheckProtocol=HTTP", nullptr},
      {"HealthCheckProtocol=HTTP&HealthCheckPath=/ready?x=1&Matcher.HttpCode=200,301-302", nullptr},
      {"HealthCheckProtocol=HTTP&HealthCheckPath=ready",
       "ValidationError: Health check path 'ready' must begin with a '/' character and have no "
       "spaces"},
      {"HealthCheckProtocol=HTTP&HealthCheckPath=/a%0D%0AHost:b",
       "ValidationError: Health check path '/a\r\nHost:b' must begin with a '/' character and have "
       "no spaces"},
      {"HealthCheckProtocol=HTTP&Matcher.HttpCode=200-599", nullptr},
      {"HealthCheckProtocol=HTTP&Matcher.HttpCode=199",
       "ValidationError: Health check matcher HTTP code '199' must be within '200-599' inclusive"},
      {"HealthCheckProtocol=HTTP&Matcher.HttpCode=200-600",
       "ValidationError: Health check matcher HTTP code '200-600' must be within '200-599' "
       "inclusive"},
      {"HealthCheckProtocol=HTTP&Matcher.HttpCode=300-200",
       "ValidationError: Health check matcher HTTP code '300-200' must be within '200-599' "
       "inclusive"},
      {"HealthCheckProtocol=HTTP&Matcher.HttpCode=200,",
       "ValidationError: Health check matcher HTTP code '200,' must be within '200-599' inclusive"},
      {"HealthCheckProtocol=HTTP&Matcher.GrpcCode=0",
       "ValidationError: A matcher of an HTTP health check must specify an HTTP code"},
  };
  int n = 0;
  for (const Case& c : cases) {
    SCOPED_TRACE(c.form);
    const std::string fresh = fmt::format("t{}", ++n);
    const std::string make = "Name=" + fresh + "&VpcId=vpc-1&Protocol=TCP&Port=80&" + c.form;
    const std::string modify = "TargetGroupArn=" + make_group(fresh + "m") + "&" + c.form;
    if (c.error == nullptr) {
      must("CreateTargetGroup", make);
      must("ModifyTargetGroup", modify);
    } else {
      EXPECT_EQ(refusal("CreateTargetGroup", make), c.error);
      EXPECT_EQ(refusal("ModifyTargetGroup", modify), c.error);
    }
  }
}

// [NLB guide, "Health check settings"; spec 4: 6 seconds, / and 200-399 for HTTP checks]
TEST_F(Elbv2Test, An_HTTP_check_has_a_path_and_a_matcher) {
  const Answer made =
      must("CreateTargetGroup",
           "Name=targets&VpcId=vpc-1&Protocol=TCP&Port=80&HealthCheckProtocol=HTTP");
  EXPECT_EQ(made.text("//HealthCheckTimeoutSeconds"), "6");
  EXPECT_EQ(made.text("//HealthCheckPath"), "/");
  EXPECT_EQ(made.text("//Matcher/HttpCode"), "200-399");
  const std::string arn = "TargetGroupArn=" + made.text("//TargetGroupArn");
  const Answer changed =
      must("ModifyTargetGroup", arn + "&HealthCheckPath=/ready&Matcher.HttpCode=204");
  EXPECT_EQ(changed.text("//HealthCheckPath"), "/ready");
  EXPECT_EQ(changed.text("//Matcher/HttpCode"), "204");
  const Answer tcp = must("ModifyTargetGroup", arn + "&HealthCheckProtocol=TCP");
  EXPECT_THAT(tcp.texts("//HealthCheckPath"), IsEmpty());
  EXPECT_THAT(tcp.texts("//Matcher"), IsEmpty());
  const Answer again = must("ModifyTargetGroup", arn + "&HealthCheckProtocol=HTTP");
  EXPECT_EQ(again.text("//HealthCheckPath"), "/");
  EXPECT_EQ(again.text("//Matcher/HttpCode"), "200-399");
}

TEST_F(Elbv2Test, ModifyTargetGroup_changes_what_it_names) {
  const std::string arn = make_group("targets", "&Protocol=TCP&Port=80&HealthyThresholdCount=3");
  const Answer answer =
      must("ModifyTargetGroup", "TargetGroupArn=" + arn + "&HealthCheckIntervalSeconds=20");
  EXPECT_EQ(answer.text("//HealthCheckIntervalSeconds"), "20");
  EXPECT_EQ(answer.text("//HealthyThresholdCount"), "3");
  become(kOther);
  EXPECT_EQ(refusal("ModifyTargetGroup", "TargetGroupArn=" + arn),
            "TargetGroupNotFound: One or more target groups not found");
}

// [API reference, CreateTargetGroup: idempotent]
TEST_F(Elbv2Test, The_same_target_group_again_is_the_one_that_is_there) {
  const std::string arn = make_group();
  EXPECT_EQ(make_group("targets", "&Protocol=TCP&Port=80&HealthCheckIntervalSeconds=30"), arn);
  for (const char* other :
       {"&Protocol=TCP&Port=81", "&Protocol=UDP&Port=80",
        "&Protocol=TCP&Port=80&HealthyThresholdCount=3", "&Protocol=TCP&Port=80&TargetType=ip"}) {
    SCOPED_TRACE(other);
    EXPECT_EQ(refusal("CreateTargetGroup", std::string("Name=targets&VpcId=vpc-1") + other),
              "DuplicateTargetGroupName: A target group with the same name 'targets' exists, but "
              "with different settings");
  }
  EXPECT_EQ(count<model::TargetGroup>(), 1U);
}

TEST_F(Elbv2Test, DescribeTargetGroups_selects_and_pages) {
  const std::string balancer = make_load_balancer();
  const std::string a = make_group("a");
  const std::string b = make_group("b");
  make_listener(balancer, b);
  EXPECT_THAT(must("DescribeTargetGroups").texts("//TargetGroupName"), ElementsAre("a", "b"));
  EXPECT_THAT(must("DescribeTargetGroups", "Names.member.1=a").texts("//TargetGroupArn"),
              ElementsAre(a));
  EXPECT_THAT(must("DescribeTargetGroups", "TargetGroupArns.member.1=" + b)
                  .texts("//LoadBalancerArns/member"),
              ElementsAre(balancer));
  EXPECT_THAT(
      must("DescribeTargetGroups", "LoadBalancerArn=" + balancer).texts("//TargetGroupName"),
      ElementsAre("b"));
  const Answer first = must("DescribeTargetGroups", "PageSize=1");
  EXPECT_EQ(first.text("//NextMarker"), b);
  EXPECT_EQ(must("DescribeTargetGroups", "PageSize=1&Marker=" + b).text("//TargetGroupName"), "b");
}

// [spec 1.5]
TEST_F(Elbv2Test, A_target_group_that_is_not_there_is_not_found) {
  const std::string arn = make_group();
  const std::string expected = "TargetGroupNotFound: One or more target groups not found";
  EXPECT_EQ(refusal("DescribeTargetGroups", "Names.member.1=x"), expected);
  EXPECT_EQ(refusal("DescribeTargetGroups", "TargetGroupArns.member.1=x"),
            "ValidationError: 'x' is not a valid target group ARN");
  EXPECT_EQ(
      refusal("DescribeTargetGroups", "Names.member.1=targets&TargetGroupArns.member.1=" + arn),
      "ValidationError: Target group names, target group ARNs, and a load balancer ARN "
      "cannot be specified at the same time");
  become(kOther);
  EXPECT_EQ(refusal("DescribeTargetGroups", "TargetGroupArns.member.1=" + arn), expected);
  EXPECT_THAT(must("DescribeTargetGroups").texts("//TargetGroupArn"), IsEmpty());
}

// [spec 1.5: Terraform retries on these words]
TEST_F(Elbv2Test, A_target_group_in_use_is_not_deleted) {
  const std::string group = make_group();
  const std::string listener = make_listener(make_load_balancer(), group);
  must("RegisterTargets", "TargetGroupArn=" + group + "&Targets.member.1.Id=i-0000000000000000a");
  EXPECT_EQ(
      refusal("DeleteTargetGroup", "TargetGroupArn=" + group),
      "ResourceInUse: Target group '" + group + "' is currently in use by a listener or a rule");
  must("DeleteListener", "ListenerArn=" + listener);
  EXPECT_EQ(must("DeleteTargetGroup", "TargetGroupArn=" + group).xml(), "");
  EXPECT_EQ(count<model::TargetGroup>(), 0U);
  EXPECT_EQ(count<model::Target>(), 0U);
  must("DeleteTargetGroup", "TargetGroupArn=" + group);
}

}  // namespace
}  // namespace postern::api::elbv2
