// SPDX-License-Identifier: Apache-2.0
// [Systems Manager API reference, AddTagsToResource, RemoveTagsFromResource, ListTagsForResource]
#include "api/ssm/ssm_test.h"

namespace postern::api::ssm {
namespace {

class ParameterTagTest : public SsmTest {
 protected:
  static std::string of(const std::string& name, const std::string& more = "") {
    return R"({"ResourceType":"Parameter","ResourceId":")" + name + "\"" + more + "}";
  }
};

TEST_F(ParameterTagTest, Come_with_the_parameter_and_later_and_go) {
  put("/a", "1", R"(,"Tags":[{"Key":"team","Value":"blue"}])");
  EXPECT_EQ(code("AddTagsToResource",
                 of("/a", R"(,"Tags":[{"Key":"team","Value":"red"},{"Key":"at","Value":"x y"}])")),
            "good");
  EXPECT_EQ(run("ListTagsForResource", of("/a")),
            R"({"TagList":[{"Key":"at","Value":"x y"},{"Key":"team","Value":"red"}]})");
  EXPECT_EQ(code("RemoveTagsFromResource", of("/a", R"(,"TagKeys":["at","none"])")), "good");
  EXPECT_EQ(run("ListTagsForResource", of("/a")), R"({"TagList":[{"Key":"team","Value":"red"}]})");
  // A later version has the same.
  code("PutParameter", R"({"Name":"/a","Value":"2","Overwrite":true})");
  EXPECT_THAT(run("ListTagsForResource", of("/a")), testing::HasSubstr("red"));
}

TEST_F(ParameterTagTest, Refuses_as_AWS_does) {
  put("/a", "1");
  const auto added = [&](const std::string& key, const std::string& value) {
    return code("AddTagsToResource",
                of("/a", R"(,"Tags":[{"Key":")" + key + R"(","Value":")" + value + R"("}])"));
  };
  EXPECT_EQ(added("aws:x", "y"), "ValidationException");
  EXPECT_EQ(added("", "y"), "ValidationException");
  EXPECT_EQ(added("x", ""), "ValidationException");
  EXPECT_EQ(added("x", "a*b"), "ValidationException");
  EXPECT_EQ(added(std::string(129, 'x'), "y"), "ValidationException");
  EXPECT_EQ(added("x", std::string(257, 'y')), "ValidationException");
  for (int number = 0; number < 50; ++number) {
    ASSERT_EQ(added(fmt::format("k{}", number), "v"), "good");
  }
  EXPECT_EQ(added("one-more", "v"), "TooManyTagsError");
  EXPECT_EQ(code("ListTagsForResource", of("/b")), "InvalidResourceId");
  EXPECT_EQ(code("ListTagsForResource", of("/aws/service/x")), "InvalidResourceId");
  EXPECT_EQ(code("ListTagsForResource", R"({"ResourceType":"Document","ResourceId":"/a"})"),
            "InvalidResourceType");
  EXPECT_EQ(code("ListTagsForResource", R"({"ResourceType":"Thing","ResourceId":"/a"})"),
            "ValidationException");
}

}  // namespace
}  // namespace postern::api::ssm
