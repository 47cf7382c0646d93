// SPDX-License-Identifier: Apache-2.0
#include "api/cloudwatch/series.h"

#include <algorithm>

namespace postern::api::cloudwatch {
namespace {

using std::chrono::hours;

// From when on there are points for that period.
TimePoint kept_since(std::chrono::seconds period, TimePoint now) {
  return period.count() % 3600 == 0  ? TimePoint::min()
         : period.count() % 300 == 0 ? now - hours(24 * 63)
                                     : now - hours(24 * 15);
}

}  // namespace

Result<std::string> each_period(const View& view, const MetricWish& wish, const SeePeriod& see) {
  if (view.machine.metrics == nullptr) {
    return std::string();
  }
  const model::Metric metric{.owner = view.caller.account,
                             .region = view.caller.region,
                             .name_space = wish.name_space,
                             .name = wish.name,
                             .dimensions = wish.dimensions};
  const TimePoint from = std::max(wish.range.from, kept_since(wish.period, view.now));
  TRY_ASSIGN(const model::MetricSeries found,
             view.machine.metrics->points(metric, from, wish.range.until));
  if (wish.unit && *wish.unit != found.unit) {
    return found.unit;
  }
  const auto period_at = [&](TimePoint time) { return (time - wish.range.from) / wish.period; };
  for (auto first = found.points.begin(); first != found.points.end();) {
    const auto number = period_at(first->time);
    const auto last = std::find_if(first, found.points.end(), [&](const auto& point) {
      return period_at(point.time) != number;
    });
    see(wish.range.from + number * wish.period, std::span(first, last));
    first = last;
  }
  return found.unit;
}

}  // namespace postern::api::cloudwatch
