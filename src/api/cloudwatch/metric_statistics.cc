// SPDX-License-Identifier: Apache-2.0
// GetMetricStatistics. [CloudWatch API reference]
#include "api/cloudwatch/actions.h"
#include "api/cloudwatch/constraint.h"
#include "api/cloudwatch/read.h"
#include "api/cloudwatch/series.h"
#include "api/cloudwatch/statistic.h"
#include "api/wire/times.h"

namespace postern::api::cloudwatch {
namespace {

constexpr std::size_t kStatisticsMax = 5;
constexpr std::size_t kExtendedMax = 10;
constexpr std::int64_t kPointsPerCallMax = 1440;

struct GetMetricStatisticsRequest {
  std::optional<std::string> Namespace;
  std::optional<std::string> MetricName;
  std::vector<Dimension> Dimensions;
  std::optional<TimePoint> StartTime;
  std::optional<TimePoint> EndTime;
  std::optional<int> Period;
  std::vector<std::string> Statistics;
  std::vector<std::string> ExtendedStatistics;
  std::optional<std::string> Unit;
};
BOOST_DESCRIBE_STRUCT(GetMetricStatisticsRequest, (),
                      (Namespace, MetricName, Dimensions, StartTime, EndTime, Period, Statistics,
                       ExtendedStatistics, Unit))

struct Datapoint {
  TimePoint Timestamp;
  std::optional<double> SampleCount;
  std::optional<double> Average;
  std::optional<double> Sum;
  std::optional<double> Minimum;
  std::optional<double> Maximum;
  std::string Unit;
  std::optional<std::map<std::string, double>> ExtendedStatistics;
};
BOOST_DESCRIBE_STRUCT(Datapoint, (),
                      (Timestamp, SampleCount, Average, Sum, Minimum, Maximum, Unit,
                       ExtendedStatistics))

struct GetMetricStatisticsAnswer {
  std::string Label;
  std::vector<Datapoint> Datapoints;
};
BOOST_DESCRIBE_STRUCT(GetMetricStatisticsAnswer, (), (Label, Datapoints))

using Named = std::vector<std::pair<std::string, Statistic>>;

struct Wanted {
  MetricWish wish;
  Named basic;
  Named extended;
};

Result<Named> named(const std::vector<std::string>& names, std::size_t most,
                    Result<Statistic> (*parse)(const std::string&), std::string_view parameter) {
  if (names.size() > most) {
    return refuse(faults::ValidationError,
                  "1 validation error detected: Value at '{}' failed to satisfy constraint: Member "
                  "must have length less than or equal to {}",
                  parameter, most);
  }
  Named out;
  for (const std::string& name : names) {
    TRY_ASSIGN(const Statistic statistic, parse(name));
    out.emplace_back(name, statistic);
  }
  return out;
}

Result<> check_count(const Range& range, std::chrono::seconds period) {
  const auto count = (range.until - range.from + period - std::chrono::milliseconds(1)) / period;
  if (count > kPointsPerCallMax) {
    return refuse(faults::InvalidParameterCombination,
                  "You have requested up to {} datapoints, which exceeds the limit of {}. You may "
                  "reduce the datapoints requested by increasing Period, or decreasing the time "
                  "range.",
                  count, kPointsPerCallMax);
  }
  return {};
}

Result<Wanted> wanted(const View& view, const GetMetricStatisticsRequest& request) {
  Wanted out;
  TRY_ASSIGN(out.wish.name_space, required(request.Namespace, "Namespace"));
  TRY(check_namespace(out.wish.name_space));
  TRY_ASSIGN(out.wish.name, required(request.MetricName, "MetricName"));
  TRY(check_metric_name(out.wish.name));
  TRY_ASSIGN(out.wish.dimensions, dimensions_of(request.Dimensions));
  TRY_ASSIGN(const TimePoint from, required(request.StartTime, "StartTime"));
  TRY_ASSIGN(const TimePoint until, required(request.EndTime, "EndTime"));
  TRY_ASSIGN(out.wish.range, range_of(from, until, view.now, faults::InvalidParameterValue));
  TRY_ASSIGN(const int period, required(request.Period, "Period"));
  TRY_ASSIGN(out.wish.period, period_of(period, faults::InvalidParameterValue));
  if (request.Statistics.empty() == request.ExtendedStatistics.empty()) {
    return refuse(
        faults::InvalidParameterCombination, "{}",
        request.Statistics.empty()
            ? "At least one of the parameters Statistics and ExtendedStatistics must be specified."
            : "The parameters Statistics and ExtendedStatistics may not both be specified.");
  }
  TRY_ASSIGN(out.basic, named(request.Statistics, kStatisticsMax, Statistic::basic, "statistics"));
  TRY_ASSIGN(out.extended, named(request.ExtendedStatistics, kExtendedMax, Statistic::extended,
                                 "extendedStatistics"));
  TRY(check_unit(request.Unit));
  out.wish.unit = request.Unit;
  TRY(check_count(out.wish.range, out.wish.period));
  return out;
}

std::optional<double>& member(Datapoint& point, const std::string& statistic) {
  return statistic == "SampleCount" ? point.SampleCount
         : statistic == "Average"   ? point.Average
         : statistic == "Sum"       ? point.Sum
         : statistic == "Minimum"   ? point.Minimum
                                    : point.Maximum;
}

Result<GetMetricStatisticsAnswer> get_metric_statistics(const View& view,
                                                        const GetMetricStatisticsRequest& request) {
  TRY_ASSIGN(const Wanted asked, wanted(view, request));
  GetMetricStatisticsAnswer answer{.Label = asked.wish.name, .Datapoints = {}};
  TRY_ASSIGN(const std::string unit,
             each_period(view, asked.wish,
                         [&](TimePoint time, std::span<const model::MetricPoint> points) {
                           Datapoint out{.Timestamp = time};
                           for (const auto& [name, statistic] : asked.basic) {
                             member(out, name) = statistic.of(points);
                           }
                           std::map<std::string, double> extended;
                           for (const auto& [name, statistic] : asked.extended) {
                             if (const auto value = statistic.of(points)) {
                               extended[name] = *value;
                             }
                           }
                           if (!asked.extended.empty()) {
                             out.ExtendedStatistics = std::move(extended);
                           }
                           answer.Datapoints.push_back(std::move(out));
                         }));
  for (Datapoint& point : answer.Datapoints) {
    point.Unit = unit;
  }
  return answer;
}

}  // namespace

std::vector<Action> metric_statistics_actions() {
  return {read<get_metric_statistics>("GetMetricStatistics")};
}

}  // namespace postern::api::cloudwatch
