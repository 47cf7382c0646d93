// SPDX-License-Identifier: Apache-2.0
// [Systems Manager API reference, PutParameter, DeleteParameter, LabelParameterVersion; user guide,
// "Managing parameter tiers", "Working with parameter versions", "Working with parameter labels"]
#include "api/ssm/ssm_test.h"
#include "model/chosen.h"
#include "model/images.h"

namespace postern::api::ssm {
namespace {

class PutParameterTest : public SsmTest {
 protected:
  std::string put_again(const std::string& name, const std::string& value,
                        const std::string& more = "") {
    return code("PutParameter", R"({"Name":")" + name + R"(","Value":")" + value +
                                    R"(","Overwrite":true)" + more + "}");
  }
};

TEST_F(PutParameterTest, Says_version_and_tier) {
  EXPECT_EQ(run("PutParameter", R"({"Name":"/a/b","Value":"1","Type":"String"})"),
            R"({"Version":1,"Tier":"Standard"})");
  EXPECT_EQ(run("PutParameter", R"({"Name":"/a/b","Value":"2","Overwrite":true})"),
            R"({"Version":2,"Tier":"Standard"})");
  EXPECT_EQ(value_of("/a/b"), "2");
  EXPECT_EQ(value_of("/a/b:1"), "1");
  // With Overwrite, one that is not there is made.
  EXPECT_EQ(put_again("c", "1", R"(,"Type":"StringList")"), "good");
}

TEST_F(PutParameterTest, Refuses_as_AWS_does) {
  put("there", "1");
  struct Case {
    const char* body;
    const char* code;
  };
  for (const Case& c : {
           Case{R"({"Name":"there","Value":"1","Type":"String"})", "ParameterAlreadyExists"},
           Case{R"({"Name":"there","Value":"1","Type":"StringList","Overwrite":true})",
                "HierarchyTypeMismatchException"},
           Case{R"({"Name":"new","Value":"1"})", "ValidationException"},
           Case{R"({"Name":"new","Value":"1","Type":"Text"})", "ValidationException"},
           Case{R"({"Name":"new","Value":"1","Type":"String","Tier":"Low"})",
                "ValidationException"},
           Case{R"({"Name":"new","Value":"","Type":"String"})", "ValidationException"},
           Case{R"({"Name":"new","Type":"String"})", "ValidationException"},
           Case{R"({"Name":"new","Value":"a {{ssm:there}} b","Type":"String"})",
                "ValidationException"},
           Case{R"({"Name":"/aws/service/new","Value":"1","Type":"String"})",
                "AccessDeniedException"},
           Case{R"({"Name":"/ssm/new","Value":"1","Type":"String"})", "ValidationException"},
           Case{R"({"Name":"new","Value":"1","Type":"String","Overwrite":true,)"
                R"("Tags":[{"Key":"a","Value":"b"}]})",
                "ValidationException"},
           Case{
               R"({"Name":"new","Value":"1","Type":"String","Tags":[{"Key":"aws:a","Value":"b"}]})",
               "ValidationException"},
           Case{R"({"Name":"new","Value":"1","Type":"String","KeyId":"alias/aws/ssm"})",
                "ValidationException"},
           Case{R"({"Name":"new","Value":"1","Type":"SecureString","KeyId":"alias/mine"})",
                "InvalidKeyId"},
           Case{R"({"Name":"new","Value":"1","Type":"String","Tier":"Advanced",)"
                R"("Policies":"[{\"Type\":\"Expiration\"}]"})",
                "InvalidPolicyTypeException"},
           Case{R"({"Name":"new","Value":"1","Type":"String","DataType":"Text"})",
                "ValidationException"},
           Case{R"({"Name":"new","Value":"1","Type":"String","DataType":"aws:ssm:integration"})",
                "ValidationException"},
           Case{R"({"Name":"new","Value":"1","Type":"String","AllowedPattern":"("})",
                "InvalidAllowedPatternException"},
           Case{R"({"Name":"new","Value":"a","Type":"String","AllowedPattern":"\\d+"})",
                "ParameterPatternMismatchException"},
           Case{R"({"Name":"new","Value":"1","Type":"String","Colour":"red"})", "UnknownParameter"},
       }) {
    EXPECT_EQ(code("PutParameter", c.body), c.code) << c.body;
  }
  EXPECT_EQ(names("DescribeParameters", "{}"), "there");
  EXPECT_EQ(code("PutParameter", R"({"Name":"new","Value":"1","Type":"String","Policies":"[{}]"})"),
            "good");
}

TEST_F(PutParameterTest, Keeps_what_a_later_version_does_not_say) {
  put("/a", "100", R"(,"Description":"how many","AllowedPattern":"\\d{1,4}")");
  EXPECT_EQ(put_again("/a", "10,000"), "ParameterPatternMismatchException");
  EXPECT_EQ(put_again("/a", "200"), "good");
  EXPECT_THAT(run("DescribeParameters", "{}"),
              testing::HasSubstr(R"("Description":"how many","AllowedPattern":"\\d{1,4}")"));
  EXPECT_EQ(put_again("/a", "10,000", R"(,"AllowedPattern":"","Description":"")"), "good");
  EXPECT_THAT(run("DescribeParameters", "{}"), testing::Not(testing::HasSubstr("Description")));
}

TEST_F(PutParameterTest, Has_tiers_by_size) {
  const std::string large(4097, 'a');
  EXPECT_EQ(put("a", std::string(4096, 'a')), "good");
  EXPECT_EQ(put("b", large), "ValidationException");
  EXPECT_EQ(put("b", std::string(8193, 'a'), R"(,"Tier":"Advanced")"), "ValidationException");
  EXPECT_EQ(put("b", std::string(8192, 'a'), R"(,"Tier":"Advanced")"), "good");
  EXPECT_EQ(put_again("b", "small"), "good");
  EXPECT_EQ(
      names("DescribeParameters", R"({"ParameterFilters":[{"Key":"Tier","Values":["Advanced"]}]})"),
      "b");
  EXPECT_EQ(put_again("b", "small", R"(,"Tier":"Standard")"), "ValidationException");
  EXPECT_EQ(put_again("b", "small", R"(,"Tier":"Intelligent-Tiering")"), "good");
  EXPECT_EQ(run("PutParameter",
                R"({"Name":"c","Value":"1","Type":"String","Tier":"Intelligent-Tiering"})"),
            R"({"Version":1,"Tier":"Standard"})");
  EXPECT_EQ(run("PutParameter", R"({"Name":"c","Value":")" + large +
                                    R"(","Overwrite":true,"Tier":"Intelligent-Tiering"})"),
            R"({"Version":2,"Tier":"Advanced"})");
}

TEST_F(PutParameterTest, Has_a_quota_for_each_tier) {
  model::Transaction tx(world_, now_, ids_);
  model::set_quotas(tx,
                    {{"standard-parameters-per-region", 1}, {"advanced-parameters-per-region", 1}});
  world_ = tx.world();
  EXPECT_EQ(put("a", "1"), "good");
  EXPECT_EQ(put_again("a", "2"), "good");
  EXPECT_EQ(put("b", "1"), "ParameterLimitExceeded");
  EXPECT_EQ(put("b", "1", R"(,"Tier":"Intelligent-Tiering")"), "good");
  EXPECT_EQ(put("c", "1", R"(,"Tier":"Advanced")"), "ParameterLimitExceeded");
  EXPECT_EQ(put_again("a", "2", R"(,"Tier":"Advanced")"), "ParameterLimitExceeded");
  caller_.region = "us-east-1";
  EXPECT_EQ(put("b", "1"), "good");
}

TEST_F(PutParameterTest, Of_an_image_has_the_id_of_one) {
  const std::string id = model::images().front().id;
  const std::string image = R"(,"DataType":"aws:ec2:image")";
  EXPECT_EQ(put("a", id, image), "good");
  EXPECT_EQ(put("b", "ami-host", image), "ValidationException");
  EXPECT_EQ(put("b", "ami-placeholder", image), "ValidationException");
  EXPECT_EQ(put_again("a", "text"), "ValidationException");
  EXPECT_EQ(put_again("a", "text", R"(,"DataType":"text")"), "good");
  EXPECT_EQ(put_again("c", id, R"(,"Type":"SecureString","DataType":"aws:ec2:image")"),
            "ValidationException");
}

TEST_F(PutParameterTest, Keeps_a_hundred_versions_and_those_with_labels) {
  put("a", "1");
  for (int number = 2; number <= 101; ++number) {
    ASSERT_EQ(put_again("a", fmt::format("{}", number)), "good");
  }
  EXPECT_EQ(value_of("a:1"), "ParameterVersionNotFound");
  EXPECT_EQ(value_of("a:2"), "2");
  EXPECT_EQ(run("LabelParameterVersion", R"({"Name":"a","ParameterVersion":2,"Labels":["live"]})"),
            R"({"InvalidLabels":[],"ParameterVersion":2})");
  EXPECT_EQ(put_again("a", "102"), "ParameterMaxVersionLimitExceeded");
  EXPECT_EQ(run("LabelParameterVersion", R"({"Name":"a","Labels":["live","1st","AWS-x"]})"),
            R"({"InvalidLabels":["1st","AWS-x"],"ParameterVersion":101})");
  EXPECT_EQ(value_of("a:live"), "101");
  EXPECT_EQ(put_again("a", "102"), "good");
  EXPECT_EQ(value_of("a:live"), "101");
  EXPECT_EQ(run("UnlabelParameterVersion",
                R"({"Name":"a","ParameterVersion":101,"Labels":["live","b"]})"),
            R"({"RemovedLabels":["live"],"InvalidLabels":["b"]})");
  EXPECT_EQ(value_of("a:live"), "ParameterVersionNotFound");
}

TEST_F(PutParameterTest, Labels_have_limits) {
  put("a", "1");
  std::string ten;
  for (int number = 0; number < 10; ++number) {
    ten += (ten.empty() ? "" : ",") + fmt::format("\"l{}\"", number);
  }
  EXPECT_EQ(code("LabelParameterVersion", R"({"Name":"a","Labels":[)" + ten + "]}"), "good");
  EXPECT_EQ(code("LabelParameterVersion", R"({"Name":"a","Labels":["one-more"]})"),
            "ParameterVersionLabelLimitExceeded");
  EXPECT_EQ(code("LabelParameterVersion", R"({"Name":"a","Labels":["l1"]})"), "good");
  EXPECT_EQ(code("LabelParameterVersion", R"({"Name":"a","ParameterVersion":2,"Labels":["l1"]})"),
            "ParameterVersionNotFound");
  EXPECT_EQ(code("LabelParameterVersion", R"({"Name":"b","Labels":["l1"]})"), "ParameterNotFound");
}

TEST_F(PutParameterTest, Deleted_it_is_gone) {
  put("a", "1");
  put("/b", "1");
  EXPECT_EQ(code("DeleteParameter", R"({"Name":"a"})"), "good");
  EXPECT_EQ(code("DeleteParameter", R"({"Name":"a"})"), "ParameterNotFound");
  EXPECT_EQ(code("DeleteParameter", R"({"Name":"/aws/service/x"})"), "AccessDeniedException");
  EXPECT_EQ(run("DeleteParameters", R"({"Names":["/b","a","/aws/x"]})"),
            R"({"DeletedParameters":["/b"],"InvalidParameters":["a","/aws/x"]})");
  EXPECT_EQ(names("DescribeParameters", "{}"), "");
  // Anew, it begins with version 1.
  EXPECT_EQ(run("PutParameter", R"({"Name":"a","Value":"1","Type":"String"})"),
            R"({"Version":1,"Tier":"Standard"})");
}

}  // namespace
}  // namespace postern::api::ssm
