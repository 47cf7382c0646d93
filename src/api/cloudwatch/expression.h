// SPDX-License-Identifier: Apache-2.0
// Metric math: what GetMetricData's expressions say of the series of one request. Pure.
// [CloudWatch user guide, "Using math expressions with CloudWatch metrics"]
//
//   (m1 + m2) / 2    SUM(METRICS())    FILL(m1, 0)    100 * m1 / PERIOD(m1)
//
// There are numbers, ids, + - * / ( ), and ABS AVG CEIL FILL FLOOR MAX METRICS MIN PERIOD SUM.
// Whatever else there is in CloudWatch is refused by its name.
#pragma once

#include <chrono>
#include <functional>
#include <optional>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

#include "api/cloudwatch/series.h"

namespace postern::api::cloudwatch {

// A series as an expression sees it.
struct TimeSeries {
  std::string label;
  std::chrono::seconds period{60};
  Series values;
};

// A number, a series, or several.
using MathValue = std::variant<double, TimeSeries, std::vector<TimeSeries>>;

// What an expression may name.
struct MathScope {
  // What has that id; an error if nothing has.
  std::function<Result<MathValue>(const std::string& id)> find;
  // What METRICS() gives: all that are no expressions, of the ids that have `part` in them.
  std::function<std::vector<TimeSeries>(std::string_view part)> metrics;
  Range range;  // that the request is about
};

// ValidationError for what is no expression, or not one of those above.
Result<MathValue> evaluate(std::string_view expression, const MathScope& scope);

}  // namespace postern::api::cloudwatch
