// SPDX-License-Identifier: Apache-2.0
#include "console/sessions.h"

#include <gtest/gtest.h>

#include "console/test_visitors.h"

namespace postern::console {
namespace {

TEST(ConsoleSessions, A_link_is_good_once_and_not_for_long) {
  SeededIds ids(1);
  Sessions sessions(ids);
  const std::string link = sessions.new_link({.is_operator = true}, kNow);
  EXPECT_EQ(link.size(), 64U);
  ASSERT_TRUE(sessions.use_link(link, kNow));
  EXPECT_FALSE(sessions.use_link(link, kNow));
  const std::string late = sessions.new_link({.is_operator = true}, kNow);
  EXPECT_FALSE(sessions.use_link(late, kNow + Sessions::kLinkLife));
  EXPECT_FALSE(sessions.use_link("", kNow));
}

TEST(ConsoleSessions, A_session_lasts_until_it_is_ended_or_over) {
  SeededIds ids(1);
  Sessions sessions(ids);
  const std::string session = sessions.begin(root_of(kAda), kNow);
  ASSERT_TRUE(sessions.find(session, kNow));
  EXPECT_EQ(sessions.find(session, kNow)->account, kAda);
  EXPECT_FALSE(sessions.find(session, kNow + Sessions::kSessionLife));
  sessions.note(session, model::Id<model::Session>("ASIA1"));
  sessions.note(session, model::Id<model::Session>("ASIA2"));
  EXPECT_EQ(sessions.end(session).size(), 2U);
  EXPECT_FALSE(sessions.find(session, kNow));
  EXPECT_TRUE(sessions.end(session).empty());
}

TEST(ConsoleSessions, Keys_sign_in_whose_they_are) {
  const model::World world = world_of_visitors();
  const auto root = visitor_with_keys(world, "ASIAROOT", "token", kNow);
  ASSERT_TRUE(root) << root.error().message();
  EXPECT_EQ(root->account, kAda);
  EXPECT_TRUE(root->user.empty());
  EXPECT_FALSE(root->is_operator);
  const auto ann = visitor_with_keys(world, "ASIAANN", "token", kNow);
  ASSERT_TRUE(ann);
  EXPECT_EQ(ann->user.value, "111111111111/ann");
  struct Case {
    const char* key;
    const char* token;
    TimePoint now;
    const char* code;
  };
  const Case cases[] = {{"ASIAROOT", "toke", kNow, "InvalidClientTokenId"},
                        {"ASIAROOT", "", kNow, "InvalidClientTokenId"},
                        {"ASIANOBODY", "token", kNow, "InvalidClientTokenId"},
                        {"ASIAROOT", "token", kOver, "ExpiredToken"},
                        {"ASIAROLE", "token", kNow, "AccessDenied"}};
  for (const Case& c : cases) {
    const auto visitor = visitor_with_keys(world, c.key, c.token, c.now);
    ASSERT_FALSE(visitor) << c.key;
    EXPECT_EQ(visitor.error().fault().code, c.code);
  }
}

TEST(ConsoleSessions, An_operator_acts_as_any_accounts_root_and_others_as_themselves) {
  const model::World world = world_of_visitors();
  const Visitor anyone{.is_operator = true};
  for (const auto& account : {kAda, kBob}) {
    const auto caller = caller_of(world, anyone, account);
    ASSERT_TRUE(caller);
    EXPECT_TRUE(model::is_root(*caller));
    EXPECT_EQ(caller->account, account);
  }
  EXPECT_FALSE(caller_of(world, anyone, model::Id<model::Account>("999999999999")));
  const auto ann = visitor_with_keys(world, "ASIAANN", "token", kNow);
  ASSERT_TRUE(caller_of(world, *ann, kAda));
  EXPECT_FALSE(model::is_root(*caller_of(world, *ann, kAda)));
  EXPECT_FALSE(caller_of(world, *ann, kBob));
}

TEST(ConsoleSessions, A_user_who_is_gone_acts_no_more_though_another_has_the_name) {
  model::WorldBuilder builder;
  builder.put(model::Account{.id = kAda});
  builder.put(model::User{.id = kAnn, .owner = kAda, .name = "ann", .unique_id = "AIDALATER"});
  const auto ann = visitor_with_keys(world_of_visitors(), "ASIAANN", "token", kNow);
  EXPECT_FALSE(caller_of(builder.build(), *ann, kAda));
}

}  // namespace
}  // namespace postern::console
