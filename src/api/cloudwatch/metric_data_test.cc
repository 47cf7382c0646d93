// SPDX-License-Identifier: Apache-2.0
// [CloudWatch API reference, GetMetricData]
#include "api/cloudwatch/cloudwatch_test.h"

namespace postern::api::cloudwatch {
namespace {

using testing::HasSubstr;
using testing::Not;

class MetricDataTest : public CloudWatchTest {
 protected:
  MetricDataTest() {
    add(metric("A"), 1, 2);
    add(metric("A"), 2, 4);
    add(metric("B"), 2, 10);
  }

  static std::string query(const std::string& id, const std::string& name,
                           const std::string& more = "", const std::string& stat = "Sum") {
    return fmt::format(
        R"({{"Id":"{}","MetricStat":{{"Metric":{{"Namespace":"AWS/NetworkELB","MetricName":"{}",)"
        R"("Dimensions":[{{"Name":"LoadBalancer","Value":"net/b/1"}}]}},"Period":60,)"
        R"("Stat":"{}"}}{}}})",
        id, name, stat, more);
  }
  std::string body(const std::string& queries, const std::string& more = "") const {
    return fmt::format(R"({{"MetricDataQueries":[{}],"StartTime":{},"EndTime":{}{}}})", queries,
                       seconds_at(0), seconds_at(10), more);
  }
  std::string get(const std::string& queries, const std::string& more = "") const {
    return run("GetMetricData", body(queries, more));
  }
};

TEST_F(MetricDataTest, Gives_values_and_their_times_newest_first) {
  EXPECT_EQ(get(query("m1", "A")),
            fmt::format(R"({{"MetricDataResults":[{{"Id":"m1","Label":"A","Timestamps":[{},{}],)"
                        R"("Values":[4E0,2E0],"StatusCode":"Complete"}}],"Messages":[]}})",
                        seconds_at(2), seconds_at(1)));
  EXPECT_THAT(get(query("m1", "A"), R"(,"ScanBy":"TimestampAscending")"),
              HasSubstr(R"("Values":[2E0,4E0])"));
  EXPECT_THAT(get(query("m1", "A", R"(,"Label":"mine")")), HasSubstr(R"("Label":"mine")"));
  EXPECT_THAT(get(query("m1", "None")), HasSubstr(R"("Timestamps":[],"Values":[])"));
}

TEST_F(MetricDataTest, Works_expressions_out) {
  const std::string both = query("m1", "A", R"(,"ReturnData":false)") + "," + query("m2", "B");
  const std::string answer =
      get(R"({"Id":"e1","Expression":"m1 + e2"},{"Id":"e2","Expression":"m2 * 2"},)" + both);
  EXPECT_THAT(answer, HasSubstr(R"("Id":"e1","Label":"e1")"));
  EXPECT_THAT(answer, HasSubstr(R"("Values":[2.4E1])"));
  EXPECT_THAT(answer, Not(HasSubstr(R"("Id":"m1")")));
  // An array is several results of one id.
  const std::string several = get(R"j({"Id":"e1","Expression":"METRICS()"},)j" + both);
  EXPECT_THAT(several, HasSubstr(R"("Id":"e1","Label":"A")"));
  EXPECT_THAT(several, HasSubstr(R"("Id":"e1","Label":"B")"));
}

TEST_F(MetricDataTest, Gives_so_many_points_at_a_time) {
  const std::string both = query("m1", "A") + "," + query("m2", "B");
  const std::string first = get(both, R"(,"MaxDatapoints":1)");
  EXPECT_THAT(first, HasSubstr(R"("Values":[4E0],"StatusCode":"PartialData"}],"NextToken":"0-1")"));
  const std::string second = get(both, R"(,"MaxDatapoints":1,"NextToken":"0-1")");
  EXPECT_THAT(second, HasSubstr(R"("Values":[2E0],"StatusCode":"Complete"}],"NextToken":"1-0")"));
  const std::string third = get(both, R"(,"MaxDatapoints":1,"NextToken":"1-0")");
  EXPECT_THAT(third, HasSubstr(R"([{"Id":"m2")"));
  EXPECT_THAT(third, Not(HasSubstr("NextToken")));
  EXPECT_EQ(get(both, R"(,"NextToken":"x")"), "InvalidNextToken");
  EXPECT_EQ(get(both, R"(,"NextToken":"9999999-9")"), R"({"MetricDataResults":[],"Messages":[]})");
}

TEST_F(MetricDataTest, Refuses_as_AWS_does) {
  EXPECT_EQ(run("GetMetricData", R"({"StartTime":1,"EndTime":2})"), "MissingParameter");
  EXPECT_EQ(run("GetMetricData", fmt::format(R"({{"MetricDataQueries":[{}]}})", query("a", "A"))),
            "MissingParameter");
  for (const std::string& queries :
       {query("M1", "A"), query("", "A"), query("a-b", "A"),
        query("a", "A") + "," + query("a", "B"), query("a", "A", R"(,"Expression":"a")"),
        std::string(R"({"Id":"a"})"), query("a", "A", R"(,"Period":60)"),
        query("a", "A", R"(,"Label":"${LABEL}")"),
        query("a", "A", R"(,"AccountId":"222222222222")"),
        std::string(R"({"Id":"a","Expression":"a + 1"})"),
        std::string(R"({"Id":"a","Expression":"1 + 1"})"),
        std::string(R"j({"Id":"a","Expression":"SEARCH('x')"})j"),
        query("a", "A") + R"(,{"Id":"b","Expression":"a","Period":300})"}) {
    SCOPED_TRACE(queries);
    EXPECT_EQ(get(queries), "ValidationError");
  }
  EXPECT_EQ(get(query("a", "A", "", "tm99")), "InvalidParameterValue");
  EXPECT_EQ(get(query("a", "A"), R"(,"ScanBy":"Newest")"), "ValidationError");
  EXPECT_EQ(get(query("a", "A"), R"(,"MaxDatapoints":0)"), "ValidationError");
  EXPECT_EQ(get(query("a", "A"), R"(,"LabelOptions":{"Timezone":"Tokyo"})"), "ValidationError");
  EXPECT_EQ(run("GetMetricData", fmt::format(R"({{"MetricDataQueries":[{}],"StartTime":60,)"
                                             R"("EndTime":60}})",
                                             query("a", "A"))),
            "ValidationError");
}

}  // namespace
}  // namespace postern::api::cloudwatch
