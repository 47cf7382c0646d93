// SPDX-License-Identifier: Apache-2.0
// Statistics of a metric's points. [CloudWatch user guide, "CloudWatch statistics definitions"]
#pragma once

#include <optional>
#include <span>
#include <string>
#include <string_view>

#include "base/result.h"
#include "model/metric.h"

namespace postern::api::cloudwatch {

class Statistic {
 public:
  // SampleCount, Average, Sum, Minimum, Maximum.
  static Result<Statistic> basic(const std::string& name);
  // p0 to p100, with up to ten decimals. Refused by name are trimmed means and the like.
  static Result<Statistic> extended(const std::string& name);
  static Result<Statistic> any(const std::string& name);

  // Of points that are one period's; nullopt if there are none. A percentile needs to know each
  // value: of points that are made of several different ones there is none.
  // [CloudWatch API reference, GetMetricStatistics: "CloudWatch needs raw data points to calculate
  // percentile statistics"]
  std::optional<double> of(std::span<const model::MetricPoint> points) const;

 private:
  enum class Kind { SampleCount, Average, Sum, Minimum, Maximum, Percentile };

  explicit Statistic(Kind kind, double percent = 0) : kind_(kind), percent_(percent) {}
  std::optional<double> percentile(std::span<const model::MetricPoint> points) const;

  Kind kind_;
  double percent_;
};

}  // namespace postern::api::cloudwatch
