// SPDX-License-Identifier: Apache-2.0
// [CloudWatch API reference, ListMetrics]
#include "api/cloudwatch/cloudwatch_test.h"

namespace postern::api::cloudwatch {
namespace {

using testing::HasSubstr;

class ListMetricsTest : public CloudWatchTest {};

TEST_F(ListMetricsTest, Names_the_callers_metrics_by_what_is_asked_for) {
  add(metric("A"), 1, 1);
  add(metric("B"), 1, 1);
  add(metric("B", "net/c/2"), 1, 1);
  model::Metric others = metric("A");
  others.owner = model::Id<model::Account>("222222222222");
  add(others, 1, 1);
  EXPECT_EQ(run("ListMetrics", R"({"MetricName":"A"})"),
            R"({"Metrics":[{"Namespace":"AWS/NetworkELB","MetricName":"A","Dimensions":)"
            R"([{"Name":"LoadBalancer","Value":"net/b/1"}]}]})");
  const auto count = [&](const std::string& body) {
    const std::string answer = run("ListMetrics", body);
    std::size_t found = 0;
    for (auto place = answer.find("MetricName"); place != std::string::npos;
         place = answer.find("MetricName", place + 1)) {
      ++found;
    }
    return found;
  };
  EXPECT_EQ(count("{}"), 3U);
  EXPECT_EQ(count(R"({"Namespace":"AWS/NetworkELB"})"), 3U);
  EXPECT_EQ(count(R"({"Namespace":"AWS/EC2"})"), 0U);
  EXPECT_EQ(count(R"({"Dimensions":[{"Name":"LoadBalancer"}]})"), 3U);
  EXPECT_EQ(count(R"({"Dimensions":[{"Name":"LoadBalancer","Value":"net/c/2"}]})"), 1U);
  EXPECT_EQ(count(R"({"Dimensions":[{"Name":"TargetGroup"}]})"), 0U);
  EXPECT_EQ(count(R"({"RecentlyActive":"PT3H"})"), 3U);
  now_ = at(60 * 4);
  EXPECT_EQ(count(R"({"RecentlyActive":"PT3H"})"), 0U);
  now_ = at(60 * 24 * 14 + 2);
  EXPECT_EQ(count("{}"), 0U);
}

TEST_F(ListMetricsTest, Gives_500_at_a_time) {
  for (int number = 0; number < 501; ++number) {
    add(metric(fmt::format("M{:03}", number)), 1, 1);
  }
  const std::string first = run("ListMetrics", "{}");
  EXPECT_THAT(first, HasSubstr(R"("M499")"));
  const auto token = first.find(R"("NextToken":")");
  ASSERT_NE(token, std::string::npos);
  const std::string value = first.substr(token + 13, first.find('"', token + 13) - token - 13);
  const std::string second = run("ListMetrics", R"({"NextToken":")" + value + R"("})");
  EXPECT_THAT(second, HasSubstr(R"("M500")"));
  EXPECT_THAT(second, testing::Not(HasSubstr(R"("M499")")));
  EXPECT_THAT(second, testing::Not(HasSubstr("NextToken")));
}

TEST_F(ListMetricsTest, Refuses_as_AWS_does) {
  EXPECT_EQ(run("ListMetrics", R"({"Namespace":":x"})"), "ValidationError");
  EXPECT_EQ(run("ListMetrics", R"({"MetricName":""})"), "ValidationError");
  EXPECT_EQ(run("ListMetrics", R"({"RecentlyActive":"PT1H"})"), "ValidationError");
  EXPECT_EQ(run("ListMetrics", R"({"OwningAccount":"222222222222"})"), "InvalidParameterValue");
  EXPECT_EQ(run("ListMetrics", R"({"Dimensions":[{"Value":"x"}]})"), "ValidationError");
  EXPECT_EQ(run("ListMetrics", R"({"Other":"x"})"), "UnknownParameter");
  EXPECT_THAT(run("ListMetrics", R"({"IncludeLinkedAccounts":true})"),
              HasSubstr(R"("OwningAccounts":[])"));
}

}  // namespace
}  // namespace postern::api::cloudwatch
