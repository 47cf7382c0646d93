// SPDX-License-Identifier: Apache-2.0
// [CloudWatch Logs user guide, "Filter pattern syntax": unstructured and space-delimited events]
#include "api/logs/filter_pattern.h"

#include <gtest/gtest.h>

namespace postern::api::logs {
namespace {

const char* const kRecord =
    "2 111111111111 eni-1 10.0.1.10 10.0.1.100 40000 80 6 5 300 1000 1010 REJECT OK";

bool matches(const char* pattern, std::string_view message = kRecord) {
  const auto parsed = FilterPattern::parse(pattern);
  EXPECT_TRUE(parsed) << pattern;
  return parsed && parsed->matches(message);
}

TEST(FilterPattern, Words_are_all_wanted_some_wanted_or_not_wanted) {
  EXPECT_TRUE(matches(""));
  EXPECT_TRUE(matches("REJECT"));
  EXPECT_FALSE(matches("reject"));
  EXPECT_TRUE(matches("REJECT OK"));
  EXPECT_FALSE(matches("REJECT NODATA"));
  EXPECT_TRUE(matches("?ACCEPT ?REJECT"));
  EXPECT_FALSE(matches("?ACCEPT ?NODATA"));
  EXPECT_FALSE(matches("OK -REJECT"));
  EXPECT_TRUE(matches("\"REJECT OK\""));
  EXPECT_FALSE(matches("\"OK REJECT\""));
}

TEST(FilterPattern, Fields_are_compared_by_their_place) {
  EXPECT_TRUE(
      matches("[version, account, eni, source, destination, srcport, destport=\"80\", "
              "protocol=\"6\", packets, bytes, windowstart, windowend, "
              "action=\"REJECT\", flowlogstatus]"));
  EXPECT_TRUE(matches("[..., action=REJECT, status]"));
  EXPECT_FALSE(matches("[..., action=ACCEPT, status]"));
  EXPECT_TRUE(matches("[version, account, eni = eni-*, ...]"));
  EXPECT_TRUE(matches("[version != 3, ...]"));
  EXPECT_TRUE(matches("[..., packets >= 5, bytes < 301, start, end, action, status]"));
  EXPECT_FALSE(matches("[..., packets > 5, bytes, start, end, action, status]"));
  EXPECT_FALSE(matches("[version, account]"));
  EXPECT_TRUE(matches("[a, b]", "one \"two words\""));
  EXPECT_FALSE(matches("[a > 1, ...]", "- -"));
}

TEST(FilterPattern, Refuses_what_it_does_not_know) {
  for (const char* pattern : {"{ $.a = 1 }", "%x%", "[a", "[]", "[..., a, ...]", "[a=]", "[a>b]",
                              "[a=1 && a=2]", "\"open", "?", "-", "[=1]"}) {
    SCOPED_TRACE(pattern);
    const auto parsed = FilterPattern::parse(pattern);
    ASSERT_FALSE(parsed);
    EXPECT_EQ(parsed.error().fault().code, faults::InvalidParameterException.code);
  }
}

}  // namespace
}  // namespace postern::api::logs
