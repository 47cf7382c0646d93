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

class ActionTest : public testing::Test {
 protected:
  Result<std::string> run(const std::string& form) {
    const auto root = wire::parse_parameters(form);
    const Action action = write<make>("Make");
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

}  // namespace
}  // namespace postern::api
