// SPDX-License-Identifier: Apache-2.0
#include "api/wire/times.h"

#include <gtest/gtest.h>

namespace postern::api::wire {
namespace {

std::string read(const std::string& text, Dialect dialect) {
  TimePoint out;
  const auto done = decode_value(dialect, Parameter{.path = "StartTime", .value = text}, out);
  return done ? format_iso8601(out) : std::string(done.error().fault().code);
}

// [CloudWatch API reference, GetMetricStatistics: "ISO 8601 UTC format"; botocore's serializers]
TEST(Times, Are_read_as_each_protocol_writes_them) {
  struct Case {
    Dialect dialect;
    const char* text;
    const char* expected;
  };
  for (const Case& c : {
           Case{Dialect::Query, "2016-10-03T23:00:00Z", "2016-10-03T23:00:00.000Z"},
           Case{Dialect::Query, "2016-10-03T23:00:00.1234Z", "2016-10-03T23:00:00.123Z"},
           Case{Dialect::Query, "2016-10-03T23:00:00+09:00", "2016-10-03T14:00:00.000Z"},
           Case{Dialect::Query, "2016-10-03T23:00:00-0130", "2016-10-04T00:30:00.000Z"},
           Case{Dialect::Query, "2016-02-30T23:00:00Z", "ValidationError"},
           Case{Dialect::Query, "2016-10-03T24:00:00Z", "ValidationError"},
           Case{Dialect::Query, "2016-10-03T23:00:00", "ValidationError"},
           Case{Dialect::Query, "2016-10-03", "ValidationError"},
           Case{Dialect::Query, "1475535600", "ValidationError"},
           Case{Dialect::Query, "", "ValidationError"},
           Case{Dialect::QueryJson, "1475535600", "2016-10-03T23:00:00.000Z"},
           Case{Dialect::QueryJson, "1.4755356E9", "2016-10-03T23:00:00.000Z"},
           Case{Dialect::QueryCbor, "1475535600.5", "2016-10-03T23:00:00.500Z"},
           Case{Dialect::QueryCbor, "nan", "ValidationError"},
           Case{Dialect::QueryCbor, "1e300", "ValidationError"},
           Case{Dialect::QueryJson, "2016-10-03T23:00:00Z", "ValidationError"},
       }) {
    SCOPED_TRACE(c.text);
    EXPECT_EQ(read(c.text, c.dialect), c.expected);
  }
}

}  // namespace
}  // namespace postern::api::wire
