// SPDX-License-Identifier: Apache-2.0
// Whose policies decide is tested in model/permissions_test.cc; here is what each service says.
#include "api/auth/authorize.h"

#include <gtest/gtest.h>

namespace postern::api::auth {
namespace {

using wire::Dialect;

TEST(Authorize, Refuses_in_the_words_of_the_service) {
  model::WorldBuilder builder;
  builder.put(model::User{.id = model::Id<model::User>("111111111111/ann"),
                          .owner = model::Id<model::Account>("111111111111"),
                          .name = "ann",
                          .path = "/",
                          .unique_id = "AIDAANN",
                          .policies = {.documents = {{"p", R"({"Statement": [
          {"Effect": "Allow", "Action": "ec2:Describe*", "Resource": "*"},
          {"Effect": "Deny", "Action": "*:DeleteLoadBalancer", "Resource": "*"}]})"}}}});
  const model::World world = builder.build();
  model::Caller ann{.account = model::Id<model::Account>("111111111111"),
                    .principal_arn = "arn:aws:iam::111111111111:user/ann",
                    .user_id = "AIDAANN",
                    .user = model::Id<model::User>("111111111111/ann")};
  const auto words = [&](Dialect dialect, const char* service, const char* action) {
    const auto done = authorize(dialect, world, ann, service, action);
    return done ? "none" : fmt::format("{}: {}", done.error().fault().code, done.error().message());
  };
  EXPECT_EQ(words(Dialect::Ec2, "ec2", "DescribeVpcs"), "none");
  EXPECT_EQ(words(Dialect::Query, "sts", "GetCallerIdentity"), "none");
  EXPECT_EQ(
      words(Dialect::Ec2, "ec2", "CreateVpc"),
      "UnauthorizedOperation: You are not authorized to perform this operation. User: "
      "arn:aws:iam::111111111111:user/ann is not authorized to perform: ec2:CreateVpc because "
      "no identity-based policy allows the ec2:CreateVpc action");
  EXPECT_EQ(words(Dialect::Query, "elasticloadbalancing", "DeleteLoadBalancer"),
            "AccessDenied: User: arn:aws:iam::111111111111:user/ann is not authorized to perform: "
            "elasticloadbalancing:DeleteLoadBalancer with an explicit deny in an identity-based "
            "policy");
  ann.session = model::Id<model::Session>("ASIA1");
  EXPECT_EQ(words(Dialect::Query, "iam", "GetUser"),
            "InvalidClientTokenId: The security token included in the request is invalid.");
}

// [IAM user guide, "Troubleshoot access denied error messages": VPC endpoint policies; PrivateLink
// guide, "Control access to VPC endpoints using endpoint policies"]
class ThroughEndpoint : public ::testing::Test {
 protected:
  std::string words(const std::string& policy, const char* service, const char* action,
                    model::EndpointState state = model::EndpointState::Available) {
    model::WorldBuilder builder;
    builder.put(model::VpcEndpoint{.id = model::Id<model::VpcEndpoint>("vpce-1"),
                                   .region = "ap-northeast-1",
                                   .type = "Interface",
                                   .vpc = model::Id<model::Vpc>("vpc-1"),
                                   .service = model::Id<model::EndpointService>(service_),
                                   .policy_document = policy,
                                   .state = state});
    const auto done = authorize(Dialect::Query, builder.build(), caller_, service, action);
    return done ? "none" : fmt::format("{}: {}", done.error().fault().code, done.error().message());
  }
  static std::string statement(const char* effect, const char* action, const char* more = "") {
    return fmt::format(R"({{"Effect": "{}", "Principal": "*", "Action": "{}", "Resource": "*"{}}})",
                       effect, action, more);
  }
  static std::string policy(const std::string& statements) {
    return fmt::format(R"({{"Statement": [{}]}})", statements);
  }

  std::string service_ = "sts";
  model::Caller caller_{
      .account = model::Id<model::Account>("111111111111"),
      .region = "ap-northeast-1",
      .principal_arn = "arn:aws:iam::111111111111:root",
      .passage = model::Passage{.endpoint = model::Id<model::VpcEndpoint>("vpce-1"),
                                .address = "10.0.1.10"}};
};

TEST_F(ThroughEndpoint, Its_policy_decides_even_for_the_root_and_for_STS) {
  EXPECT_EQ(words(policy(statement("Allow", "*")), "sts", "GetCallerIdentity"), "none");
  EXPECT_EQ(words(policy(statement("Allow", "sts:AssumeRole")), "sts", "GetCallerIdentity"),
            "AccessDenied: User: arn:aws:iam::111111111111:root is not authorized to perform: "
            "sts:GetCallerIdentity because no VPC endpoint policy allows the "
            "sts:GetCallerIdentity action");
  EXPECT_EQ(words(policy(statement("Allow", "*") + "," + statement("Deny", "sts:Get*")), "sts",
                  "GetCallerIdentity"),
            "AccessDenied: User: arn:aws:iam::111111111111:root is not authorized to perform: "
            "sts:GetCallerIdentity with an explicit deny in a VPC endpoint policy");
}

TEST_F(ThroughEndpoint, Policies_know_the_way) {
  for (const char* condition :
       {R"({"StringEquals": {"aws:SourceVpce": "vpce-1", "aws:SourceVpc": "vpc-1"}})",
        R"({"IpAddress": {"aws:VpcSourceIp": "10.0.1.0/24"}})",
        R"({"NotIpAddress": {"aws:VpcSourceIp": ["10.0.2.0/24", "10.0.1.11"]}})"}) {
    const std::string more = fmt::format(R"(, "Condition": {})", condition);
    EXPECT_EQ(words(policy(statement("Allow", "*", more.c_str())), "sts", "GetCallerIdentity"),
              "none")
        << condition;
  }
  const char* other = R"(, "Condition": {"StringEquals": {"aws:SourceVpce": "vpce-2"}})";
  EXPECT_NE(words(policy(statement("Allow", "*", other)), "sts", "GetCallerIdentity"), "none");
}

TEST_F(ThroughEndpoint, Nothing_else_passes) {
  const std::string all = policy(statement("Allow", "*"));
  EXPECT_EQ(words(all, "logs", "DescribeLogGroups"),
            "SignatureDoesNotMatch: Credential should be scoped to correct service: 'sts'.");
  EXPECT_NE(words("spoilt", "sts", "GetCallerIdentity"), "none");
  EXPECT_NE(words(all, "sts", "GetCallerIdentity", model::EndpointState::Deleting), "none");
  service_ = "vpce-svc-0123456789abcdef0";
  EXPECT_NE(words(all, "sts", "GetCallerIdentity"), "none");
  service_ = "kms";
  EXPECT_NE(words(all, "kms", "ListKeys"), "none");
  service_ = "sts";
  caller_.region = "eu-west-1";
  EXPECT_EQ(words(all, "sts", "GetCallerIdentity"),
            "SignatureDoesNotMatch: Credential should be scoped to a valid region, not "
            "'eu-west-1'.");
  caller_.passage->endpoint = model::Id<model::VpcEndpoint>("vpce-gone");
  EXPECT_NE(words(all, "sts", "GetCallerIdentity"), "none");
}

}  // namespace
}  // namespace postern::api::auth
