// SPDX-License-Identifier: Apache-2.0
#include "api/wire/json.h"

#include <gtest/gtest.h>

#include <boost/describe/class.hpp>

namespace postern::api::wire {
namespace {

struct Inner {
  std::string key;
  std::optional<int> number;
};
BOOST_DESCRIBE_STRUCT(Inner, (), (key, number))

struct Outer {
  std::string name;
  std::optional<bool> on;
  std::vector<Inner> inners;
  std::optional<std::map<std::string, std::string>> tags;
};
BOOST_DESCRIBE_STRUCT(Outer, (), (name, on, inners, tags))

TEST(Json, Requests_become_structs_and_structs_become_answers) {
  const std::string text =
      R"({"name":"n","on":true,"inners":[{"key":"a","number":1},{"key":"b"}],"tags":{"x.y":"z"}})";
  const auto root = json_parameters(text);
  ASSERT_TRUE(root) << root.error().message();
  const auto outer = decode_request<Outer>(Dialect::Json, *root);
  ASSERT_TRUE(outer) << outer.error().message();
  EXPECT_EQ(outer->inners.size(), 2U);
  EXPECT_EQ(outer->inners[0].number, 1);
  EXPECT_EQ(encode_json(*outer), text);
}

TEST(Json, Refuses_what_is_none_and_what_it_does_not_know) {
  EXPECT_EQ(json_parameters("[1]").error().fault().code, "MalformedInput");
  EXPECT_EQ(json_parameters("{").error().fault().code, "MalformedInput");
  EXPECT_EQ(json_parameters(std::string(40, '[')).error().fault().code, "MalformedInput");
  const auto root = json_parameters(R"({"name":"n","colour":"red"})");
  EXPECT_EQ(decode_request<Outer>(Dialect::Json, *root).error().message(),
            "The parameter colour is not recognized");
  const Error missing = decode_request<Outer>(Dialect::Json, Parameter{}).error();
  EXPECT_EQ(missing.fault().code, "ValidationException");
  EXPECT_EQ(
      missing.message(),
      "1 validation error detected: Value null at 'name' failed to satisfy constraint: Member "
      "must not be null");
}

}  // namespace
}  // namespace postern::api::wire
