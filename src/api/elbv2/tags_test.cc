// SPDX-License-Identifier: Apache-2.0
#include "api/elbv2/elbv2_test.h"

namespace postern::api::elbv2 {
namespace {

std::string of(const std::string& arn, int n = 1) {
  return fmt::format("&ResourceArns.member.{}={}", n, arn);
}

// [API reference, DescribeTags: one description for each ARN]
TEST_F(Elbv2Test, Tags_of_all_kinds_are_written_and_read) {
  const std::string balancer =
      make_load_balancer("web", "&Tags.member.1.Key=a&Tags.member.1.Value=1");
  const std::string group = make_group();
  const std::string listener = make_listener(balancer, group);
  const std::string rule = must("DescribeRules", "ListenerArn=" + listener).text("//RuleArn");
  EXPECT_EQ(must("AddTags", of(balancer) + of(group, 2) + of(listener, 3) +
                                "&Tags.member.1.Key=a&Tags.member.1.Value=2&Tags.member.2.Key=b")
                .xml(),
            "");
  must("RemoveTags", of(group) + "&TagKeys.member.1=a&TagKeys.member.2=none");
  const Answer answer =
      must("DescribeTags", of(balancer) + of(group, 2) + of(listener, 3) + of(rule, 4));
  EXPECT_THAT(answer.texts("//ResourceArn"), testing::ElementsAre(balancer, group, listener, rule));
  EXPECT_THAT(answer.texts("//TagDescriptions/member[1]//Value"), testing::ElementsAre("2", ""));
  EXPECT_THAT(answer.texts("//TagDescriptions/member[2]//Key"), testing::ElementsAre("b"));
  EXPECT_THAT(answer.texts("//TagDescriptions/member[3]//Key"), testing::ElementsAre("a", "b"));
  EXPECT_THAT(answer.texts("//TagDescriptions/member[4]//Key"), testing::IsEmpty());
}

// [spec 1.10]
TEST_F(Elbv2Test, Tags_are_checked) {
  const std::string arn = make_load_balancer();
  const std::string rule =
      must("DescribeRules", "ListenerArn=" + make_listener(arn, make_group())).text("//RuleArn");
  std::string fifty_one;
  for (int n = 1; n <= 51; ++n) {
    fifty_one += fmt::format("&Tags.member.{}.Key=k{}", n, n);
  }
  struct Case {
    const char* name;
    std::string form;
    std::string error;
  };
  const Case cases[] = {
      {"twice", of(arn) + "&Tags.member.1.Key=k&Tags.member.2.Key=k",
       "DuplicateTagKeys: Tag key was specified more than once: k"},
      {"too many", of(arn) + fifty_one, "TooManyTags: A resource can have at most 50 tags"},
      {"reserved", of(arn) + "&Tags.member.1.Key=aws:x",
       "ValidationError: Tag keys that begin with 'aws:' are reserved: 'aws:x' cannot be set"},
      {"odd", of(arn) + "&Tags.member.1.Key=a*b",
       "ValidationError: 1 validation error detected: Value 'a*b' at 'tags.1.member.key' failed to "
       "satisfy constraint: Member must satisfy regular expression pattern: "
       "^([\\p{L}\\p{Z}\\p{N}_.:/=+\\-@]*)$"},
      {"empty", of(arn) + "&Tags.member.1.Key=",
       "ValidationError: 1 validation error detected: Value '' at 'tags.1.member.key' failed to "
       "satisfy constraint: Member must have length greater than or equal to 1"},
      {"long", of(arn) + "&Tags.member.1.Key=" + std::string(129, 'k'),
       "ValidationError: 1 validation error detected: Value '" + std::string(129, 'k') +
           "' at 'tags.1.member.key' failed to satisfy constraint: Member must have length less "
           "than or equal to 128"},
      {"of nothing",
       of(std::string(kArn) + "loadbalancer/net/x/0000000000000000") + "&Tags.member.1.Key=k",
       "LoadBalancerNotFound: One or more load balancers not found"},
      {"of no group",
       of(std::string(kArn) + "targetgroup/x/0000000000000000") + "&Tags.member.1.Key=k",
       "TargetGroupNotFound: One or more target groups not found"},
      {"of no ARN", of("web") + "&Tags.member.1.Key=k",
       "ValidationError: 'web' is not a valid resource ARN"},
      {"of a rule", of(rule) + "&Tags.member.1.Key=k",
       "ValidationError: The default rule of a listener cannot be tagged"},
      {"one good, one bad", of(arn) + of("web", 2) + "&Tags.member.1.Key=k",
       "ValidationError: 'web' is not a valid resource ARN"},
  };
  for (const Case& c : cases) {
    SCOPED_TRACE(c.name);
    EXPECT_EQ(refusal("AddTags", c.form), c.error);
  }
  EXPECT_TRUE(record<model::LoadBalancer>(arn)->tags.empty());
}

TEST_F(Elbv2Test, A_tag_may_have_128_characters_of_any_script) {
  std::string key;
  for (int n = 0; n < 128; ++n) {
    key += "\u9244";
  }
  must("AddTags", of(make_load_balancer()) + "&Tags.member.1.Key=" + key);
}

TEST_F(Elbv2Test, Another_account_sees_no_tags) {
  const std::string arn = make_load_balancer();
  become(kOther);
  for (const auto& [action, form] :
       {std::pair("DescribeTags", ""), std::pair("AddTags", "&Tags.member.1.Key=k"),
        std::pair("RemoveTags", "&TagKeys.member.1=k")}) {
    SCOPED_TRACE(action);
    EXPECT_EQ(refusal(action, of(arn) + form),
              "LoadBalancerNotFound: One or more load balancers not found");
  }
}

}  // namespace
}  // namespace postern::api::elbv2
