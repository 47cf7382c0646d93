// SPDX-License-Identifier: Apache-2.0
#include <gtest/gtest.h>

#include "api/sts/service.h"

namespace postern::api::sts {
namespace {

Result<std::string> run(const model::Caller& caller, std::string_view form) {
  const auto root = wire::parse_parameters(form);
  EXPECT_TRUE(root);
  const model::World world;
  const Machine machine;
  const View view{.world = world, .caller = caller, .now = {}, .machine = machine};
  const Service sts = sts_service();
  return sts.find("GetCallerIdentity")->read(sts.dialect, view, *root);
}

TEST(GetCallerIdentity, Says_who_signed) {
  const auto answer = run({.account = model::Id<model::Account>("111111111111"),
                           .region = "eu-west-1",
                           .principal_arn = "arn:aws:iam::111111111111:user/ada",
                           .user_id = "AIDAEXAMPLE"},
                          "Action=GetCallerIdentity&Version=2011-06-15&X-Amz-Expires=60");
  ASSERT_TRUE(answer) << answer.error().message();
  EXPECT_EQ(*answer,
            "<UserId>AIDAEXAMPLE</UserId><Account>111111111111</Account>"
            "<Arn>arn:aws:iam::111111111111:user/ada</Arn>");
}

TEST(GetCallerIdentity, Takes_no_parameters) {
  const auto answer = run({}, "Action=GetCallerIdentity&Version=2011-06-15&RoleArn=x");
  ASSERT_FALSE(answer);
  EXPECT_EQ(answer.error().fault().code, "UnknownParameter");
}

}  // namespace
}  // namespace postern::api::sts
