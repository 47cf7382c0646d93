// SPDX-License-Identifier: Apache-2.0
#include "api/iam/iam_test.h"

namespace postern::api::iam {
namespace {

// [IAM API reference, Role: policy documents are URL-encoded, RFC 3986]
TEST_F(IamTest, A_role_reads_back_as_it_was_made) {
  make_role("deploy",
            "&Path=/ci/&Description=d&MaxSessionDuration=7200&Tags.member.1.Key=k"
            "&Tags.member.1.Value=v");
  const model::Role& role = *world_.all<model::Role>().begin()->second;
  const std::string expected = fmt::format(
      "<Role><Path>/ci/</Path><RoleName>deploy</RoleName><RoleId>{}</RoleId>"
      "<Arn>arn:aws:iam::111111111111:role/ci/deploy</Arn>"
      "<CreateDate>1970-01-12T13:46:40.000Z</CreateDate><AssumeRolePolicyDocument>"
      "%7B%22Statement%22%3A%7B%22Effect%22%3A%22Allow%22%2C%22Action%22%3A%22sts%3AAssumeRole%22"
      "%2C%22Principal%22%3A%7B%22AWS%22%3A%22111111111111%22%7D%7D%7D</AssumeRolePolicyDocument>"
      "<Description>d</Description><MaxSessionDuration>7200</MaxSessionDuration>"
      "<Tags><member><Key>k</Key><Value>v</Value></member></Tags></Role>",
      role.unique_id);
  EXPECT_EQ(run("GetRole", "RoleName=deploy"), expected);
  EXPECT_TRUE(role.unique_id.starts_with("AROA"));
  EXPECT_EQ(role.unique_id.size(), 21U);
  run("TagRole", "RoleName=deploy&Tags.member.1.Key=a&Tags.member.1.Value=");
  run("UntagRole", "RoleName=deploy&TagKeys.member.1=k");
  EXPECT_EQ(run("ListRoleTags", "RoleName=deploy"),
            "<Tags><member><Key>a</Key><Value/></member></Tags><IsTruncated>false</IsTruncated>");
}

TEST_F(IamTest, Names_are_an_accounts_own_and_not_told_apart_by_case) {
  make_role("deploy");
  EXPECT_EQ(run("CreateRole",
                "RoleName=Deploy&AssumeRolePolicyDocument=" + wire::percent_encoded(kTrust)),
            "EntityAlreadyExists: Role with name Deploy already exists.");
  caller_.account = model::Id<model::Account>("222222222222");
  EXPECT_EQ(run("GetRole", "RoleName=deploy"),
            "NoSuchEntity: The role with name deploy cannot be found.");
  make_role("deploy");
}

// [IAM API reference; recorded answers]
TEST_F(IamTest, Refuses_in_awss_words) {
  make_role("r");
  struct Case {
    const char* action;
    std::string parameters;
    const char* words;
  };
  const Case cases[] = {
      {"CreateRole", "RoleName=s&AssumeRolePolicyDocument=x",
       "MalformedPolicyDocument: This policy contains invalid Json"},
      {"CreateRole",
       "RoleName=s&AssumeRolePolicyDocument=" +
           wire::percent_encoded(
               R"({"Statement":{"Effect":"Allow","Action":"sts:AssumeRole",)"
               R"("Principal":{"AWS":"arn:aws:iam::111111111111:user/nobody"}}})"),
       "MalformedPolicyDocument: Invalid principal in policy: "
       "\"AWS\":\"arn:aws:iam::111111111111:user/nobody\""},
      {"CreateRole", "RoleName=a/b&AssumeRolePolicyDocument=x",
       "ValidationError: 1 validation error detected: Value 'a/b' at 'roleName' failed to satisfy "
       "constraint: Member must satisfy regular expression pattern: [\\w+=,.@-]*"},
      {"CreateRole",
       "RoleName=s&PermissionsBoundary=arn:aws:iam::aws:policy/ReadOnlyAccess"
       "&AssumeRolePolicyDocument=x",
       "UnknownParameter: The parameter PermissionsBoundary is not recognized"},
      {"PutRolePolicy", "RoleName=r&PolicyName=p&PolicyDocument={}",
       "MalformedPolicyDocument: Syntax errors in policy."},
      {"GetRolePolicy", "RoleName=r&PolicyName=p",
       "NoSuchEntity: The policy with name p cannot be found."},
      {"AttachRolePolicy", "RoleName=r&PolicyArn=arn:aws:iam::aws:policy/NoSuchPolicy",
       "NoSuchEntity: Policy arn:aws:iam::aws:policy/NoSuchPolicy does not exist or is not "
       "attachable."},
      {"DetachRolePolicy", "RoleName=r&PolicyArn=arn:aws:iam::aws:policy/ReadOnlyAccess",
       "NoSuchEntity: Policy arn:aws:iam::aws:policy/ReadOnlyAccess was not found."},
      {"GetUser", "UserName=ann", "NoSuchEntity: The user with name ann cannot be found."},
      {"GetInstanceProfile", "InstanceProfileName=p",
       "NoSuchEntity: Instance Profile p cannot be found."},
      {"CreateAccessKey", "",
       "ValidationError: Must specify userName when calling with non-User credentials"},
      {"ListRoles", "MaxItems=0",
       "ValidationError: 1 validation error detected: Value '0' at 'maxItems' failed to satisfy "
       "constraint: Member must have value greater than or equal to 1"},
  };
  for (const Case& c : cases) {
    SCOPED_TRACE(c.action + (" " + c.parameters));
    EXPECT_EQ(run(c.action, c.parameters), c.words);
  }
}

TEST_F(IamTest, Policies_read_back_and_hold_their_role) {
  make_role("r");
  EXPECT_EQ(run("PutRolePolicy",
                "RoleName=r&PolicyName=p&PolicyDocument=" + wire::percent_encoded(kPolicy)),
            "");
  EXPECT_EQ(run("GetRolePolicy", "RoleName=r&PolicyName=p"),
            "<RoleName>r</RoleName><PolicyName>p</PolicyName><PolicyDocument>" +
                wire::percent_encoded(kPolicy) + "</PolicyDocument>");
  EXPECT_EQ(run("ListRolePolicies", "RoleName=r"),
            "<PolicyNames><member>p</member></PolicyNames><IsTruncated>false</IsTruncated>");
  const std::string read_only = "RoleName=r&PolicyArn=arn:aws:iam::aws:policy/ReadOnlyAccess";
  EXPECT_EQ(run("AttachRolePolicy", read_only), "");
  EXPECT_EQ(run("ListAttachedRolePolicies", "RoleName=r"),
            "<AttachedPolicies><member><PolicyName>ReadOnlyAccess</PolicyName><PolicyArn>"
            "arn:aws:iam::aws:policy/ReadOnlyAccess</PolicyArn></member></AttachedPolicies>"
            "<IsTruncated>false</IsTruncated>");
  EXPECT_EQ(run("DeleteRole", "RoleName=r"),
            "DeleteConflict: Cannot delete entity, must detach all policies first.");
  run("DetachRolePolicy", read_only);
  EXPECT_EQ(run("DeleteRole", "RoleName=r"),
            "DeleteConflict: Cannot delete entity, must delete policies first.");
  run("DeleteRolePolicy", "RoleName=r&PolicyName=p");
  EXPECT_EQ(run("DeleteRole", "RoleName=r"), "");
}

TEST_F(IamTest, A_deleted_role_takes_its_sessions_along) {
  make_role("r");
  model::Transaction tx(world_, now_, ids_);
  for (const char* name : {"r", "other"}) {
    tx.put(model::Session{.id = model::Id<model::Session>(std::string("ASIA") + name),
                          .role = model::iam_id<model::Role>(caller_.account, name)});
  }
  world_ = tx.world();
  EXPECT_EQ(run("DeleteRole", "RoleName=r"), "");
  ASSERT_EQ(world_.all<model::Session>().size(), 1U);
  EXPECT_EQ(world_.all<model::Session>().begin()->first.value, "ASIAother");
}

TEST_F(IamTest, A_user_has_up_to_two_keys_and_a_secret_is_told_once) {
  run("CreateUser", "UserName=ann");
  const std::string made = run("CreateAccessKey", "UserName=ann");
  const auto& user = *world_.find(model::Id<model::User>("111111111111/ann"));
  const model::UserKey key = user.keys.at(0);
  EXPECT_NE(made.find("<SecretAccessKey>" + key.secret), std::string::npos) << made;
  EXPECT_EQ(run("ListAccessKeys", "UserName=ann").find("Secret"), std::string::npos);
  run("CreateAccessKey", "UserName=ann");
  EXPECT_EQ(run("CreateAccessKey", "UserName=ann"),
            "LimitExceeded: Cannot exceed quota for AccessKeysPerUser: 2");
  run("UpdateAccessKey", "UserName=ann&Status=Inactive&AccessKeyId=" + key.id);
  EXPECT_FALSE(world_.find(model::Id<model::User>("111111111111/ann"))->keys[0].active);
  EXPECT_EQ(run("DeleteUser", "UserName=ann"),
            "DeleteConflict: Cannot delete entity, must delete access keys first.");
  run("DeleteAccessKey", "UserName=ann&AccessKeyId=" + key.id);
  EXPECT_EQ(run("DeleteAccessKey", "UserName=ann&AccessKeyId=" + key.id),
            "NoSuchEntity: The Access Key with id " + key.id + " cannot be found.");
}

TEST_F(IamTest, An_instance_profile_has_one_role) {
  make_role("r");
  make_role("s");
  run("CreateInstanceProfile", "InstanceProfileName=p");
  const std::string with_r = "InstanceProfileName=p&RoleName=r";
  EXPECT_EQ(run("AddRoleToInstanceProfile", with_r), "");
  EXPECT_EQ(run("AddRoleToInstanceProfile", "InstanceProfileName=p&RoleName=s"),
            "LimitExceeded: Cannot exceed quota for InstanceSessionsPerInstanceProfile: 1");
  EXPECT_NE(run("GetInstanceProfile", "InstanceProfileName=p").find("<RoleName>r</RoleName>"),
            std::string::npos);
  EXPECT_NE(run("ListInstanceProfilesForRole", "RoleName=r").find("<InstanceProfileName>p<"),
            std::string::npos);
  EXPECT_EQ(run("ListInstanceProfilesForRole", "RoleName=s"),
            "<InstanceProfiles/><IsTruncated>false</IsTruncated>");
  EXPECT_EQ(run("DeleteRole", "RoleName=r"),
            "DeleteConflict: Cannot delete entity, must remove roles from instance profile first.");
  EXPECT_EQ(run("DeleteInstanceProfile", "InstanceProfileName=p"),
            "DeleteConflict: Cannot delete entity, must remove roles from instance profile first.");
  run("RemoveRoleFromInstanceProfile", with_r);
  EXPECT_EQ(run("DeleteInstanceProfile", "InstanceProfileName=p"), "");
}

TEST_F(IamTest, Lists_come_in_pages) {
  for (const char* name : {"a", "b", "c"}) {
    make_role(name);
  }
  const std::string first = run("ListRoles", "MaxItems=2");
  EXPECT_NE(first.find("<IsTruncated>true</IsTruncated><Marker>2</Marker>"), std::string::npos);
  const std::string last = run("ListRoles", "MaxItems=2&Marker=2");
  EXPECT_NE(last.find("<RoleName>c</RoleName>"), std::string::npos);
  EXPECT_EQ(last.find("<RoleName>b</RoleName>"), std::string::npos);
  EXPECT_NE(last.find("<IsTruncated>false</IsTruncated>"), std::string::npos);
}

}  // namespace
}  // namespace postern::api::iam
