// SPDX-License-Identifier: Apache-2.0
#include "daemon/operator_attachments.h"

#include <gtest/gtest.h>

#include "daemon/test_attach_world.h"

namespace postern::daemon {
namespace {

namespace json = boost::json;

TEST(OperatorAttachments, A_body_is_read_whole) {
  const auto wish = attach_wish(
      R"({"account": "a", "subnet": "subnet-1", "netns": "/run/netns/web",)"
      R"( "security_groups": ["sg-1", "sg-2"], "private_ip": "10.0.1.9", "name": "eth1",)"
      R"( "default_route": false})");
  ASSERT_TRUE(wish) << wish.error().message();
  EXPECT_EQ(wish->account, "a");
  EXPECT_EQ(wish->subnet, "subnet-1");
  EXPECT_EQ(wish->kind, model::HolderKind::Namespace);
  EXPECT_EQ(wish->place, "/run/netns/web");
  EXPECT_EQ(wish->security_groups, (std::vector<std::string>{"sg-1", "sg-2"}));
  EXPECT_EQ(wish->private_ip, "10.0.1.9");
  EXPECT_EQ(wish->device, "eth1");
  EXPECT_FALSE(wish->default_route);
}

TEST(OperatorAttachments, What_is_left_out_is_as_it_is_for_an_instance) {
  const auto wish = attach_wish(R"({"account": "a", "subnet": "subnet-1", "pid": 7})");
  ASSERT_TRUE(wish) << wish.error().message();
  EXPECT_EQ(wish->kind, model::HolderKind::Process);
  EXPECT_EQ(wish->place, "7");
  EXPECT_TRUE(wish->security_groups.empty());
  EXPECT_FALSE(wish->private_ip);
  EXPECT_FALSE(wish->device);
  EXPECT_TRUE(wish->default_route);
  EXPECT_EQ(attach_wish(R"({"account": "a", "subnet": "s", "tap": "tap0"})")->kind,
            model::HolderKind::Tap);
}

TEST(OperatorAttachments, Any_other_body_is_refused) {
  for (const char* body :
       {"", "[]", "{}", R"({"account": "a", "subnet": "s"})", R"({"account": "a", "pid": 7})",
        R"({"subnet": "s", "pid": 7})", R"({"account": "a", "subnet": "s", "pid": 7, "tap": "t"})",
        R"({"account": "a", "subnet": "s", "pid": 7, "colour": "red"})",
        R"({"account": "a", "subnet": "s", "pid": true})",
        R"({"account": "a", "subnet": "s", "tap": ""})",
        R"({"account": "a", "subnet": "s", "tap": 1})",
        R"({"account": "a", "subnet": "s", "pid": 7, "default_route": "no"})",
        R"({"account": "a", "subnet": "s", "pid": 7, "security_groups": "sg-1"})",
        R"({"account": "a", "subnet": "s", "pid": 7, "security_groups": [1]})"}) {
    const auto wish = attach_wish(body);
    ASSERT_FALSE(wish) << body;
    EXPECT_TRUE(wish.error().message().starts_with("the body must be an object with account"))
        << body;
  }
}

TEST(OperatorAttachments, An_attachment_says_all_that_its_holder_must_know) {
  SeededIds ids{1};
  model::Transaction tx{model::World(), TimePoint(std::chrono::seconds(0)), ids};
  const AttachWorld world{tx};
  EXPECT_EQ(attachment_list(tx.world()).at("attachments").as_array().size(), 0U);
  const auto made =
      attach(tx, AttachWorld::kRegion, AttachWorld::wish(model::HolderKind::Tap, "tap0"), {});
  ASSERT_TRUE(made) << made.error().message();
  const json::object object = attachment_object(tx.world(), *made);
  EXPECT_EQ(object.at("network_interface_id"), json::value(made->id.value));
  EXPECT_EQ(object.at("account_id"), "111111111111");
  EXPECT_EQ(object.at("vpc_id"), json::value(world.alice.id.value));
  EXPECT_EQ(object.at("private_ip"), "10.0.1.4");
  EXPECT_EQ(object.at("prefix"), 24);
  EXPECT_EQ(object.at("mac"), json::value(made->mac.text()));
  EXPECT_EQ(object.at("gateway"), "10.0.1.1");
  EXPECT_EQ(object.at("resolvers"), json::array{"10.0.0.2"});
  EXPECT_EQ(object.at("security_groups").as_array().size(), 1U);
  EXPECT_EQ(object.at("kind"), "tap");
  EXPECT_EQ(object.at("place"), "tap0");
  EXPECT_EQ(object.at("state"), "attached");
  EXPECT_EQ(object.at("attached_at"), "1970-01-01T00:00:00.000Z");
  EXPECT_EQ(attachment_list(tx.world()).at("attachments"), json::array{object});
}

}  // namespace
}  // namespace postern::daemon
