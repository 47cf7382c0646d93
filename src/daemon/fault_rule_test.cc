// SPDX-License-Identifier: Apache-2.0
#include "daemon/fault_rule.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "daemon/operator_faults.h"
#include "dataplane/compile/test_world.h"
#include "model/zones.h"

namespace postern::daemon {
namespace {

using namespace std::chrono_literals;
using ::testing::HasSubstr;

const model::Id<model::Account> kAda("111111111111");
constexpr const char* kRegion = "ap-northeast-1";

class FaultRule : public ::testing::Test {
 protected:
  FaultRule() {
    world_.put(model::Account{.id = kAda, .name = "ada"});
    world_.edit<model::LoadBalancer>("nlb", [](auto& nlb) { nlb.name = "web"; });
    tx_.emplace(world_.world(), TimePoint{1000s}, ids_);
  }

  Result<model::Fault> begin(FaultWish wish) { return begin_fault(*tx_, kRegion, wish); }
  std::string refusal(FaultWish wish) {
    const auto fault = begin(std::move(wish));
    return fault ? "" : fault.error().message();
  }

  SeededIds ids_{1};
  dataplane::TestWorld world_ = dataplane::tutorial();
  std::optional<model::Transaction> tx_;
};

TEST_F(FaultRule, A_zone_is_named_by_its_id_or_as_the_account_calls_it) {
  const auto by_id = begin({.what = "zone", .name = "apne1-az4"});
  ASSERT_TRUE(by_id) << by_id.error().message();
  EXPECT_EQ(by_id->subject, "apne1-az4");
  EXPECT_EQ(by_id->ends_at - by_id->begun_at, 10min);

  const auto by_name = begin({.what = "zone", .name = "ap-northeast-1a", .account = "ada"});
  ASSERT_TRUE(by_name) << by_name.error().message();
  EXPECT_EQ(by_name->subject, *model::zone_id(kAda, kRegion, "ap-northeast-1a"));

  EXPECT_THAT(refusal({.what = "zone", .name = "ap-northeast-1a"}), HasSubstr("--account"));
  EXPECT_THAT(refusal({.what = "zone", .name = "nowhere", .account = "ada"}),
              HasSubstr("no zone nowhere"));
}

TEST_F(FaultRule, A_target_is_its_interface_and_a_node_that_of_its_zone) {
  const auto target = begin({.what = "target", .name = "i-web1"});
  ASSERT_TRUE(target) << target.error().message();
  EXPECT_EQ(target->subject, "eni-i-web1");
  const auto node = begin({.what = "node", .name = "web", .zone = "apne1-az4"});
  ASSERT_TRUE(node) << node.error().message();
  EXPECT_EQ(node->subject, "eni-nlb-subnet-b2");
  EXPECT_THAT(refusal({.what = "node", .name = "web"}), HasSubstr("--zone"));
  EXPECT_THAT(refusal({.what = "node", .name = "web", .zone = "apne1-az9"}),
              HasSubstr("no node in apne1-az9"));
  EXPECT_THAT(refusal({.what = "target", .name = "i-nobody"}), HasSubstr("no instance"));
  EXPECT_THAT(refusal({.what = "roof", .name = "x"}), HasSubstr("not a roof"));
}

TEST_F(FaultRule, Only_what_an_instance_sends_is_lost_or_late) {
  EXPECT_TRUE(begin({.what = "eni", .name = "eni-i-client", .loss_percent = 10, .delay = 50ms}));
  EXPECT_THAT(refusal({.what = "eni", .name = "eni-vpce-1-subnet-a1", .loss_percent = 10}),
              HasSubstr("has no link"));
  EXPECT_THAT(refusal({.what = "zone", .name = "apne1-az4", .delay = 10ms}),
              HasSubstr("a zone fails"));
  EXPECT_THAT(refusal({.what = "eni", .name = "eni-i-client", .loss_percent = 100}),
              HasSubstr("1 to 99"));
  EXPECT_THAT(refusal({.what = "eni", .name = "eni-i-client", .delay = -1ms}),
              HasSubstr("milliseconds"));
}

TEST_F(FaultRule, A_second_one_about_the_same_place_takes_the_place_of_the_first) {
  const auto first = begin({.what = "eni", .name = "eni-i-client"});
  const auto second = begin({.what = "target", .name = "i-client", .loss_percent = 5});
  ASSERT_TRUE(first && second);
  EXPECT_EQ(first->id, second->id);
  EXPECT_EQ(tx_->world().all<model::Fault>().size(), 1U);
  ASSERT_TRUE(clear_fault(*tx_, second->id.value));
  EXPECT_TRUE(tx_->world().all<model::Fault>().empty());
  EXPECT_FALSE(clear_fault(*tx_, second->id.value));
}

TEST_F(FaultRule, An_instance_that_ends_has_no_name_any_more) {
  world_.edit<model::Instance>(
      "i-web1", [](auto& instance) { instance.state = model::InstanceState::Terminated; });
  tx_.emplace(world_.world(), tx_->now(), ids_);
  EXPECT_THAT(refusal({.what = "target", .name = "i-web1"}), HasSubstr("no instance"));
}

TEST_F(FaultRule, None_lasts_for_ever) {
  for (const int seconds : {0, -5, 86401}) {
    EXPECT_THAT(
        refusal({.what = "zone", .name = "apne1-az4", .lasts = std::chrono::seconds(seconds)}),
        HasSubstr("1 to 86400 seconds"))
        << seconds;
  }
}

TEST(OperatorFaults, A_body_is_read_strictly) {
  const auto wish = fault_wish(
      R"({"what": "eni", "name": "eni-1", "loss_percent": 10, "delay_ms": 20, "seconds": 30})");
  ASSERT_TRUE(wish) << wish.error().message();
  EXPECT_EQ(wish->loss_percent, 10);
  EXPECT_EQ(wish->delay, 20ms);
  EXPECT_EQ(wish->lasts, 30s);
  for (const char* body : {"", "[]", "{}", R"({"what": "zone"})", R"({"what": 1, "name": "x"})",
                           R"({"what": "zone", "name": "x", "more": 1})",
                           R"({"what": "zone", "name": "x", "seconds": "10"})",
                           R"({"what": "zone", "name": "x", "seconds": 1.5})",
                           R"({"what": "zone", "name": "x", "seconds": 99999999999})"}) {
    EXPECT_FALSE(fault_wish(body)) << body;
  }
  EXPECT_EQ(*idle_seconds(""), 1U);
  EXPECT_EQ(*idle_seconds(R"({"idle_seconds": 0})"), 0U);
  EXPECT_FALSE(idle_seconds(R"({"idle_seconds": -1})"));
  EXPECT_FALSE(idle_seconds(R"({"idle": 1})"));
}

}  // namespace
}  // namespace postern::daemon
