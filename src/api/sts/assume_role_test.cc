// SPDX-License-Identifier: Apache-2.0
// The rules that decide are tested in model/permissions_test.cc; here is what STS says.
#include <gtest/gtest.h>

#include "api/action/test_run.h"
#include "api/sts/service.h"

namespace postern::api::sts {
namespace {

using std::chrono::seconds;

class AssumeRoleTest : public testing::Test {
 protected:
  AssumeRoleTest() {
    model::WorldBuilder world;
    world.put(
        model::Role{.id = model::Id<model::Role>("222222222222/deploy"),
                    .owner = model::Id<model::Account>("222222222222"),
                    .name = "deploy",
                    .path = "/ci/",
                    .unique_id = "AROA1",
                    .trust_policy = R"({"Statement": {"Effect": "Allow", "Action": "sts:AssumeRole",
                            "Principal": {"AWS": ["111111111111", "222222222222"]}}})",
                    .max_session_seconds = 7200});
    world_ = world.build();
  }

  Result<std::string> run(std::string_view action, std::string_view parameters) {
    static const Service kService = sts_service();
    return run_form({world_, caller_, now_, ids_, machine_}, kService, action, parameters);
  }

  std::string words(std::string_view action, std::string_view parameters) {
    return api::words(run(action, parameters));
  }

  Machine machine_;
  SeededIds ids_{1};
  TimePoint now_{seconds(1'000'000)};
  model::Caller caller_{.account = model::Id<model::Account>("111111111111"),
                        .region = "eu-west-1",
                        .principal_arn = "arn:aws:iam::111111111111:root",
                        .user_id = "111111111111"};
  model::World world_;
};

constexpr const char* kDeploy =
    "RoleArn=arn:aws:iam::222222222222:role/ci/deploy&RoleSessionName=s1";

TEST_F(AssumeRoleTest, Gives_a_session_of_the_role) {
  const auto answer = run("AssumeRole", std::string(kDeploy) + "&DurationSeconds=900");
  ASSERT_TRUE(answer) << answer.error().message();
  ASSERT_EQ(world_.all<model::Session>().size(), 1U);
  const model::Session& session = *world_.all<model::Session>().begin()->second;
  EXPECT_EQ(
      *answer,
      fmt::format("<Credentials><AccessKeyId>{}</AccessKeyId><SecretAccessKey>{}"
                  "</SecretAccessKey><SessionToken>{}</SessionToken><Expiration>{}"
                  "</Expiration></Credentials><AssumedRoleUser><AssumedRoleId>AROA1:s1"
                  "</AssumedRoleId><Arn>arn:aws:sts::222222222222:assumed-role/deploy/s1"
                  "</Arn></AssumedRoleUser>",
                  session.id, session.secret, session.token, format_iso8601(now_ + seconds(900))));
  EXPECT_TRUE(session.id.value.starts_with("ASIA"));
  EXPECT_EQ(session.id.value.size(), 20U);
  EXPECT_EQ(session.secret.size(), 40U);
  EXPECT_EQ(session.owner.value, "222222222222");
  EXPECT_EQ(session.role.value, "222222222222/deploy");
  EXPECT_EQ(session.expires_at, now_ + seconds(900));
}

// [STS API reference, AssumeRole; recorded answers]
TEST_F(AssumeRoleTest, Refuses_in_awss_words) {
  struct Case {
    std::string parameters;
    const char* words;
  };
  const std::string deploy = kDeploy;
  const Case cases[] = {
      {"RoleArn=arn:aws:iam::222222222222:role/deploy&RoleSessionName=s1",
       "AccessDenied: User: arn:aws:iam::111111111111:root is not authorized to perform: "
       "sts:AssumeRole on resource: arn:aws:iam::222222222222:role/deploy"},
      {deploy + "&DurationSeconds=899",
       "ValidationError: 1 validation error detected: Value '899' at 'durationSeconds' failed to "
       "satisfy constraint: Member must have value greater than or equal to 900"},
      {deploy + "&DurationSeconds=7201",
       "ValidationError: The requested DurationSeconds exceeds the MaxSessionDuration set for this "
       "role."},
      {"RoleArn=arn:aws:iam::222222222222:role/ci/deploy",
       "ValidationError: 1 validation error detected: Value null at 'roleSessionName' failed to "
       "satisfy constraint: Member must not be null"},
      {"RoleArn=arn:aws:iam::222222222222:role/ci/deploy&RoleSessionName=s/1",
       "ValidationError: 1 validation error detected: Value 's/1' at 'roleSessionName' failed to "
       "satisfy constraint: Member must satisfy regular expression pattern: [\\w+=,.@-]*"},
      {"RoleArn=a-role-without-an-arn&RoleSessionName=s1",
       "ValidationError: a-role-without-an-arn is invalid"},
      {deploy + "&Policy=%7B%7D", "MalformedPolicyDocument: Syntax errors in policy."},
      {deploy + "&Tags.member.1.Key=k&Tags.member.1.Value=v",
       "UnknownParameter: The parameter Tags.member.1.Key is not recognized"},
      {deploy + "&PolicyArns.member.1.arn=arn:aws:iam::aws:policy/ReadOnlyAccess",
       "UnknownParameter: The parameter PolicyArns.member.1.arn is not recognized"},
      {deploy + "&SourceIdentity=ann",
       "UnknownParameter: The parameter SourceIdentity is not "
       "recognized"},
  };
  for (const Case& c : cases) {
    SCOPED_TRACE(c.parameters);
    EXPECT_EQ(words("AssumeRole", c.parameters), c.words);
  }
  EXPECT_TRUE(world_.all<model::Session>().empty());
}

TEST_F(AssumeRoleTest, A_chain_of_roles_has_an_hour) {
  model::WorldBuilder world;
  model::Role role = *world_.all<model::Role>().begin()->second;
  role.policies.attached = {"arn:aws:iam::aws:policy/AdministratorAccess"};
  world.put(role);
  world_ = world.build();
  caller_ = {.account = role.owner,
             .principal_arn = "arn:aws:sts::222222222222:assumed-role/deploy/s0",
             .user_id = "AROA1:s0",
             .role = role.id};
  EXPECT_EQ(words("AssumeRole", std::string(kDeploy) + "&DurationSeconds=3601"),
            "ValidationError: The requested DurationSeconds exceeds the 1 hour session limit for "
            "roles assumed by role chaining.");
  EXPECT_TRUE(run("AssumeRole", std::string(kDeploy) + "&DurationSeconds=3600"));
}

TEST_F(AssumeRoleTest, A_sessions_policy_is_kept_with_it) {
  const std::string answer = words(
      "AssumeRole", std::string(kDeploy) +
                        "&Policy=%7B%22Statement%22%3A%7B%22Effect%22%3A%22Allow%22%2C%22Action"
                        "%22%3A%22ec2%3A*%22%2C%22Resource%22%3A%22*%22%7D%7D");
  EXPECT_NE(answer.find("<PackedPolicySize>4</PackedPolicySize>"), std::string::npos) << answer;
  ASSERT_EQ(world_.all<model::Session>().size(), 1U);
  EXPECT_EQ(world_.all<model::Session>().begin()->second->policy,
            R"({"Statement":{"Effect":"Allow","Action":"ec2:*","Resource":"*"}})");
}

// [STS API reference, GetSessionToken]
TEST_F(AssumeRoleTest, A_session_token_is_its_callers_and_a_roots_lasts_an_hour) {
  ASSERT_TRUE(run("GetSessionToken", "DurationSeconds=129600"));
  const model::Session& session = *world_.all<model::Session>().begin()->second;
  EXPECT_EQ(session.principal_arn, "arn:aws:iam::111111111111:root");
  EXPECT_EQ(session.expires_at, now_ + seconds(3600));
  caller_.session = session.id;
  EXPECT_EQ(words("GetSessionToken", ""),
            "AccessDenied: Cannot call GetSessionToken with session credentials");
}

}  // namespace
}  // namespace postern::api::sts
