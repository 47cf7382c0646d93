// SPDX-License-Identifier: Apache-2.0
// What a bucket's policy says to log delivery, and whether it is public. What it says to callers is
// tested by api/s3, through its requests.
#include "model/buckets.h"

#include <gtest/gtest.h>

namespace postern::model {
namespace {

std::string statement(const std::string& effect, const std::string& principal,
                      const std::string& condition = "") {
  return R"({"Effect":")" + effect + R"(","Principal":)" + principal +
         R"(,"Action":"s3:PutObject","Resource":"arn:aws:s3:::logs/*")" +
         (condition.empty() ? "" : R"(,"Condition":)" + condition) + "}";
}

std::string policy_with(const std::string& statements) {
  return R"({"Version":"2012-10-17","Statement":[)" + statements + "]}";
}

// [S3 user guide, "The meaning of public"]
TEST(Buckets, A_policy_is_public_unless_a_condition_ties_it_to_somebody) {
  struct Case {
    const char* name;
    std::string statement;
    bool is_public;
  };
  const std::string everybody = "\"*\"";
  for (const Case& c : {
           Case{"everybody", statement("Allow", everybody), true},
           Case{"everybody of AWS", statement("Allow", R"({"AWS":"*"})"), true},
           Case{"an account", statement("Allow", R"({"AWS":"222222222222"})"), false},
           Case{"a service", statement("Allow", R"({"Service":"x.amazonaws.com"})"), false},
           Case{"a denial", statement("Deny", everybody), false},
           Case{"an account's resource",
                statement("Allow", everybody,
                          R"({"StringEquals":{"aws:SourceAccount":"222222222222"}})"),
                false},
           Case{"some network",
                statement("Allow", everybody, R"({"IpAddress":{"aws:SourceIp":"10.0.0.0/8"}})"),
                false},
           Case{"every network",
                statement("Allow", everybody, R"({"IpAddress":{"aws:SourceIp":"0.0.0.0/0"}})"),
                true},
           Case{"a pattern",
                statement("Allow", everybody, R"({"StringLike":{"aws:SourceAccount":"2*"}})"),
                true},
           Case{"all but one",
                statement("Allow", everybody,
                          R"({"StringNotEquals":{"aws:SourceAccount":"222222222222"}})"),
                true},
           Case{"another key",
                statement("Allow", everybody, R"({"StringEquals":{"s3:x-amz-acl":"private"}})"),
                true},
       }) {
    SCOPED_TRACE(c.name);
    const auto policy = parse_resource_policy(policy_with(c.statement));
    ASSERT_TRUE(policy) << policy.error().message();
    EXPECT_EQ(is_public(*policy), c.is_public);
  }
}

// [VPC user guide, "Amazon S3 bucket permissions for flow logs"]
TEST(Buckets, Flow_logs_go_into_their_owners_buckets_and_where_the_policy_lets_them) {
  const std::string service = R"({"Service":"delivery.logs.amazonaws.com"})";
  const std::string of_bob =
      R"({"StringEquals":{"aws:SourceAccount":"222222222222",)"
      R"("s3:x-amz-acl":"bucket-owner-full-control"},)"
      R"("ArnLike":{"aws:SourceArn":"arn:aws:logs:eu-west-1:222222222222:*"}})";
  const Id<Account> ada("111111111111");
  const Id<Account> bob("222222222222");
  struct Case {
    const char* name;
    Id<Account> log_owner;
    std::string policy;
    LogDelivery delivery;
  };
  for (const Case& c : {
           Case{"the owner's", ada, "", LogDelivery::Allowed},
           Case{"the owner's, denied", ada, policy_with(statement("Deny", service)),
                LogDelivery::Denied},
           Case{"the owner's, unless others see it", ada,
                policy_with(statement("Deny", R"({"AWS":"*"})",
                                      R"({"Bool":{"aws:SecureTransport":"false"}})")),
                LogDelivery::Allowed},
           Case{"another's", bob, "", LogDelivery::Denied},
           Case{"another's, let in", bob, policy_with(statement("Allow", service, of_bob)),
                LogDelivery::Allowed},
           Case{"a third's", Id<Account>("333333333333"),
                policy_with(statement("Allow", service, of_bob)), LogDelivery::Denied},
       }) {
    SCOPED_TRACE(c.name);
    const World world = WorldBuilder()
                            .put(Bucket{.id = Id<Bucket>("logs"), .owner = ada, .policy = c.policy})
                            .put(Settings{.buckets = {"folder"}})
                            .build();
    const FlowLog log{.id = Id<FlowLog>("fl-1"), .owner = c.log_owner, .region = "eu-west-1"};
    EXPECT_EQ(log_delivery(world, log, "logs", "AWSLogs/x"), c.delivery);
    EXPECT_EQ(log_delivery(world, log, "folder", "AWSLogs/x"), LogDelivery::Allowed);
    EXPECT_EQ(log_delivery(world, log, "none", "AWSLogs/x"), LogDelivery::NoBucket);
  }
}

}  // namespace
}  // namespace postern::model
