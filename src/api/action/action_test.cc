// SPDX-License-Identifier: Apache-2.0
#include "api/action/action.h"

#include <gtest/gtest.h>

namespace postern::api {
namespace {

struct MakeRequest {
  std::string Name;
  std::optional<std::string> ClientToken;
};
BOOST_DESCRIBE_STRUCT(MakeRequest, (), (Name, ClientToken))

struct MakeAnswer {
  std::string vpcId;
};
BOOST_DESCRIBE_STRUCT(MakeAnswer, (), (vpcId))

Result<MakeAnswer> make(model::Transaction& tx, const model::Caller& caller,
                        const MakeRequest& request) {
  const model::Vpc vpc{.id = model::Id<model::Vpc>(tx.ids().ec2_id("vpc-")),
                       .owner = caller.account,
                       .tags = {{"Name", request.Name}}};
  tx.put(vpc);
  return MakeAnswer{.vpcId = vpc.id.value};
}

struct NameRequest {
  std::string Name;
};
BOOST_DESCRIBE_STRUCT(NameRequest, (), (Name))

Result<MakeAnswer> make_prepared(model::Transaction& tx, const model::Caller& caller,
                                 const NameRequest& request, const std::string& prepared) {
  return make(tx, caller, {.Name = request.Name + prepared});
}

class ActionTest : public testing::Test {
 protected:
  Result<std::string> run(const std::string& form, const Action& action = write<make>("Make")) {
    const auto root = wire::parse_parameters(form);
    TRY_ASSIGN(const Write bound, action.write(wire::Dialect::Ec2, caller_, *root));
    model::Transaction tx(world_, TimePoint{}, ids_);
    TRY_ASSIGN(std::string answer, bound(tx));
    world_ = tx.world();
    return answer;
  }

  SeededIds ids_{1};
  model::Caller caller_{.account = model::Id<model::Account>("111111111111"), .region = "r"};
  model::World world_;
};

// [EC2 API reference, "Ensuring idempotency"]
TEST_F(ActionTest, The_same_token_gets_the_same_answer_and_makes_nothing_twice) {
  const auto first = run("Action=Make&Version=v&Name=a&ClientToken=t");
  ASSERT_TRUE(first) << first.error().message();
  EXPECT_EQ(run("Action=Make&Version=v&Name=a&ClientToken=t").value(), first.value());
  EXPECT_EQ(world_.all<model::Vpc>().size(), 1U);
  const auto other = run("Action=Make&Version=v&Name=b&ClientToken=t");
  ASSERT_FALSE(other);
  EXPECT_EQ(other.error().fault().code, "IdempotentParameterMismatch");
  caller_.account = model::Id<model::Account>("222222222222");
  ASSERT_TRUE(run("Action=Make&Version=v&Name=b&ClientToken=t"));
  EXPECT_EQ(world_.all<model::Vpc>().size(), 2U);
}

TEST_F(ActionTest, A_dry_run_says_so_and_changes_nothing) {
  const auto answer = run("Action=Make&Version=v&Name=a&DryRun=true");
  ASSERT_FALSE(answer);
  EXPECT_EQ(answer.error().fault().code, "DryRunOperation");
  EXPECT_EQ(answer.error().fault().http_status, 412);
  EXPECT_TRUE(world_.all<model::Vpc>().empty());
}

TEST_F(ActionTest, A_long_token_is_refused) {
  const auto answer = run("Action=Make&Version=v&Name=a&ClientToken=" + std::string(65, 't'));
  ASSERT_FALSE(answer);
  EXPECT_EQ(answer.error().fault().code, "InvalidParameterValue");
}

TEST_F(ActionTest, What_is_prepared_is_there_before_the_write_has_its_turn) {
  const auto action = [](Result<std::string> prepared) {
    return prepared_write<make_prepared>("Make",
                                         [prepared](const NameRequest&) { return prepared; });
  };
  ASSERT_TRUE(run("Action=Make&Version=v&Name=a", action(std::string("-key"))));
  EXPECT_EQ(world_.all<model::Vpc>().begin()->second->tags.at("Name"), "a-key");
  const auto dry = run("Action=Make&Version=v&Name=a&DryRun=true", action(std::string("-key")));
  ASSERT_FALSE(dry);
  EXPECT_EQ(dry.error().fault().code, "DryRunOperation");
  ASSERT_FALSE(run("Action=Make&Version=v&Name=a", action(unavailable("no key"))));
  EXPECT_EQ(world_.all<model::Vpc>().size(), 1U);
}

}  // namespace
}  // namespace postern::api
