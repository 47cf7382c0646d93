// SPDX-License-Identifier: Apache-2.0
// GetMetricData. [CloudWatch API reference]
#include <algorithm>
#include <charconv>
#include <set>

#include "api/cloudwatch/actions.h"
#include "api/cloudwatch/constraint.h"
#include "api/cloudwatch/expression.h"
#include "api/cloudwatch/read.h"
#include "api/cloudwatch/series.h"
#include "api/cloudwatch/statistic.h"
#include "api/wire/times.h"

namespace postern::api::cloudwatch {
namespace {

constexpr std::size_t kQueriesMax = 500;
constexpr int kPointsMax = 100'800;
constexpr std::size_t kExpressionMax = 2048;

// ---- the request ----

struct MetricParameter {
  std::optional<std::string> Namespace;
  std::optional<std::string> MetricName;
  std::vector<Dimension> Dimensions;
};
BOOST_DESCRIBE_STRUCT(MetricParameter, (), (Namespace, MetricName, Dimensions))

struct MetricStat {
  MetricParameter Metric;
  int Period = 0;
  std::string Stat;
  std::optional<std::string> Unit;
};
BOOST_DESCRIBE_STRUCT(MetricStat, (), (Metric, Period, Stat, Unit))

struct MetricDataQuery {
  std::string Id;
  std::optional<cloudwatch::MetricStat> MetricStat;
  std::optional<std::string> Expression;
  std::optional<std::string> Label;
  std::optional<bool> ReturnData;
  std::optional<int> Period;
  std::optional<std::string> AccountId;
};
BOOST_DESCRIBE_STRUCT(MetricDataQuery, (),
                      (Id, MetricStat, Expression, Label, ReturnData, Period, AccountId))

struct LabelOptions {
  std::optional<std::string> Timezone;
};
BOOST_DESCRIBE_STRUCT(LabelOptions, (), (Timezone))

struct GetMetricDataRequest {
  std::vector<MetricDataQuery> MetricDataQueries;
  std::optional<TimePoint> StartTime;
  std::optional<TimePoint> EndTime;
  std::optional<std::string> NextToken;
  std::optional<std::string> ScanBy;
  std::optional<int> MaxDatapoints;
  std::optional<cloudwatch::LabelOptions> LabelOptions;
};
BOOST_DESCRIBE_STRUCT(GetMetricDataRequest, (),
                      (MetricDataQueries, StartTime, EndTime, NextToken, ScanBy, MaxDatapoints,
                       LabelOptions))

struct MetricDataResult {
  std::string Id;
  std::string Label;
  std::vector<TimePoint> Timestamps;
  std::vector<double> Values;
  std::string StatusCode;
};
BOOST_DESCRIBE_STRUCT(MetricDataResult, (), (Id, Label, Timestamps, Values, StatusCode))

struct GetMetricDataAnswer {
  std::vector<MetricDataResult> MetricDataResults;
  std::optional<std::string> NextToken;
  std::vector<std::string> Messages;  // none
};
BOOST_DESCRIBE_STRUCT(GetMetricDataAnswer, (), (MetricDataResults, NextToken, Messages))

// ---- what is checked ----

bool is_id(std::string_view id) {
  return !id.empty() && id[0] >= 'a' && id[0] <= 'z' && std::ranges::all_of(id, [](char c) {
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '_';
  });
}

Result<> check_id(const MetricDataQuery& query, std::set<std::string>& ids) {
  if (!is_id(query.Id)) {
    return refuse(faults::ValidationError,
                  "The value {} for parameter Id is not matching the expected pattern "
                  "^[a-z][a-zA-Z0-9_]*$.",
                  query.Id);
  }
  if (!ids.insert(query.Id).second) {
    return refuse(faults::ValidationError,
                  "The values for parameter Id in MetricDataQueries are not unique: {}.", query.Id);
  }
  return {};
}

Result<> check_query(const View& view, const MetricDataQuery& query) {
  if (query.MetricStat.has_value() == query.Expression.has_value()) {
    return refuse(faults::ValidationError,
                  "The query {} must specify either Expression or MetricStat, but not both.",
                  query.Id);
  }
  if (query.Label && query.Label->find("${") != std::string::npos) {
    return refuse(faults::ValidationError,
                  "The label of {} is dynamic, and dynamic labels are not supported.", query.Id);
  }
  if (query.AccountId && *query.AccountId != view.caller.account.value) {
    return refuse(faults::ValidationError,
                  "The account {} is not linked to this monitoring account.", *query.AccountId);
  }
  if (query.Expression &&
      (query.Expression->empty() || query.Expression->size() > kExpressionMax)) {
    return refuse(faults::ValidationError,
                  "1 validation error detected: Value at 'metricDataQueries.expression' failed to "
                  "satisfy constraint: Member must have length between 1 and {}",
                  kExpressionMax);
  }
  if (query.Period) {
    if (query.MetricStat) {
      return refuse(faults::ValidationError,
                    "The Period of {} is its MetricStat's and must not be given twice.", query.Id);
    }
    TRY(period_of(*query.Period, faults::ValidationError));
  }
  return {};
}

// +0130. [CloudWatch API reference, LabelOptions]
bool is_time_zone(std::string_view text) {
  return text.size() == 5 && (text[0] == '+' || text[0] == '-') &&
         text.find_first_not_of("0123456789", 1) == std::string_view::npos;
}

Result<> check(const View& view, const GetMetricDataRequest& request) {
  if (request.MetricDataQueries.empty()) {
    return missing("MetricDataQueries");
  }
  if (request.MetricDataQueries.size() > kQueriesMax) {
    return refuse(faults::ValidationError,
                  "The collection MetricDataQueries must not have a size greater than {}.",
                  kQueriesMax);
  }
  std::set<std::string> ids;
  for (const MetricDataQuery& query : request.MetricDataQueries) {
    TRY(check_id(query, ids));
    TRY(check_query(view, query));
  }
  const std::string scan_by = request.ScanBy.value_or("TimestampDescending");
  if (scan_by != "TimestampDescending" && scan_by != "TimestampAscending") {
    return refuse(faults::ValidationError,
                  "1 validation error detected: Value '{}' at 'scanBy' failed to satisfy "
                  "constraint: Member must satisfy enum value set: [TimestampDescending, "
                  "TimestampAscending]",
                  scan_by);
  }
  const int points = request.MaxDatapoints.value_or(kPointsMax);
  if (points < 1 || points > kPointsMax) {
    return refuse(faults::ValidationError, "The parameter MaxDatapoints must be 1 to {}.",
                  kPointsMax);
  }
  if (request.LabelOptions && request.LabelOptions->Timezone &&
      !is_time_zone(*request.LabelOptions->Timezone)) {
    return refuse(faults::ValidationError,
                  "The value {} for parameter Timezone must be an offset such as +0130.",
                  *request.LabelOptions->Timezone);
  }
  return {};
}

// ---- what is found ----

Result<TimeSeries> series_of(const View& view, const MetricDataQuery& query, const Range& range) {
  const MetricStat& asked = *query.MetricStat;
  MetricWish wish{.name_space = {},
                  .name = {},
                  .dimensions = {},
                  .range = range,
                  .period = {},
                  .unit = asked.Unit};
  TRY_ASSIGN(wish.name_space, required(asked.Metric.Namespace, "Namespace"));
  TRY(check_namespace(wish.name_space));
  TRY_ASSIGN(wish.name, required(asked.Metric.MetricName, "MetricName"));
  TRY(check_metric_name(wish.name));
  TRY_ASSIGN(wish.dimensions, dimensions_of(asked.Metric.Dimensions));
  TRY_ASSIGN(wish.period, period_of(asked.Period, faults::ValidationError));
  TRY(check_unit(asked.Unit));
  TRY_ASSIGN(const Statistic statistic, Statistic::any(asked.Stat));
  TimeSeries out{.label = query.Label.value_or(wish.name), .period = wish.period, .values = {}};
  TRY(each_period(view, wish, [&](TimePoint time, std::span<const model::MetricPoint> points) {
    if (const auto value = statistic.of(points)) {
      out.values[time] = *value;
    }
  }));
  return out;
}

// The queries of a request, each worked out when it is first asked for.
class Queries {
 public:
  Queries(const View& view, const std::vector<MetricDataQuery>& queries, const Range& range)
      : view_(view), queries_(queries), range_(range) {}

  // All metrics, since METRICS() may ask for any.
  Result<> read_metrics() {
    for (const MetricDataQuery& query : queries_) {
      if (query.MetricStat) {
        TRY_ASSIGN(TimeSeries found, series_of(view_, query, range_));
        known_[query.Id] = std::move(found);
      }
    }
    return {};
  }

  Result<MathValue> value(const std::string& id) {
    if (const auto at = known_.find(id); at != known_.end()) {
      return at->second;
    }
    const auto query = std::ranges::find(queries_, id, &MetricDataQuery::Id);
    if (query == queries_.end()) {
      return refuse(faults::ValidationError,
                    "Error in expression: there is no metric and no expression '{}'", id);
    }
    if (!begun_.insert(id).second) {
      return refuse(faults::ValidationError, "Error in expression: '{}' depends on itself", id);
    }
    TRY_ASSIGN(MathValue found,
               evaluate(*query->Expression,
                        {.find = [this](const std::string& other) { return value(other); },
                         .metrics = [this](std::string_view part) { return metrics(part); },
                         .range = range_}));
    TRY(check_period(*query, found));
    known_[id] = found;
    return found;
  }

 private:
  std::vector<TimeSeries> metrics(std::string_view part) const {
    std::vector<TimeSeries> out;
    for (const MetricDataQuery& query : queries_) {
      if (query.MetricStat && query.Id.find(part) != std::string::npos) {
        out.push_back(std::get<TimeSeries>(known_.at(query.Id)));
      }
    }
    return out;
  }

  static Result<> check_period(const MetricDataQuery& query, const MathValue& value) {
    const auto* series = std::get_if<TimeSeries>(&value);
    if (query.Period && series != nullptr && series->period.count() != *query.Period) {
      return refuse(faults::ValidationError,
                    "The Period of the expression {} must be that of its metrics: another is not "
                    "supported.",
                    query.Id);
    }
    return {};
  }

  const View& view_;
  const std::vector<MetricDataQuery>& queries_;
  const Range range_;
  std::map<std::string, MathValue> known_;
  std::set<std::string> begun_;
};

MetricDataResult result_of(const std::string& id, const std::string& label, const Series& values,
                           bool descending) {
  MetricDataResult out{.Id = id, .Label = label, .StatusCode = "Complete"};
  for (const auto& [time, value] : values) {
    out.Timestamps.push_back(time);
    out.Values.push_back(value);
  }
  if (descending) {
    std::ranges::reverse(out.Timestamps);
    std::ranges::reverse(out.Values);
  }
  return out;
}

// What a query is answered with: an array of time series is several results of one id.
Result<std::vector<MetricDataResult>> results_of(const MetricDataQuery& query,
                                                 const MathValue& value, bool descending) {
  if (const auto* series = std::get_if<TimeSeries>(&value)) {
    const std::string label = query.Expression ? query.Label.value_or(query.Id) : series->label;
    return std::vector{result_of(query.Id, label, series->values, descending)};
  }
  const auto* list = std::get_if<std::vector<TimeSeries>>(&value);
  if (list == nullptr) {
    return refuse(faults::ValidationError,
                  "Error in expression '{}': the result is a number, and must be a time series",
                  query.Id);
  }
  std::vector<MetricDataResult> out;
  for (const TimeSeries& series : *list) {
    const std::string label =
        query.Label ? fmt::format("{} {}", *query.Label, series.label) : series.label;
    out.push_back(result_of(query.Id, label, series.values, descending));
  }
  return out;
}

// ---- pages ----

// Where a page begins: at a result, and there behind what came before.
struct Place {
  std::size_t result = 0;
  std::size_t point = 0;
};

Result<Place> place_of(const std::optional<std::string>& token) {
  Place out;
  if (!token) {
    return out;
  }
  const char* const end = token->data() + token->size();
  const auto first = std::from_chars(token->data(), end, out.result);
  const bool divided = first.ec == std::errc() && first.ptr != end && *first.ptr == '-';
  const auto second = divided ? std::from_chars(first.ptr + 1, end, out.point) : first;
  if (!divided || second.ec != std::errc() || second.ptr != end) {
    return refuse(faults::InvalidNextToken, "The value {} for parameter NextToken is invalid.",
                  *token);
  }
  return out;
}

template <class T>
void keep(std::vector<T>& items, std::size_t from, std::size_t count) {
  items.erase(items.begin() + static_cast<std::ptrdiff_t>(from + count), items.end());
  items.erase(items.begin(), items.begin() + static_cast<std::ptrdiff_t>(from));
}

Result<GetMetricDataAnswer> page_of(std::vector<MetricDataResult> all,
                                    const std::optional<std::string>& token, std::size_t left) {
  TRY_ASSIGN(Place place, place_of(token));
  GetMetricDataAnswer answer;
  for (; place.result < all.size(); place = {.result = place.result + 1, .point = 0}) {
    MetricDataResult& result = all[place.result];
    const std::size_t from = std::min(place.point, result.Values.size());
    const std::size_t count = std::min(left, result.Values.size() - from);
    const bool is_whole = from + count == result.Values.size();
    keep(result.Timestamps, from, count);
    keep(result.Values, from, count);
    left -= count;
    if (!is_whole) {
      result.StatusCode = "PartialData";
      answer.NextToken = fmt::format("{}-{}", place.result, from + count);
      if (count > 0) {
        answer.MetricDataResults.push_back(std::move(result));
      }
      break;
    }
    answer.MetricDataResults.push_back(std::move(result));
  }
  return answer;
}

Result<GetMetricDataAnswer> get_metric_data(const View& view, const GetMetricDataRequest& request) {
  TRY(check(view, request));
  TRY_ASSIGN(const TimePoint from, required(request.StartTime, "StartTime"));
  TRY_ASSIGN(const TimePoint until, required(request.EndTime, "EndTime"));
  TRY_ASSIGN(const Range range, range_of(from, until, view.now, faults::ValidationError));
  const bool descending = request.ScanBy != "TimestampAscending";
  Queries queries(view, request.MetricDataQueries, range);
  TRY(queries.read_metrics());
  std::vector<MetricDataResult> all;
  for (const MetricDataQuery& query : request.MetricDataQueries) {
    TRY_ASSIGN(const MathValue value, queries.value(query.Id));
    if (query.ReturnData.value_or(true)) {
      TRY_ASSIGN(auto results, results_of(query, value, descending));
      std::ranges::move(results, std::back_inserter(all));
    }
  }
  return page_of(std::move(all), request.NextToken,
                 static_cast<std::size_t>(request.MaxDatapoints.value_or(kPointsMax)));
}

}  // namespace

std::vector<Action> metric_data_actions() {
  return {read<get_metric_data>("GetMetricData")};
}

}  // namespace postern::api::cloudwatch
