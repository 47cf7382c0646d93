// SPDX-License-Identifier: Apache-2.0
#include "model/principal.h"

#include <gtest/gtest.h>

namespace postern::model {
namespace {

const char* const kRoot = "arn:aws:iam::111111111111:root";
const char* const kUserArn = "arn:aws:iam::111111111111:user/ann";
const char* const kSessionArn = "arn:aws:sts::111111111111:assumed-role/deploy/s1";

// [PrivateLink guide, "Manage permissions"; EC2 API, ModifyVpcEndpointServicePermissions]
TEST(Principal, Types_are_told_apart_and_others_refused) {
  struct Case {
    const char* principal;
    const char* type_or_code;
    bool accepted;
  };
  const Case cases[] = {
      {"*", "All", true},
      {kRoot, "Account", true},
      {kUserArn, "User", true},
      {"arn:aws:iam::111111111111:role/deploy", "Role", true},
      {"arn:aws:iam::111111111111:role/path/deploy", "UnknownPrincipalType.Unsupported", false},
      {"arn:aws:iam::111111111111:group/ops", "UnknownPrincipalType.Unsupported", false},
      {"arn:aws:iam::1111:root", "InvalidPrincipal", false},
      {"111111111111", "InvalidPrincipal", false},
      {"", "InvalidPrincipal", false},
      {"arn:aws:s3::111111111111:root", "InvalidPrincipal", false},
  };
  for (const Case& c : cases) {
    SCOPED_TRACE(c.principal);
    const auto type = principal_type(c.principal);
    ASSERT_EQ(type.has_value(), c.accepted);
    EXPECT_EQ(type ? *type : std::string(type.error().fault().code), c.type_or_code);
  }
}

TEST(Principal, Covers_the_calling_principal_only) {
  struct Case {
    const char* allowed;
    const char* caller_arn;
    bool covered;
  };
  const Case cases[] = {
      {"*", kUserArn, true},
      {kRoot, kRoot, true},
      {kRoot, kUserArn, true},
      {kRoot, kSessionArn, true},
      {kUserArn, kUserArn, true},
      {kUserArn, kRoot, false},
      {"arn:aws:iam::111111111111:role/deploy", kSessionArn, true},
      {"arn:aws:iam::111111111111:role/dep", kSessionArn, false},
      {"arn:aws:iam::111111111111:role/other", kSessionArn, false},
      {"arn:aws:iam::222222222222:root", kRoot, false},
      {"arn:aws:iam::222222222222:role/deploy", kSessionArn, false},
  };
  for (const Case& c : cases) {
    SCOPED_TRACE(fmt::format("{} {}", c.allowed, c.caller_arn));
    const Caller caller{.account = Id<Account>("111111111111"), .principal_arn = c.caller_arn};
    EXPECT_EQ(covers({.principal = c.allowed}, caller), c.covered);
  }
}

TEST(Principal, The_owner_may_use_its_service_without_an_entry) {
  const EndpointService service{.owner = Id<Account>("111111111111")};
  EXPECT_TRUE(may_use(service, {.account = Id<Account>("111111111111")}));
  EXPECT_FALSE(may_use(service, {.account = Id<Account>("222222222222")}));
}

}  // namespace
}  // namespace postern::model
