// SPDX-License-Identifier: Apache-2.0
#include "api/ec2/filters.h"

#include <gtest/gtest.h>

namespace postern::api::ec2 {
namespace {

TEST(Filters, Wildcards_stand_for_any_text_and_one_character) {
  struct Case {
    const char* pattern;
    const char* text;
    bool matches;
  };
  const Case cases[] = {
      {"abc", "abc", true}, {"abc", "abcd", false},    {"a*", "abc", true},
      {"*c", "abc", true},  {"a*b*c", "axxbxc", true}, {"a*b*c", "axxbx", false},
      {"a?c", "abc", true}, {"a?c", "ac", false},      {"*", "", true},
      {"", "", true},       {"", "a", false},          {"\\*", "*", true},
      {"\\*", "a", false},  {"a\\?", "a?", true},      {"**a", "ba", true},
  };
  for (const Case& c : cases) {
    EXPECT_EQ(matches_pattern(c.pattern, c.text), c.matches) << c.pattern << " " << c.text;
  }
}

struct Thing {
  std::string name;
  model::Tags tags;
};

TEST(Filters, Values_are_ORed_and_filters_are_ANDed) {
  const FilterTable<Thing> table = {
      {"name", [](const Thing& thing) { return std::vector{thing.name}; }}};
  const Thing thing{.name = "web", .tags = {{"stage", "prod"}}};
  EXPECT_TRUE(table.matches({}, thing));
  EXPECT_TRUE(table.matches({{"name", {"db", "web"}}, {"tag:stage", {"p*"}}}, thing));
  EXPECT_TRUE(table.matches({{"tag-key", {"stage"}}}, thing));
  EXPECT_FALSE(table.matches({{"name", {"web"}}, {"tag:stage", {"dev"}}}, thing));
  EXPECT_FALSE(table.matches({{"name", {"WEB"}}}, thing));
  EXPECT_FALSE(table.matches({{"name", {}}}, thing));
}

TEST(Filters, An_unknown_name_is_refused) {
  const FilterTable<Thing> table = {};
  EXPECT_TRUE(table.check({{"tag:a", {"b"}}}));
  const auto result = table.check({{"colour", {"red"}}});
  ASSERT_FALSE(result);
  EXPECT_EQ(result.error().fault().code, "InvalidFilter");
  EXPECT_EQ(result.error().message(), "The filter 'colour' is invalid");
}

}  // namespace
}  // namespace postern::api::ec2
