// SPDX-License-Identifier: Apache-2.0
// [RFC 8949, appendix A; Smithy, "Smithy RPC v2 CBOR protocol"]
#include "api/wire/cbor.h"

#include <gtest/gtest.h>

#include <boost/describe/class.hpp>

namespace postern::api::wire {
namespace {

std::string bytes(std::string_view hex) {
  std::string out;
  for (std::size_t at = 0; at + 1 < hex.size(); at += 2) {
    out += static_cast<char>(std::stoi(std::string(hex.substr(at, 2)), nullptr, 16));
  }
  return out;
}

std::string hex(std::string_view bytes) {
  std::string out;
  for (const char c : bytes) {
    out += fmt::format("{:02x}", static_cast<unsigned char>(c));
  }
  return out;
}

// The tree as name=value lines.
std::string text(const Parameter& parameter) {
  std::string out = parameter.value ? parameter.path + "=" + *parameter.value + "\n" : "";
  for (const auto& [name, child] : parameter.children) {
    out += text(child);
  }
  return out;
}

std::string read(std::string_view hex) {
  const auto found = cbor_parameters(bytes(hex));
  return found ? text(*found) : std::string(found.error().fault().code);
}

TEST(Cbor, Bodies_become_parameters) {
  struct Case {
    const char* name;
    const char* hex;
    const char* expected;
  };
  for (const Case& c : {
           Case{"empty", "a0", ""},
           Case{"no body", "", ""},
           Case{"text", "a16161623a62", "a=:b\n"},
           Case{"numbers",
                "a4616101616238186163"
                "1903e86164f97e00",
                "a=1\nb=-25\nc=1000\nd=nan\n"},
           Case{"indefinite", "bf6161019f616202ff", "MalformedInput"},
           Case{"indefinite map and array", "bf61619f0102ffff", "a.00001=1\na.00002=2\n"},
           Case{"nested", "a161618101", "a.00001=1\n"},
           Case{"map in array", "a1616182a1616201a1616202", "a.00001.b=1\na.00002.b=2\n"},
           Case{"time", "a16161c11a514b67b0", "a=1363896240\n"},
           Case{"time with a fraction", "a16161c1fb41d452d9ec200000", "a=1363896240.5\n"},
           Case{"booleans and null", "a36161f56162f46163f6", "a=true\nb=false\n"},
           Case{"no map", "80", "MalformedInput"},
           Case{"a number", "01", "MalformedInput"},
           Case{"another tag", "a16161c249010000000000000000", "MalformedInput"},
           Case{"bytes", "a161614101", "MalformedInput"},
           Case{"a name that is no text", "a10101", "MalformedInput"},
           Case{"too short", "a16161", "MalformedInput"},
           Case{"a huge map", "bbffffffffffffffff", "MalformedInput"},
           Case{"more behind it", "a000", "MalformedInput"},
           Case{"an end of nothing", "ff", "MalformedInput"},
           Case{"an end within a pair", "bf6161ff", "MalformedInput"},
       }) {
    SCOPED_TRACE(c.name);
    EXPECT_EQ(read(c.hex), c.expected);
  }
}

TEST(Cbor, What_is_too_deep_or_too_large_is_refused) {
  std::string deep = "a16161";
  for (int i = 0; i < 100'000; ++i) {
    deep += "81";
  }
  EXPECT_EQ(read(deep), "MalformedInput");
  std::string tags = "a16161";
  for (int i = 0; i < 100'000; ++i) {
    tags += "c1";
  }
  EXPECT_EQ(read(tags + "01"), "a=1\n");
  std::string many = "a161619f";
  for (int i = 0; i < 10'001; ++i) {
    many += "01";
  }
  EXPECT_EQ(read(many + "ff"), "MalformedInput");
}

struct Item {
  std::string name;
  std::optional<int> count;
  std::optional<bool> is_it;
};
BOOST_DESCRIBE_STRUCT(Item, (), (name, count, is_it))

struct Answer {
  TimePoint time;
  double value = 0;
  std::vector<Item> items;
  std::map<std::string, double> more;
};
BOOST_DESCRIBE_STRUCT(Answer, (), (time, value, items, more))

TEST(Cbor, Answers_are_written_with_times_as_tag_1) {
  const Answer answer{.time = TimePoint(std::chrono::milliseconds(1'363'896'240'500)),
                      .value = 1.1,
                      .items = {{.name = "a", .count = -500, .is_it = true}, {.name = ""}},
                      .more = {{"p99", 2}}};
  const AnswerTree tree = answer_tree(answer);
  EXPECT_EQ(hex(cbor_of(tree)),
            "a4"
            "6474696d65c1fb41d452d9ec200000"
            "6576616c7565fb3ff199999999999a"
            "656974656d7382a3646e616d65616165636f756e743901f36569735f6974f5a1646e616d6560"
            "646d6f7265a163703939fb4000000000000000");
  EXPECT_EQ(json_of(tree),
            R"({"time":1.3638962405E9,"value":1.1E0,"items":[{"name":"a","count":-500,)"
            R"("is_it":true},{"name":""}],"more":{"p99":2E0}})");
  EXPECT_EQ(encode_answer(Dialect::Query, answer),
            "<time>2013-03-21T20:04:00.500Z</time><value>1.1</value><items><member><name>a</name>"
            "<count>-500</count><is_it>true</is_it></member><member><name/></member></items>"
            "<more><entry><key>p99</key><value>2</value></entry></more>");
}

}  // namespace
}  // namespace postern::api::wire
