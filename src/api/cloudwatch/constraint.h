// SPDX-License-Identifier: Apache-2.0
// What CloudWatch asks of the parameters that its actions share.
#pragma once

#include <boost/describe/class.hpp>
#include <chrono>
#include <optional>
#include <string>
#include <vector>

#include "base/result.h"
#include "model/metric.h"

namespace postern::api::cloudwatch {

struct Dimension {
  std::string Name;
  std::string Value;
};
BOOST_DESCRIBE_STRUCT(Dimension, (), (Name, Value))

// MissingParameter.
std::unexpected<Error> missing(std::string_view parameter);
template <class T>
Result<T> required(const std::optional<T>& given, std::string_view name) {
  return given ? Result<T>(*given) : Result<T>(missing(name));
}

// 1 to 255 characters; a namespace does not begin with a colon.
Result<> check_namespace(const std::string& name_space);
Result<> check_metric_name(const std::string& name);

// Up to 30, each once, with names of up to 255 characters and values of up to 1024.
Result<std::map<std::string, std::string>> dimensions_of(const std::vector<Dimension>& given);

// One of CloudWatch's units, or none.
Result<> check_unit(const std::optional<std::string>& unit);

// 1, 5, 10, 20, 30 or a multiple of 60 seconds.
Result<std::chrono::seconds> period_of(int given, const Fault& fault);

// Where the points of a request are.
struct Range {
  TimePoint from;
  TimePoint until;  // not in it
};
// The beginning is put to the whole minute, of old ones to five minutes or an hour.
// [CloudWatch API reference, GetMetricStatistics: StartTime]
Result<Range> range_of(TimePoint from, TimePoint until, TimePoint now, const Fault& fault);

}  // namespace postern::api::cloudwatch
