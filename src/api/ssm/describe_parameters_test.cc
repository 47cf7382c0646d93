// SPDX-License-Identifier: Apache-2.0
// [Systems Manager API reference, DescribeParameters, ParameterStringFilter; user guide, "Searching
// for Systems Manager parameters"]
#include "api/ssm/ssm_test.h"

namespace postern::api::ssm {
namespace {

class DescribeParametersTest : public SsmTest {
 protected:
  std::string filtered(const std::string& filters) {
    return names("DescribeParameters", R"({"ParameterFilters":[)" + filters + "]}");
  }
};

TEST_F(DescribeParametersTest, Prints_all_but_the_value) {
  put("/a", "1", R"(,"Description":"a number","AllowedPattern":"\\d")");
  EXPECT_EQ(run("DescribeParameters", "{}"),
            R"({"Parameters":[{"Name":"/a",)"
            R"("ARN":"arn:aws:ssm:eu-west-1:111111111111:parameter/a","Type":"String",)"
            R"("LastModifiedDate":1E3,"LastModifiedUser":"arn:aws:iam::111111111111:root",)"
            R"("Description":"a number","AllowedPattern":"\\d","Version":1,"Tier":"Standard",)"
            R"("Policies":[],"DataType":"text"}]})");
  EXPECT_EQ(names("DescribeParameters", R"({"Shared":true})"), "");
}

TEST_F(DescribeParametersTest, Filters) {
  put("/a/one", "1", R"(,"Tags":[{"Key":"team","Value":"blue"}])");
  put("/a/b/two", "1");
  put("three", "1", R"(,"Tier":"Advanced")");
  code("PutParameter", R"({"Name":"/secret","Value":"1","Type":"SecureString"})");
  struct Case {
    const char* filters;
    const char* found;
  };
  for (const Case& c : {
           Case{R"({"Key":"Name","Values":["/a/one"]})", "/a/one"},
           Case{R"({"Key":"Name","Values":["/a/one","three"]})", "/a/one,three"},
           Case{R"({"Key":"Name","Option":"BeginsWith","Values":["/a"]})", "/a/b/two,/a/one"},
           Case{R"({"Key":"Name","Option":"Contains","Values":["e"]})", "/a/one,/secret,three"},
           Case{R"({"Key":"Path","Values":["/a"]})", "/a/one"},
           Case{R"({"Key":"Path","Option":"OneLevel","Values":["/"]})", "/secret,three"},
           Case{R"({"Key":"Path","Option":"Recursive","Values":["/a"]})", "/a/b/two,/a/one"},
           Case{R"({"Key":"Type","Values":["SecureString"]})", "/secret"},
           Case{R"({"Key":"Type","Option":"BeginsWith","Values":["S"]})",
                "/a/b/two,/a/one,/secret,three"},
           Case{R"({"Key":"Tier","Values":["Advanced"]})", "three"},
           Case{R"({"Key":"KeyId","Values":["alias/aws/ssm"]})", "/secret"},
           Case{R"({"Key":"DataType","Values":["aws:ec2:image"]})", ""},
           Case{R"({"Key":"tag:team","Values":["blue"]})", "/a/one"},
           Case{R"({"Key":"tag:team"})", "/a/one"},
           Case{R"({"Key":"tag:team","Values":["red"]})", ""},
           Case{R"({"Key":"Path","Option":"Recursive","Values":["/a"]},)"
                R"({"Key":"Name","Option":"Contains","Values":["two"]})",
                "/a/b/two"},
           Case{R"({"Key":"Label","Values":["x"]})", "InvalidFilterKey"},
           Case{R"({"Key":"Colour","Values":["x"]})", "ValidationException"},
           Case{R"({"Key":"Type","Option":"Contains","Values":["x"]})", "InvalidFilterOption"},
           Case{R"({"Key":"Path","Option":"Equals","Values":["/a"]})", "InvalidFilterOption"},
           Case{R"({"Key":"Path","Values":["a"]})", "ValidationException"},
           Case{R"({"Key":"Name"})", "InvalidFilterValue"},
           Case{R"({"Key":"Name","Values":["a"]},{"Key":"Name","Values":["b"]})",
                "ValidationException"},
       }) {
    EXPECT_EQ(filtered(c.filters), c.found) << c.filters;
  }
}

TEST_F(DescribeParametersTest, Takes_the_older_filters_alone) {
  put("/a", "1");
  code("PutParameter", R"({"Name":"/s","Value":"1","Type":"SecureString"})");
  EXPECT_EQ(names("DescribeParameters", R"({"Filters":[{"Key":"Name","Values":["/a"]}]})"), "/a");
  EXPECT_EQ(
      names("DescribeParameters", R"({"Filters":[{"Key":"Type","Values":["SecureString"]}]})"),
      "/s");
  EXPECT_EQ(names("DescribeParameters", R"({"Filters":[{"Key":"Tier","Values":["Standard"]}]})"),
            "ValidationException");
  EXPECT_EQ(names("DescribeParameters", R"({"Filters":[{"Key":"Name","Values":["/a"]}],)"
                                        R"("ParameterFilters":[{"Key":"Name","Values":["/a"]}]})"),
            "ValidationException");
}

TEST_F(DescribeParametersTest, Comes_in_pages_of_ones_own) {
  put("/a", "1");
  put("/b", "1");
  put("/c", "1");
  EXPECT_EQ(names("DescribeParameters", R"({"MaxResults":2})"), "/a,/b then /c");
  EXPECT_EQ(names("DescribeParameters", R"({"MaxResults":2,"NextToken":"/c"})"), "/c");
  EXPECT_EQ(names("DescribeParameters", R"({"MaxResults":51})"), "ValidationException");
  caller_.region = "us-east-1";
  EXPECT_EQ(names("DescribeParameters", "{}"), "");
}

}  // namespace
}  // namespace postern::api::ssm
