// SPDX-License-Identifier: Apache-2.0
// [CloudWatch user guide, "Using math expressions with CloudWatch metrics": syntax and functions]
#include "api/cloudwatch/expression.h"

#include <gtest/gtest.h>

namespace postern::api::cloudwatch {
namespace {

constexpr std::chrono::seconds kMinute{60};

TimeSeries series(const Series& values) {
  return {.label = "l", .period = kMinute, .values = values};
}

TimePoint at(int minute) {
  return TimePoint(std::chrono::minutes(minute));
}

// m1 = 1 2 - 4, m2 = 10 20 30 -
MathScope scope() {
  const TimeSeries m1 = series({{at(0), 1}, {at(1), 2}, {at(3), 4}});
  const TimeSeries m2 = series({{at(0), 10}, {at(1), 20}, {at(2), 30}});
  return {.find = [=](const std::string& id) -> Result<MathValue> {
            return id == "m1"   ? Result<MathValue>(m1)
                   : id == "m2" ? Result<MathValue>(m2)
                                : Result<MathValue>(refuse(faults::ValidationError, "no {}", id));
          },
          .metrics =
              [=](std::string_view part) {
                return part.empty() ? std::vector{m1, m2} : std::vector{m2};
              },
          .range = {.from = at(0), .until = at(4)}};
}

std::string text(const TimeSeries& of) {
  std::string out;
  for (const auto& [time, value] : of.values) {
    out += fmt::format("{}:{} ", time.time_since_epoch() / kMinute, value);
  }
  return out;
}

std::string worked_out(const char* expression) {
  const auto value = evaluate(expression, scope());
  if (!value) {
    EXPECT_EQ(value.error().fault().code, faults::ValidationError.code);
    return value.error().message();
  }
  if (const auto* number = std::get_if<double>(&*value)) {
    return fmt::format("{}", *number);
  }
  if (const auto* one = std::get_if<TimeSeries>(&*value)) {
    return text(*one);
  }
  std::string out;
  for (const TimeSeries& one : std::get<std::vector<TimeSeries>>(*value)) {
    out += "| " + text(one);
  }
  return out;
}

TEST(Expression, Is_worked_out) {
  struct Case {
    const char* expression;
    const char* expected;
  };
  for (const Case& c : {
           Case{"1 + 2 * 3 - -4 / 2", "9"},
           Case{"(1+2)*3", "9"},
           Case{"m1", "0:1 1:2 3:4 "},
           Case{"2 * m1 + 1", "0:3 1:5 3:9 "},
           Case{"m1 + m2", "0:11 1:22 "},
           Case{"m2 / m1", "0:10 1:10 "},
           Case{"m1 / (m1 - 1)", "1:2 3:1.3333333333333333 "},  // none where it divides by 0
           Case{"-m1", "0:-1 1:-2 3:-4 "},
           Case{"ABS(-m1)", "0:1 1:2 3:4 "},
           Case{"CEIL(m1 / 2)", "0:1 1:1 3:2 "},
           Case{"FLOOR(m1 / 2)", "0:0 1:1 3:2 "},
           Case{"SUM(METRICS())", "0:11 1:22 2:30 3:4 "},
           Case{"AVG(METRICS())", "0:5.5 1:11 2:30 3:4 "},
           Case{"MAX(METRICS())", "0:10 1:20 2:30 3:4 "},
           Case{"MIN(METRICS())", "0:1 1:2 2:30 3:4 "},
           Case{"METRICS() * 2", "| 0:2 1:4 3:8 | 0:20 1:40 2:60 "},
           Case{"METRICS(\"m2\")", "| 0:10 1:20 2:30 "},
           Case{"FILL(m1, 0)", "0:1 1:2 2:0 3:4 "},
           Case{"FILL(METRICS(), 7)", "| 0:1 1:2 2:7 3:4 | 0:10 1:20 2:30 3:7 "},
           Case{"m1 / PERIOD(m1) * 60", "0:1 1:2 3:4 "},
           Case{"m1 - AVG(m2)", "0:-19 1:-18 3:-16 "},
           Case{"SUM(m1)", "7"},
       }) {
    SCOPED_TRACE(c.expression);
    EXPECT_EQ(worked_out(c.expression), c.expected);
  }
}

TEST(Expression, Says_what_is_not_there) {
  struct Case {
    const char* expression;
    const char* expected;
  };
  for (const Case& c : {
           Case{"m1 +", "Error in expression: it ends too early"},
           Case{"m9", "no m9"},
           Case{"SEARCH('x')", "Error in expression: the function SEARCH is not supported"},
           Case{"RATE(m1)", "Error in expression: the function RATE is not supported"},
           Case{"SELECT AVG(x)", "Error in expression: 'SELECT' is not supported"},
           Case{"m1 > 2", "Error in expression: '> 2' is not expected"},
           Case{"(m1", "Error in expression: ')' is missing"},
           Case{"FILL(m1, REPEAT)", "Error in expression: 'REPEAT' is not supported"},
           Case{"FILL(1, 2)", "Error in expression: FILL takes time series"},
           Case{"SUM(1)", "Error in expression: SUM takes time series"},
           Case{"METRICS() + METRICS()",
                "Error in expression: two arrays of time series cannot be operands of one "
                "operator"},
           Case{"m1 ^ 2", "Error in expression: '^ 2' is not expected"},
       }) {
    SCOPED_TRACE(c.expression);
    EXPECT_EQ(worked_out(c.expression), c.expected);
  }
  EXPECT_EQ(worked_out(std::string(2000, '(').c_str()),
            "Error in expression: it is nested too deep");
  EXPECT_EQ(worked_out((std::string(2000, '-') + "1").c_str()), "1");
}

}  // namespace
}  // namespace postern::api::cloudwatch
