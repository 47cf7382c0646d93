// SPDX-License-Identifier: Apache-2.0
// Whatever a record may hold comes back from its text as it went in.
#include "store/described_json.h"

#include <gtest/gtest.h>

#include <boost/describe/class.hpp>
#include <boost/describe/enum.hpp>
#include <boost/json/parse.hpp>
#include <boost/json/serialize.hpp>
#include <limits>

namespace postern::store {
namespace {

enum class Colour { Red, Green };
BOOST_DESCRIBE_ENUM(Colour, Red, Green)

struct Inner {
  int number = 7;
  std::optional<Cidr> cidr;
};
BOOST_DESCRIBE_STRUCT(Inner, (), (number, cidr))

struct Outer {
  std::string text = "unset";
  bool flag = true;
  std::uint32_t count = 3;
  Colour colour = Colour::Green;
  TimePoint at;
  IpAddress address;
  MacAddress mac;
  std::vector<Inner> inners;
  std::map<std::string, std::string> tags;
};
BOOST_DESCRIBE_STRUCT(Outer, (), (text, flag, count, colour, at, address, mac, inners, tags))

template <class T>
T round_trip(const T& value) {
  T back;
  const auto done = from_json(json::parse(json::serialize(to_json(value))), back);
  EXPECT_TRUE(done) << done.error().message();
  return back;
}

std::string error_of(const char* text) {
  Outer outer;
  const auto done = from_json(json::parse(text), outer);
  return done ? "none" : done.error().message();
}

TEST(DescribedJson, Text_of_any_bytes_survives) {
  std::string all_bytes;
  for (int byte = 0; byte < 256; ++byte) {
    all_bytes.push_back(static_cast<char>(byte));
  }
  for (const std::string& text :
       {std::string(), std::string("plain"), std::string("\"\\\n\r\t\x01"), std::string(3, '\0'),
        std::string("日本語"), std::string("\xff"), std::string("\xc3"),
        std::string("\xed\xa0\x80"), std::string("\xf4\x90\x80\x80"),
        std::string("\x1f\x8b\x08\x00\x80", 5), all_bytes}) {
    SCOPED_TRACE(testing::PrintToString(text));
    EXPECT_EQ(round_trip(text), text);
  }
}

TEST(DescribedJson, Text_that_looks_like_our_form_for_bytes_stays_text) {
  const std::string text = R"({"hex": "00"})";
  EXPECT_EQ(round_trip(text), text);
}

TEST(DescribedJson, UTF_8_stays_readable) {
  EXPECT_EQ(json::serialize(to_json(std::string("web 日本"))), "\"web 日本\"");
}

TEST(DescribedJson, Numbers_survive_at_their_limits) {
  for (const std::int64_t value : {std::numeric_limits<std::int64_t>::min(), std::int64_t{-1},
                                   std::numeric_limits<std::int64_t>::max()}) {
    EXPECT_EQ(round_trip(value), value);
  }
  EXPECT_EQ(round_trip(std::numeric_limits<std::uint64_t>::max()),
            std::numeric_limits<std::uint64_t>::max());
}

TEST(DescribedJson, A_struct_with_everything_survives) {
  const Outer outer{
      .text = "t",
      .flag = false,
      .count = 4'000'000'000,
      .colour = Colour::Red,
      .at = TimePoint(std::chrono::milliseconds(1'767'225'600'123)),
      .address = *IpAddress::parse("10.0.0.7"),
      .mac = *MacAddress::parse("02:00:00:00:00:07"),
      .inners = {Inner{.number = -1, .cidr = Cidr::parse("10.0.0.0/16")}, Inner{.number = 2}},
      .tags = {{"Name", "web"}, {"\xff key", ""}}};
  const Outer back = round_trip(outer);
  EXPECT_EQ(back.text, "t");
  EXPECT_FALSE(back.flag);
  EXPECT_EQ(back.count, 4'000'000'000);
  EXPECT_EQ(back.colour, Colour::Red);
  EXPECT_EQ(back.at, outer.at);
  EXPECT_EQ(back.address, outer.address);
  EXPECT_EQ(back.mac, outer.mac);
  ASSERT_EQ(back.inners.size(), 2U);
  EXPECT_EQ(back.inners[0].number, -1);
  EXPECT_EQ(back.inners[0].cidr, outer.inners[0].cidr);
  EXPECT_EQ(back.inners[1].cidr, std::nullopt);
  EXPECT_EQ(back.tags, outer.tags);
}

TEST(DescribedJson, An_enumerator_is_written_by_its_name) {
  EXPECT_EQ(to_json(Colour::Red), "Red");
}

TEST(DescribedJson, A_missing_member_keeps_its_default) {
  Outer outer;
  ASSERT_TRUE(from_json(json::parse(R"({"count": 1, "inners": [{}]})"), outer));
  EXPECT_EQ(outer.count, 1U);
  EXPECT_EQ(outer.text, "unset");
  ASSERT_EQ(outer.inners.size(), 1U);
  EXPECT_EQ(outer.inners[0].number, 7);
}

TEST(DescribedJson, A_member_that_is_not_known_is_passed_over) {
  EXPECT_EQ(error_of(R"({"count": 1, "gone": [1, 2]})"), "none");
}

TEST(DescribedJson, What_does_not_fit_is_named_by_its_member) {
  const struct {
    const char* text;
    const char* error;
  } cases[] = {
      {R"([])", "not an object"},
      {R"({"text": 1})", "text: not text"},
      {R"({"text": {"hex": "0"}})", "text: not hex digits"},
      {R"({"text": {"hex": "zz"}})", "text: not hex digits"},
      {R"({"text": null})", "text: not text"},
      {R"({"flag": 1})", "flag: not true or false"},
      {R"({"count": -1})", "count: not a number that fits"},
      {R"({"count": 4294967296})", "count: not a number that fits"},
      {R"({"count": 1.5})", "count: not a number that fits"},
      {R"({"count": "1"})", "count: not a number that fits"},
      {R"({"colour": "Blue"})", "colour: unknown state 'Blue'"},
      {R"({"at": "2026"})", "at: not a number that fits"},
      {R"({"address": "10.0.0"})", "address: not an address: '10.0.0'"},
      {R"({"mac": "02:00"})", "mac: not an address: '02:00'"},
      {R"({"inners": {}})", "inners: not an array"},
      {R"({"inners": [{"number": true}]})", "inners: number: not a number that fits"},
      {R"({"inners": [{"cidr": "10.0.0.0/33"}]})", "inners: cidr: not an address: '10.0.0.0/33'"},
      {R"({"tags": {"a": "b"}})", "tags: not an array of pairs"},
      {R"({"tags": [["a"]]})", "tags: not an array of pairs"},
  };
  for (const auto& c : cases) {
    SCOPED_TRACE(c.text);
    EXPECT_EQ(error_of(c.text), c.error);
  }
}

}  // namespace
}  // namespace postern::store
