// SPDX-License-Identifier: Apache-2.0
#include "api/cloudwatch/constraint.h"

#include <algorithm>
#include <array>

namespace postern::api::cloudwatch {
namespace {

using std::chrono::hours;
using std::chrono::seconds;

constexpr std::size_t kNameMax = 255;
constexpr std::size_t kValueMax = 1024;
constexpr std::size_t kDimensionsMax = 30;

// [CloudWatch API reference, MetricDatum: Unit]
constexpr auto kUnits = std::to_array<std::string_view>({"Seconds",
                                                         "Microseconds",
                                                         "Milliseconds",
                                                         "Bytes",
                                                         "Kilobytes",
                                                         "Megabytes",
                                                         "Gigabytes",
                                                         "Terabytes",
                                                         "Bits",
                                                         "Kilobits",
                                                         "Megabits",
                                                         "Gigabits",
                                                         "Terabits",
                                                         "Percent",
                                                         "Count",
                                                         "Bytes/Second",
                                                         "Kilobytes/Second",
                                                         "Megabytes/Second",
                                                         "Gigabytes/Second",
                                                         "Terabytes/Second",
                                                         "Bits/Second",
                                                         "Kilobits/Second",
                                                         "Megabits/Second",
                                                         "Gigabits/Second",
                                                         "Terabits/Second",
                                                         "Count/Second",
                                                         "None"});

Result<> check_length(const std::string& text, std::size_t most, std::string_view name) {
  if (text.empty() || text.size() > most) {
    return refuse(faults::ValidationError,
                  "1 validation error detected: Value '{}' at '{}' failed to satisfy constraint: "
                  "Member must have length between 1 and {}",
                  text, name, most);
  }
  return {};
}

}  // namespace

std::unexpected<Error> missing(std::string_view parameter) {
  return refuse(faults::MissingParameter, "The parameter {} is required.", parameter);
}

Result<> check_namespace(const std::string& name_space) {
  TRY(check_length(name_space, kNameMax, "namespace"));
  if (name_space.starts_with(':')) {
    return refuse(faults::ValidationError,
                  "1 validation error detected: Value '{}' at 'namespace' failed to satisfy "
                  "constraint: Member must satisfy regular expression pattern: [^:].*",
                  name_space);
  }
  return {};
}

Result<> check_metric_name(const std::string& name) {
  return check_length(name, kNameMax, "metricName");
}

Result<std::map<std::string, std::string>> dimensions_of(const std::vector<Dimension>& given) {
  if (given.size() > kDimensionsMax) {
    return refuse(faults::ValidationError,
                  "1 validation error detected: Value at 'dimensions' failed to satisfy "
                  "constraint: Member must have length less than or equal to {}",
                  kDimensionsMax);
  }
  std::map<std::string, std::string> out;
  for (const Dimension& dimension : given) {
    TRY(check_length(dimension.Name, kNameMax, "dimensions.member.name"));
    TRY(check_length(dimension.Value, kValueMax, "dimensions.member.value"));
    if (!out.emplace(dimension.Name, dimension.Value).second) {
      return refuse(faults::InvalidParameterValue, "The dimension {} is given more than once.",
                    dimension.Name);
    }
  }
  return out;
}

Result<> check_unit(const std::optional<std::string>& unit) {
  if (unit && std::ranges::find(kUnits, *unit) == kUnits.end()) {
    return refuse(faults::ValidationError,
                  "1 validation error detected: Value '{}' at 'unit' failed to satisfy "
                  "constraint: Member must be one of CloudWatch's units",
                  *unit);
  }
  return {};
}

Result<seconds> period_of(int given, const Fault& fault) {
  constexpr std::array<int, 5> kShort = {1, 5, 10, 20, 30};
  if (given < 1) {
    return refuse(faults::ValidationError,
                  "1 validation error detected: Value '{}' at 'period' failed to satisfy "
                  "constraint: Member must have value greater than or equal to 1",
                  given);
  }
  if (given % 60 != 0 && std::ranges::find(kShort, given) == kShort.end()) {
    return refuse(fault, "The parameter Period must be 1, 5, 10, 20, 30, or a multiple of 60.");
  }
  return seconds(given);
}

Result<Range> range_of(TimePoint from, TimePoint until, TimePoint now, const Fault& fault) {
  if (from == until) {
    return refuse(fault, "The parameter StartTime must not equal parameter EndTime.");
  }
  if (from > until) {
    return refuse(fault, "The parameter StartTime must be less than the parameter EndTime.");
  }
  const seconds step = now - from > hours(24 * 63)   ? seconds(3600)
                       : now - from > hours(24 * 15) ? seconds(300)
                                                     : seconds(60);
  return Range{.from = std::chrono::floor<seconds>(from) -
                       std::chrono::floor<seconds>(from).time_since_epoch() % step,
               .until = until};
}

}  // namespace postern::api::cloudwatch
