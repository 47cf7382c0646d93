// SPDX-License-Identifier: Apache-2.0
// [Systems Manager API reference, GetParameter, GetParameters, GetParametersByPath,
// GetParameterHistory; user guide, "Working with parameter hierarchies"]
#include "api/ssm/ssm_test.h"
#include "model/parameters.h"

namespace postern::api::ssm {
namespace {

using testing::HasSubstr;
using testing::Not;

class GetParameterTest : public SsmTest {
 protected:
  static const model::Parameter& linux_2023() {
    const auto& all = model::public_parameters();
    return *std::ranges::find_if(all, [](const model::Parameter& each) {
      return each.name.contains("/al2023-ami-kernel-default-x86_64");
    });
  }
};

TEST_F(GetParameterTest, Prints_a_parameter) {
  put("/a/b", "1");
  EXPECT_EQ(run("GetParameter", R"({"Name":"/a/b"})"),
            R"({"Parameter":{"Name":"/a/b","Type":"String","Value":"1","Version":1,)"
            R"("LastModifiedDate":1E3,)"
            R"("ARN":"arn:aws:ssm:eu-west-1:111111111111:parameter/a/b","DataType":"text"}})");
  EXPECT_THAT(run("GetParameter", R"({"Name":"/a/b:1"})"),
              HasSubstr(R"("Version":1,"Selector":":1",)"));
  EXPECT_EQ(value_of("/a"), "ParameterNotFound");
  EXPECT_EQ(value_of("/a/b:2"), "ParameterVersionNotFound");
  EXPECT_EQ(value_of("a/b"), "ValidationException");
  caller_.account = model::Id<model::Account>("222222222222");
  EXPECT_EQ(value_of("/a/b"), "ParameterNotFound");
}

TEST_F(GetParameterTest, Prints_a_public_one_without_an_owner) {
  const model::Parameter& image = linux_2023();
  EXPECT_EQ(run("GetParameter", R"({"Name":")" + image.name + "\"}"),
            R"({"Parameter":{"Name":")" + image.name + R"(","Type":"String","Value":")" +
                image.versions.front().value +
                R"(","Version":1,"LastModifiedDate":1.7672256E9,"ARN":"arn:aws:ssm:eu-west-1::)"
                "parameter" +
                image.name + R"(","DataType":"text"}})");
  EXPECT_EQ(value_of("/aws/service/none"), "ParameterNotFound");
}

TEST_F(GetParameterTest, A_secret_is_shown_to_who_asks_for_it) {
  EXPECT_EQ(code("PutParameter", R"({"Name":"s","Value":"hidden","Type":"SecureString"})"), "good");
  EXPECT_EQ(value_of("s", R"(,"WithDecryption":true)"), "hidden");
  const std::string first = value_of("s");
  EXPECT_TRUE(first.starts_with("AQICAH")) << first;
  for (const auto& [action, body] : {std::pair("GetParameter", R"({"Name":"s"})"),
                                     {"GetParameters", R"({"Names":["s"]})"},
                                     {"GetParametersByPath", R"({"Path":"/"})"},
                                     {"GetParameterHistory", R"({"Name":"s"})"},
                                     {"DescribeParameters", "{}"}}) {
    EXPECT_THAT(run(action, body), Not(HasSubstr("hidden"))) << action;
    EXPECT_THAT(run(action, body), HasSubstr("SecureString")) << action;
  }
  EXPECT_THAT(run("GetParameterHistory", R"({"Name":"s","WithDecryption":true})"),
              HasSubstr("hidden"));
  EXPECT_THAT(run("DescribeParameters", "{}"), HasSubstr(R"("KeyId":"alias/aws/ssm")"));
  // The same value again looks otherwise.
  code("PutParameter", R"({"Name":"s","Value":"hidden","Overwrite":true})");
  EXPECT_NE(value_of("s"), first);
}

TEST_F(GetParameterTest, Several_are_asked_for_at_once) {
  put("a", "1");
  const std::string both =
      run("GetParameters", R"({"Names":["a","none","a:7",")" + linux_2023().name + R"("]})");
  EXPECT_THAT(both, HasSubstr(R"("Value":"1")"));
  EXPECT_THAT(both, HasSubstr(linux_2023().versions.front().value));
  EXPECT_THAT(both, HasSubstr(R"("InvalidParameters":["none","a:7"])"));
  EXPECT_EQ(code("GetParameters", R"({"Names":[]})"), "ValidationException");
  EXPECT_EQ(code("GetParameters", R"({"Names":["1","2","3","4","5","6","7","8","9","10","11"]})"),
            "ValidationException");
}

TEST_F(GetParameterTest, A_hierarchy_is_asked_for_by_pages) {
  for (const char* name : {"/a/1", "/a/2", "/a/b/3", "/c", "d"}) {
    put(name, "1");
  }
  const auto below = [&](const std::string& body) { return names("GetParametersByPath", body); };
  EXPECT_EQ(below(R"({"Path":"/a"})"), "/a/1,/a/2");
  EXPECT_EQ(below(R"({"Path":"/a/"})"), "/a/1,/a/2");
  EXPECT_EQ(below(R"({"Path":"/a","Recursive":true})"), "/a/1,/a/2,/a/b/3");
  EXPECT_EQ(below(R"({"Path":"/"})"), "/c,d");
  EXPECT_EQ(below(R"({"Path":"/","Recursive":true})"), "/a/1,/a/2,/a/b/3,/c,d");
  EXPECT_EQ(below(R"({"Path":"/","Recursive":true,"MaxResults":2})"), "/a/1,/a/2 then /a/b/3");
  EXPECT_EQ(below(R"({"Path":"/","Recursive":true,"MaxResults":2,"NextToken":"/a/b/3"})"),
            "/a/b/3,/c then d");
  EXPECT_EQ(below(R"({"Path":"a"})"), "ValidationException");
  EXPECT_EQ(below(R"({"Path":"/a","MaxResults":11})"), "ValidationException");
  code("LabelParameterVersion", R"({"Name":"/a/2","Labels":["live"]})");
  code("PutParameter", R"({"Name":"/a/2","Value":"2","Overwrite":true})");
  const std::string by_label =
      R"({"Path":"/a","ParameterFilters":[{"Key":"Label","Values":["live"]}]})";
  EXPECT_EQ(below(by_label), "/a/2");
  EXPECT_THAT(run("GetParametersByPath", by_label), HasSubstr(R"("Value":"1")"));
  EXPECT_EQ(below(R"({"Path":"/a","ParameterFilters":[{"Key":"Type","Values":["StringList"]}]})"),
            "");
  EXPECT_EQ(below(R"({"Path":"/a","ParameterFilters":[{"Key":"Name","Values":["/a/1"]}]})"),
            "InvalidFilterKey");
}

TEST_F(GetParameterTest, The_public_hierarchy_is_another) {
  put("/a", "1");
  const std::string found =
      names("GetParametersByPath", R"({"Path":"/aws/service/ami-amazon-linux-latest"})");
  EXPECT_THAT(found, HasSubstr("/aws/service/ami-amazon-linux-latest/al2023-ami-kernel-default-"));
  EXPECT_THAT(found, HasSubstr(" then "));
  EXPECT_EQ(names("GetParametersByPath", R"({"Path":"/aws/service"})"), "");
  EXPECT_THAT(names("GetParametersByPath", R"({"Path":"/aws/service/debian","Recursive":true})"),
              HasSubstr("/release/12/latest/"));
  EXPECT_EQ(names("DescribeParameters", "{}"), "/a");
  EXPECT_EQ(names("GetParametersByPath", R"({"Path":"/","Recursive":true})"), "/a");
}

TEST_F(GetParameterTest, History_has_all_versions_by_pages) {
  put("a", "1", R"(,"Description":"first")");
  now_ += std::chrono::seconds(1);
  code("PutParameter", R"({"Name":"a","Value":"2","Overwrite":true})");
  code("LabelParameterVersion", R"({"Name":"a","ParameterVersion":1,"Labels":["old"]})");
  EXPECT_EQ(run("GetParameterHistory", R"({"Name":"a","MaxResults":1})"),
            R"({"Parameters":[{"Name":"a","Type":"String","LastModifiedDate":1E3,)"
            R"("LastModifiedUser":"arn:aws:iam::111111111111:root","Description":"first",)"
            R"("Value":"1","Version":1,"Labels":["old"],"Tier":"Standard","Policies":[],)"
            R"("DataType":"text"}],"NextToken":"2"})");
  EXPECT_THAT(run("GetParameterHistory", R"({"Name":"a","NextToken":"2"})"),
              HasSubstr(R"("Value":"2")"));
  EXPECT_EQ(code("GetParameterHistory", R"({"Name":"a","NextToken":"x"})"), "InvalidNextToken");
  EXPECT_EQ(code("GetParameterHistory", R"({"Name":"b"})"), "ParameterNotFound");
  EXPECT_EQ(code("GetParameterHistory", R"({"Name":"a","MaxResults":51})"), "ValidationException");
}

}  // namespace
}  // namespace postern::api::ssm
