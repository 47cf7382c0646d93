// SPDX-License-Identifier: Apache-2.0
// Customer managed policies: versions, attachments, and that they decide. [IAM API reference]
#include "api/iam/iam_test.h"
#include "model/permissions.h"

namespace postern::api::iam {
namespace {

class ManagedPolicyTest : public IamTest {
 protected:
  static constexpr const char* kArn = "arn:aws:iam::111111111111:policy/net/reader";

  static std::string document_of(std::string_view action) {
    return wire::percent_encoded(fmt::format(
        R"({{"Statement":{{"Effect":"Allow","Action":"{}","Resource":"*"}}}})", action));
  }
  void make_policy() {
    const std::string made = run("CreatePolicy",
                                 "PolicyName=reader&Path=/net/&Description=d"
                                 "&Tags.member.1.Key=k&Tags.member.1.Value=v"
                                 "&PolicyDocument=" +
                                     document_of("ec2:Describe*"));
    ASSERT_TRUE(made.starts_with("<Policy><PolicyName>reader</PolicyName><PolicyId>ANPA")) << made;
  }
  model::PolicyAnswer asked(const std::string& action) {
    const model::Role& role = *world_.all<model::Role>().begin()->second;
    const model::Caller caller{
        .account = role.owner, .user_id = role.unique_id + ":s", .role = role.id};
    return model::permission(world_, caller, {.action = action});
  }
};

TEST_F(ManagedPolicyTest, Decides_what_those_may_do_whom_it_is_attached_to) {
  make_policy();
  make_role("deploy");
  EXPECT_EQ(asked("ec2:DescribeVpcs"), model::PolicyAnswer::Silent);
  run("AttachRolePolicy", std::string("RoleName=deploy&PolicyArn=") + kArn);
  EXPECT_EQ(asked("ec2:DescribeVpcs"), model::PolicyAnswer::Allowed);
  EXPECT_EQ(run("ListAttachedRolePolicies", "RoleName=deploy"),
            std::string("<AttachedPolicies><member><PolicyName>reader</PolicyName><PolicyArn>") +
                kArn + "</PolicyArn></member></AttachedPolicies><IsTruncated>false</IsTruncated>");
  EXPECT_NE(run("GetPolicy", std::string("PolicyArn=") + kArn)
                .find("<AttachmentCount>1</AttachmentCount>"),
            std::string::npos);
  EXPECT_NE(run("ListEntitiesForPolicy", std::string("PolicyArn=") + kArn)
                .find("<RoleName>deploy</RoleName>"),
            std::string::npos);
  EXPECT_EQ(run("DeletePolicy", std::string("PolicyArn=") + kArn),
            "DeleteConflict: Cannot delete a policy attached to entities.");
  run("DetachRolePolicy", std::string("RoleName=deploy&PolicyArn=") + kArn);
  EXPECT_EQ(run("DeletePolicy", std::string("PolicyArn=") + kArn), "");
  EXPECT_EQ(run("GetPolicy", std::string("PolicyArn=") + kArn),
            std::string("NoSuchEntity: Policy ") + kArn + " was not found.");
}

TEST_F(ManagedPolicyTest, The_default_version_is_in_force) {
  make_policy();
  make_role("deploy");
  const std::string arn = std::string("PolicyArn=") + kArn;
  run("AttachRolePolicy", "RoleName=deploy&" + arn);
  run("CreatePolicyVersion", arn + "&PolicyDocument=" + document_of("iam:*"));
  EXPECT_EQ(asked("iam:ListRoles"), model::PolicyAnswer::Silent);
  EXPECT_EQ(run("SetDefaultPolicyVersion", arn + "&VersionId=v2"), "");
  EXPECT_EQ(asked("iam:ListRoles"), model::PolicyAnswer::Allowed);
  EXPECT_EQ(asked("ec2:DescribeVpcs"), model::PolicyAnswer::Silent);
  EXPECT_EQ(run("DeletePolicyVersion", arn + "&VersionId=v2"),
            "DeleteConflict: Cannot delete the default version of a policy.");
  EXPECT_EQ(run("DeletePolicyVersion", arn + "&VersionId=v1"), "");
  EXPECT_NE(run("GetPolicyVersion", arn + "&VersionId=v2")
                .find("<IsDefaultVersion>true</IsDefaultVersion>"),
            std::string::npos);
  for (int i = 3; i <= 6; ++i) {
    run("CreatePolicyVersion", arn + "&SetAsDefault=true&PolicyDocument=" + document_of("s3:*"));
  }
  EXPECT_EQ(
      run("CreatePolicyVersion", arn + "&PolicyDocument=" + document_of("s3:*")).substr(0, 14),
      "LimitExceeded:");
  EXPECT_EQ(asked("s3:GetObject"), model::PolicyAnswer::Allowed);
}

TEST_F(ManagedPolicyTest, Others_policies_cannot_be_attached_and_AWSs_can_be_read) {
  make_policy();
  caller_.account = model::Id<model::Account>("222222222222");
  make_role("deploy");
  EXPECT_EQ(run("AttachRolePolicy", std::string("RoleName=deploy&PolicyArn=") + kArn),
            std::string("NoSuchEntity: Policy ") + kArn + " does not exist or is not attachable.");
  const std::string aws = "PolicyArn=arn:aws:iam::aws:policy/AdministratorAccess";
  EXPECT_NE(run("GetPolicy", aws).find("<DefaultVersionId>v1</DefaultVersionId>"),
            std::string::npos);
  EXPECT_NE(run("GetPolicyVersion", aws + "&VersionId=v1").find("<Document>%7B"),
            std::string::npos);
  EXPECT_EQ(run("CreatePolicy", "PolicyName=p&PolicyDocument=no").substr(0, 23),
            "MalformedPolicyDocument");
}

}  // namespace
}  // namespace postern::api::iam
