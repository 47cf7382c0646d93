// SPDX-License-Identifier: Apache-2.0
#include "cli/expectation.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace postern::cli {
namespace {

namespace json = boost::json;
using ::testing::HasSubstr;

TEST(Expectations, Are_read_with_their_defaults_and_lines) {
  const auto read = read_expectations(R"(
expect:
  - from: client
    to: vpce-1:80
  - name: nobody there
    from: i-1
    to: 10.0.1.99:53
    protocol: udp
    reachable: no
    because: DestinationUnknown
)");
  ASSERT_TRUE(read) << read.error().message();
  ASSERT_EQ(read->size(), 2U);
  EXPECT_EQ((*read)[0].name, "client to vpce-1:80");
  EXPECT_TRUE((*read)[0].reachable);
  EXPECT_EQ((*read)[0].line, 3);
  EXPECT_EQ((*read)[1].name, "nobody there");
  EXPECT_EQ((*read)[1].protocol, "udp");
  EXPECT_FALSE((*read)[1].reachable);
  EXPECT_EQ((*read)[1].because, "DestinationUnknown");
}

TEST(Expectations, A_mistake_is_refused_with_its_line) {
  const std::pair<const char*, const char*> mistakes[] = {
      {"", "one member, expect"},
      {"expect: 1", "one member, expect"},
      {"expect: []", "nothing is expected"},
      {"expect:\n  - a", "line 2: an expectation is a map"},
      {"expect:\n  - from: a", "line 2: an expectation needs from and to"},
      {"expect:\n  - from: a\n    to: b\n    reachble: true", "line 4: there is no reachble"},
      {"expect:\n  - from: a\n    to: b\n    reachable: perhaps",
       "line 4: reachable is true or false"},
      {"expect:\n  - from: a\n    to: [b]", "line 3: to is a single value"},
      {"expect:\n  - from: a\n    to: b\n    because: NoRoute", "because is for what is not"},
      {"expect: [", "line"}};
  for (const auto& [yaml, words] : mistakes) {
    const auto read = read_expectations(yaml);
    ASSERT_FALSE(read) << yaml;
    EXPECT_THAT(read.error().message(), HasSubstr(words)) << yaml;
  }
}

json::object explained(const char* answer, const char* verdict) {
  json::object hop = {{"step", "connection of the endpoint"},
                      {"resource", "vpce-1"},
                      {"judgement", *verdict != 0 ? "stops" : "passes"}};
  if (*verdict != 0) {
    hop["verdict"] = verdict;
  }
  return {{"answer", answer},
          {"lookup", json::array()},
          {"paths", json::array{json::object{{"destination", "10.0.1.100"},
                                             {"hops", json::array{hop}},
                                             {"targets", json::array()}}}}};
}

struct Case {
  const char* name;
  Expectation expected;
  const char* answer;
  const char* verdict;
  Probe probe;
  const char* said;  // "": as expected
};

TEST(Expectations, Are_met_by_what_is_explained_and_by_what_was_tried) {
  const Case cases[] = {
      {"reached", {.reachable = true}, "reachable", "", Probe::Connected, ""},
      {"not tried", {.reachable = true}, "reachable", "", Probe::NotTried, ""},
      {"tried and unknown", {.reachable = true}, "unknown", "", Probe::Connected, ""},
      {"unknown", {.reachable = true}, "unknown", "", Probe::NotTried, "nobody knows"},
      {"nothing listens",
       {.reachable = true},
       "reachable",
       "",
       Probe::Refused,
       "a connection to 10.0.1.100 was refused"},
      {"silence", {.reachable = true}, "reachable", "", Probe::TimedOut, "timed out"},
      {"stopped",
       {.reachable = true},
       "unreachable",
       "NoRoute",
       Probe::NotTried,
       "not reachable: NoRoute"},
      {"rightly stopped", {.reachable = false}, "unreachable", "NoRoute", Probe::TimedOut, ""},
      {"wrongly passes", {.reachable = false}, "reachable", "", Probe::NotTried, "it is reachable"},
      {"wrongly connects",
       {.reachable = false},
       "unreachable",
       "NoRoute",
       Probe::Connected,
       "connected"},
      {"the reason",
       {.reachable = false, .because = "NoRoute"},
       "unreachable",
       "NoRoute",
       Probe::TimedOut,
       ""},
      {"another reason",
       {.reachable = false, .because = "NoListener"},
       "unreachable",
       "NoRoute",
       Probe::TimedOut,
       "the reason is NoRoute and not NoListener"},
      {"through", {.reachable = true, .through = "vpce-1"}, "reachable", "", Probe::Connected, ""},
      {"not through",
       {.reachable = true, .through = "vpce-2"},
       "reachable",
       "",
       Probe::Connected,
       "vpce-2 is not on the path to 10.0.1.100"},
  };
  for (const Case& c : cases) {
    const std::string said = disappointment(c.expected, explained(c.answer, c.verdict), {c.probe});
    EXPECT_EQ(said.empty(), *c.said == 0) << c.name << ": " << said;
    EXPECT_THAT(said, HasSubstr(c.said)) << c.name;
  }
}

}  // namespace
}  // namespace postern::cli
