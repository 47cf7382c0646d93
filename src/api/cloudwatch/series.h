// SPDX-License-Identifier: Apache-2.0
// Series: values by time, as requests ask for a metric's points: one for each period that has any.
#pragma once

#include <chrono>
#include <functional>
#include <map>
#include <optional>
#include <span>
#include <string>

#include "api/action/action.h"
#include "api/cloudwatch/constraint.h"
#include "model/metric.h"

namespace postern::api::cloudwatch {

using Series = std::map<TimePoint, double>;

// What a request wants to see of a metric.
struct MetricWish {
  std::string name_space;
  std::string name;
  std::map<std::string, std::string> dimensions;
  Range range;
  std::chrono::seconds period;
  std::optional<std::string> unit;  // points of another unit are none
};

// The metric's unit; calls `see` with the points of each period of the range that has any, and the
// time at which it begins, in their order. Periods begin where the range does. Points of which only
// coarser ones are kept are none for a finer period.
// [CloudWatch API reference, GetMetricStatistics: Period]
using SeePeriod = std::function<void(TimePoint, std::span<const model::MetricPoint>)>;
Result<std::string> each_period(const View& view, const MetricWish& wish, const SeePeriod& see);

}  // namespace postern::api::cloudwatch
