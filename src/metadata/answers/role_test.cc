// SPDX-License-Identifier: Apache-2.0
#include "metadata/answers/role.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "metadata/answers/answer.h"

namespace postern::metadata {
namespace {

using model::Id;
using model::Instance;
using testing::HasSubstr;
using namespace std::chrono_literals;

const char* const kTrustsEc2 =
    R"({"Version": "2012-10-17", "Statement": {"Effect": "Allow",
        "Principal": {"Service": "ec2.amazonaws.com"}, "Action": "sts:AssumeRole"}})";
const char* const kTrustsLambda =
    R"({"Version": "2012-10-17", "Statement": {"Effect": "Allow",
        "Principal": {"Service": "lambda.amazonaws.com"}, "Action": "sts:AssumeRole"}})";

class MetadataRoleTest : public testing::Test {
 protected:
  model::World world(const std::string& trust, const std::string& profile_id = "AIPA1") {
    const Id<model::Account> account("111111111111");
    return model::WorldBuilder()
        .put(Instance{.id = kId,
                      .owner = account,
                      .region = "r",
                      .address = *IpAddress::parse("10.0.0.4"),
                      .profile_id = profile_id})
        .put(model::InstanceProfile{.id = Id<model::InstanceProfile>("111111111111/web"),
                                    .owner = account,
                                    .name = "web",
                                    .path = "/",
                                    .unique_id = "AIPA1",
                                    .roles = {Id<model::Role>("111111111111/server")}})
        .put(model::Role{.id = Id<model::Role>("111111111111/server"),
                         .owner = account,
                         .name = "server",
                         .path = "/",
                         .unique_id = "AROA1",
                         .trust_policy = trust})
        .build();
  }
  Answer get(const model::World& world, const std::string& path, TimePoint now) {
    return answer(world, *world.find(kId), {.method = "GET", .target = "/latest/meta-data/" + path},
                  now);
  }
  std::string text(const model::World& world, const std::string& path, TimePoint now) {
    const Answer found = get(world, path, now);
    const auto* said = std::get_if<Said>(&found);
    return said != nullptr && said->response.status == 200 ? said->response.body : "";
  }

  const Id<Instance> kId{"i-1"};
  SeededIds ids_{1};
  TimePoint now_{std::chrono::hours(24 * 365 * 56)};
};

// [EC2 user guide, "Retrieve security credentials from instance metadata"]
TEST_F(MetadataRoleTest, Keys_of_the_profile_s_role_are_made_when_they_are_asked_for_and_renewed) {
  const model::World before = world(kTrustsEc2);
  EXPECT_EQ(text(before, "iam/security-credentials/", now_), "server");
  EXPECT_THAT(
      text(before, "iam/info", now_),
      HasSubstr("\"InstanceProfileArn\" : \"arn:aws:iam::111111111111:instance-profile/web\""));
  const std::string path = "iam/security-credentials/server";
  EXPECT_TRUE(std::holds_alternative<NeedsKeys>(get(before, path, now_)));
  model::Transaction tx(before, now_, ids_);
  renew_keys(tx, kId);
  const model::World after = tx.world();
  const model::Session* keys = keys_of(after, *after.find(kId), now_);
  ASSERT_NE(keys, nullptr);
  EXPECT_EQ(keys->principal_arn, "arn:aws:sts::111111111111:assumed-role/server/i-1");
  EXPECT_EQ(keys->user_id, "AROA1:i-1");
  const std::string told = text(after, path, now_);
  EXPECT_THAT(told, HasSubstr("\"Code\" : \"Success\""));
  EXPECT_THAT(told, HasSubstr(keys->id.value));
  EXPECT_THAT(told, HasSubstr(keys->token));
  EXPECT_EQ(text(after, path, now_ + 5h), told) << "the same until shortly before they expire";
  EXPECT_TRUE(std::holds_alternative<NeedsKeys>(get(after, path, now_ + 5h + 50min)));
  model::Transaction again(after, now_, ids_);
  renew_keys(again, kId);
  EXPECT_TRUE(again.touched().empty());
}

TEST_F(MetadataRoleTest, A_role_that_does_not_trust_EC2_says_so_in_place_of_keys) {
  const model::World world_ = world(kTrustsLambda);
  EXPECT_THAT(text(world_, "iam/security-credentials/server", now_),
              HasSubstr("\"Code\" : \"AssumeRoleUnauthorizedAccess\""));
  model::Transaction tx(world_, now_, ids_);
  renew_keys(tx, kId);
  EXPECT_TRUE(tx.touched().empty());
}

TEST_F(MetadataRoleTest, Without_a_profile_there_is_no_iam) {
  EXPECT_EQ(text(world(kTrustsEc2, ""), "iam/", now_), "");
  EXPECT_EQ(text(world(kTrustsEc2, "AIPA-of-one-that-is-gone"), "iam/info", now_), "");
}

}  // namespace
}  // namespace postern::metadata
