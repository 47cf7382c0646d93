// SPDX-License-Identifier: Apache-2.0
#include "api/cloudwatch/statistic.h"

#include <algorithm>
#include <array>
#include <charconv>
#include <utility>
#include <vector>

namespace postern::api::cloudwatch {

Result<Statistic> Statistic::basic(const std::string& name) {
  constexpr std::array<std::pair<std::string_view, Kind>, 5> kKinds = {
      {{"SampleCount", Kind::SampleCount},
       {"Average", Kind::Average},
       {"Sum", Kind::Sum},
       {"Minimum", Kind::Minimum},
       {"Maximum", Kind::Maximum}}};
  const auto* at = std::ranges::find(kKinds, name, &std::pair<std::string_view, Kind>::first);
  if (at == kKinds.end()) {
    return refuse(faults::ValidationError,
                  "1 validation error detected: Value '{}' at 'statistics' failed to satisfy "
                  "constraint: Member must satisfy enum value set: [Sum, Maximum, Minimum, "
                  "SampleCount, Average]",
                  name);
  }
  return Statistic(at->second);
}

Result<Statistic> Statistic::extended(const std::string& name) {
  double percent = -1;
  const char* const end = name.data() + name.size();
  if (name.starts_with('p')) {
    const auto [read, error] =
        std::from_chars(name.data() + 1, end, percent, std::chars_format::fixed);
    if (error == std::errc() && read == end && percent >= 0 && percent <= 100) {
      return Statistic(Kind::Percentile, percent);
    }
  }
  return refuse(faults::InvalidParameterValue,
                "The value {} for a statistic is not supported: percentiles p0 to p100 are", name);
}

Result<Statistic> Statistic::any(const std::string& name) {
  auto found = basic(name);
  return found ? found : extended(name);
}

std::optional<double> Statistic::of(std::span<const model::MetricPoint> points) const {
  model::Statistics all;
  for (const model::MetricPoint& point : points) {
    all.add(point.value);
  }
  if (all.samples == 0) {
    return std::nullopt;
  }
  switch (kind_) {
    case Kind::SampleCount:
      return all.samples;
    case Kind::Average:
      return all.sum / all.samples;
    case Kind::Sum:
      return all.sum;
    case Kind::Minimum:
      return all.minimum;
    case Kind::Maximum:
      return all.maximum;
    case Kind::Percentile:
      break;
  }
  return percentile(points);
}

// The least value that so many of a hundred samples do not exceed.
std::optional<double> Statistic::percentile(std::span<const model::MetricPoint> points) const {
  std::vector<std::pair<double, double>> values;  // and how many samples have it
  double samples = 0;
  for (const model::MetricPoint& point : points) {
    if (point.value.minimum != point.value.maximum || point.value.minimum < 0) {
      return std::nullopt;
    }
    values.emplace_back(point.value.minimum, point.value.samples);
    samples += point.value.samples;
  }
  std::ranges::sort(values);
  double passed = 0;
  for (const auto& [value, count] : values) {
    passed += count;
    if (passed >= samples * percent_ / 100) {
      return value;
    }
  }
  return values.back().first;
}

}  // namespace postern::api::cloudwatch
