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

}  // namespace
}  // namespace postern::api::auth
