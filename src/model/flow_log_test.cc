// SPDX-License-Identifier: Apache-2.0
#include <gtest/gtest.h>

#include "model/flow_log_delivery.h"
#include "model/flow_log_format.h"

namespace postern::model {
namespace {

// [VPC user guide, "Flow log records": the default format has the fields of version 2, a custom one
// the version of its newest field]
TEST(FlowLogFormat, Has_its_fields_in_their_order_and_the_version_of_the_newest) {
  struct Case {
    std::string_view text;
    std::size_t fields;
    int version;
  };
  for (const Case& c : {Case{kDefaultFlowLogFormat, 14, 2}, Case{"${version} ${vpc-id}", 2, 3},
                        Case{"${az-id}", 1, 4}, Case{"  ${action}   ${flow-direction} ", 2, 5},
                        Case{"${ecs-task-id} ${srcaddr}", 2, 7}}) {
    SCOPED_TRACE(c.text);
    const auto format = parse_flow_log_format(c.text);
    ASSERT_TRUE(format);
    EXPECT_EQ(format->fields.size(), c.fields);
    EXPECT_EQ(format->version, c.version);
  }
  const auto two = parse_flow_log_format("${dstport} ${pkt-srcaddr}");
  EXPECT_EQ(two->fields,
            (std::vector{FlowLogField::DestinationPort, FlowLogField::PacketSourceAddress}));
}

TEST(FlowLogFormat, Refuses_what_is_no_field) {
  for (const char* text : {"", "  ", "${}", "${colour}", "version", "$version", "${version},${end}",
                           "${version}${end}", "${Version}"}) {
    SCOPED_TRACE(text);
    const auto format = parse_flow_log_format(text);
    ASSERT_FALSE(format);
    EXPECT_EQ(format.error().fault().code, faults::InvalidParameter.code);
  }
}

const Id<Account> kAccount("111111111111");

FlowLog log_of() {
  return {.id = Id<FlowLog>("fl-1"),
          .owner = kAccount,
          .region = "r-1",
          .resource_id = "vpc-1",
          .log_group = "flows",
          .role_arn = "arn:aws:iam::111111111111:role/deliver"};
}

std::string trusting_service(const std::string& service, const std::string& condition = "") {
  return fmt::format(R"({{"Statement": {{"Effect": "Allow", "Action": "sts:AssumeRole",
                         "Principal": {{"Service": "{}"}}{}}}}})",
                     service, condition);
}

std::string allowing(const std::string& actions, const std::string& resource = "*") {
  return fmt::format(R"({{"Statement": {{"Effect": "Allow", "Action": [{}], "Resource": "{}"}}}})",
                     actions, resource);
}

// [VPC user guide, "IAM role for publishing flow logs to CloudWatch Logs"]
TEST(FlowLogDelivery, Needs_a_role_that_trusts_flow_logs_and_may_write_to_the_group) {
  const std::string service = "vpc-flow-logs.amazonaws.com";
  const std::string write = R"("logs:CreateLogStream", "logs:PutLogEvents")";
  const std::string all = write + R"(, "logs:CreateLogGroup")";
  const auto source = [](const char* value) {
    return fmt::format(R"(, "Condition": {{"ArnLike": {{"aws:SourceArn": "{}"}}}})", value);
  };
  struct Case {
    const char* name;
    std::string trust;
    std::string policy;
    bool group_is_there = false;
    bool may = false;
  };
  const std::vector<Case> cases = {
      {"all", trusting_service(service), allowing(all), false, true},
      {"a group to be made, and may not", trusting_service(service), allowing(write), false, false},
      {"a group that is there", trusting_service(service), allowing(write), true, true},
      {"nothing allowed", trusting_service(service), allowing(R"("logs:Describe*")"), true, false},
      {"another group", trusting_service(service),
       allowing(write, "arn:aws:logs:r-1:111111111111:log-group:other:*"), true, false},
      {"this group", trusting_service(service),
       allowing(write, "arn:aws:logs:r-1:111111111111:log-group:flows:*"), true, true},
      {"another service", trusting_service("ec2.amazonaws.com"), allowing(all), true, false},
      {"this flow log",
       trusting_service(service, source("arn:aws:ec2:r-1:111111111111:vpc-flow-log/*")),
       allowing(all), true, true},
      {"another account's",
       trusting_service(service, source("arn:aws:ec2:r-1:222222222222:vpc-flow-log/*")),
       allowing(all), true, false},
  };
  for (const Case& c : cases) {
    SCOPED_TRACE(c.name);
    WorldBuilder world;
    Role role{.id = iam_id<Role>(kAccount, "deliver"),
              .owner = kAccount,
              .name = "deliver",
              .path = "/",
              .trust_policy = c.trust};
    role.policies.documents["p"] = c.policy;
    world.put(role);
    if (c.group_is_there) {
      world.put(LogGroup{.id = log_group_of(log_of()), .owner = kAccount});
    }
    EXPECT_EQ(delivery_error(world.build(), log_of()), c.may ? "" : kAccessError);
  }
  EXPECT_EQ(delivery_error(World(), log_of()), kAccessError);
}

TEST(FlowLogDelivery, Into_a_bucket_needs_no_role_and_fails_as_its_newest_file_did) {
  FlowLog log = log_of();
  log.destination_type = "s3";
  EXPECT_EQ(delivery_error(World(), log), "");
  log.bucket_error = kUnknownError;
  EXPECT_EQ(delivery_error(World(), log), kUnknownError);
}

}  // namespace
}  // namespace postern::model
