// SPDX-License-Identifier: Apache-2.0
// [CloudWatch API reference, GetMetricStatistics]
#include "api/cloudwatch/cloudwatch_test.h"

namespace postern::api::cloudwatch {
namespace {

using testing::HasSubstr;

class MetricStatisticsTest : public CloudWatchTest {
 protected:
  std::string body(const std::string& more, int from = 0, int until = 10, int period = 60) const {
    return fmt::format(
        R"({{"Namespace":"AWS/NetworkELB","MetricName":"A","Dimensions":[{{"Name":"LoadBalancer",)"
        R"("Value":"net/b/1"}}],"StartTime":{},"EndTime":{},"Period":{}{}}})",
        seconds_at(from), seconds_at(until), period, more);
  }
  std::string get(const std::string& more, int from = 0, int until = 10, int period = 60) const {
    return run("GetMetricStatistics", body(more, from, until, period));
  }
};

const std::string kSum = R"(,"Statistics":["Sum"])";

TEST_F(MetricStatisticsTest, Gives_a_datapoint_for_each_period_that_has_any) {
  add(metric("A"), 1, 2);
  add(metric("A"), 2, 4);
  add(metric("A"), 7, 9);
  EXPECT_EQ(
      get(kSum),
      fmt::format(R"({{"Label":"A","Datapoints":[{{"Timestamp":{},"Sum":2E0,"Unit":"Count"}},)"
                  R"({{"Timestamp":{},"Sum":4E0,"Unit":"Count"}},)"
                  R"({{"Timestamp":{},"Sum":9E0,"Unit":"Count"}}]}})",
                  seconds_at(1), seconds_at(2), seconds_at(7)));
  EXPECT_EQ(get(R"(,"Statistics":["SampleCount","Average","Sum","Minimum","Maximum"])", 0, 10, 300),
            fmt::format(R"({{"Label":"A","Datapoints":[{{"Timestamp":{},"SampleCount":2E0,)"
                        R"("Average":3E0,"Sum":6E0,"Minimum":2E0,"Maximum":4E0,"Unit":"Count"}},)"
                        R"({{"Timestamp":{},"SampleCount":1E0,"Average":9E0,"Sum":9E0,)"
                        R"("Minimum":9E0,"Maximum":9E0,"Unit":"Count"}}]}})",
                        seconds_at(0), seconds_at(5)));
  // The end is not in it.
  EXPECT_EQ(get(kSum, 3, 7), R"({"Label":"A","Datapoints":[]})");
  EXPECT_EQ(get(kSum + R"(,"Unit":"Bytes")"), R"({"Label":"A","Datapoints":[]})");
  EXPECT_THAT(get(R"(,"ExtendedStatistics":["p50","p100"])", 0, 10, 600),
              HasSubstr(R"("ExtendedStatistics":{"p100":9E0,"p50":4E0})"));
  caller_.account = model::Id<model::Account>("222222222222");
  EXPECT_EQ(get(kSum), R"({"Label":"A","Datapoints":[]})");
}

// "you must specify the period as follows or no data points in that time range is returned"
TEST_F(MetricStatisticsTest, Old_points_need_longer_periods) {
  add(metric("A"), 0, 2);
  now_ = at(60 * 24 * 16);
  EXPECT_EQ(get(kSum), R"({"Label":"A","Datapoints":[]})");
  EXPECT_THAT(get(kSum, 0, 10, 300), HasSubstr(R"("Sum":2E0)"));
  now_ = at(60 * 24 * 64);
  EXPECT_EQ(get(kSum, 0, 60, 300), R"({"Label":"A","Datapoints":[]})");
  EXPECT_THAT(get(kSum, 0, 60, 3600), HasSubstr(R"("Sum":2E0)"));
}

TEST_F(MetricStatisticsTest, Refuses_as_AWS_does) {
  EXPECT_EQ(get(""), "InvalidParameterCombination");
  EXPECT_EQ(get(kSum + R"(,"ExtendedStatistics":["p50"])"), "InvalidParameterCombination");
  EXPECT_EQ(get(R"(,"Statistics":["Total"])"), "ValidationError");
  EXPECT_EQ(get(R"(,"ExtendedStatistics":["p101"])"), "InvalidParameterValue");
  EXPECT_EQ(get(R"(,"ExtendedStatistics":["tm99"])"), "InvalidParameterValue");
  EXPECT_EQ(get(kSum + R"(,"Unit":"Apples")"), "ValidationError");
  EXPECT_EQ(get(kSum, 0, 10, 0), "ValidationError");
  EXPECT_EQ(get(kSum, 0, 10, 61), "InvalidParameterValue");
  EXPECT_EQ(get(kSum, 0, 0), "InvalidParameterValue");
  EXPECT_EQ(get(kSum, 2, 1), "InvalidParameterValue");
  EXPECT_EQ(words("GetMetricStatistics", body(kSum, 0, 0)),
            "The parameter StartTime must not equal parameter EndTime.");
  // 1,440 is the most.
  EXPECT_EQ(get(kSum, 0, 1440), R"({"Label":"A","Datapoints":[]})");
  EXPECT_EQ(words("GetMetricStatistics", body(kSum, 0, 1441)),
            "You have requested up to 1441 datapoints, which exceeds the limit of 1440. You may "
            "reduce the datapoints requested by increasing Period, or decreasing the time range.");
  EXPECT_EQ(run("GetMetricStatistics", R"({"Namespace":"AWS/NetworkELB"})"), "MissingParameter");
}

}  // namespace
}  // namespace postern::api::cloudwatch
