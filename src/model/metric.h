// SPDX-License-Identifier: Apache-2.0
// CloudWatch's metrics. What was measured is not in the World: who measures keeps it, and the API
// reads it from there.
#pragma once

#include <algorithm>
#include <compare>
#include <map>
#include <optional>
#include <string>
#include <vector>

#include "base/result.h"
#include "model/account.h"

namespace postern::model {

// [CloudWatch user guide, "CloudWatch concepts"]
struct Metric {
  Id<Account> owner;
  std::string region;
  std::string name_space;  // AWS/NetworkELB
  std::string name;        // ProcessedBytes
  std::map<std::string, std::string> dimensions;

  auto operator<=>(const Metric&) const = default;
};

// What was measured, without each of the values: a statistic set.
struct Statistics {
  double samples = 0;
  double sum = 0;
  double minimum = 0;
  double maximum = 0;

  void add(const Statistics& other) {
    if (other.samples == 0) {
      return;
    }
    minimum = samples == 0 ? other.minimum : std::min(minimum, other.minimum);
    maximum = samples == 0 ? other.maximum : std::max(maximum, other.maximum);
    samples += other.samples;
    sum += other.sum;
  }
  void add(double value) {
    add(Statistics{.samples = 1, .sum = value, .minimum = value, .maximum = value});
  }

  bool operator==(const Statistics&) const = default;
};

// Of the period that begins at `time`.
struct MetricPoint {
  TimePoint time;
  Statistics value;

  bool operator==(const MetricPoint&) const = default;
};

struct Measured {
  Metric metric;
  std::string unit;  // of CloudWatch's: Count, Bytes
  MetricPoint point;
};

// A metric's points, in the order of their times.
struct MetricSeries {
  std::string unit;
  std::vector<MetricPoint> points;
};

// Thread safety: any thread.
class MetricReader {
 public:
  virtual ~MetricReader() = default;

  // The account's metrics that have a point since then, in their order.
  virtual Result<std::vector<Metric>> metrics(const Id<Account>& owner, const std::string& region,
                                              TimePoint since) const = 0;
  // Those at or behind `from` and before `until`. None, of a metric that never had one.
  virtual Result<MetricSeries> points(const Metric& metric, TimePoint from,
                                      TimePoint until) const = 0;
};

}  // namespace postern::model
