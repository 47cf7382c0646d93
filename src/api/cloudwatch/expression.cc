// SPDX-License-Identifier: Apache-2.0
#include "api/cloudwatch/expression.h"

#include <algorithm>
#include <charconv>
#include <cmath>
#include <utility>

namespace postern::api::cloudwatch {
namespace {

using List = std::vector<TimeSeries>;
using Operation = std::function<double(double, double)>;

// So deep may parentheses and calls be in each other.
constexpr int kDepthMax = 32;

template <class... Arguments>
std::unexpected<Error> invalid(fmt::format_string<Arguments...> words, Arguments&&... arguments) {
  return refuse(faults::ValidationError, "Error in expression: {}",
                fmt::format(words, std::forward<Arguments>(arguments)...));
}

bool is_letter(char c) {
  return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || c == '_';
}
bool is_digit(char c) {
  return c >= '0' && c <= '9';
}

// ---- values ----

template <class Act>
TimeSeries each_value(TimeSeries series, Act act) {
  for (auto& [time, value] : series.values) {
    value = act(value);
  }
  return series;
}

// Where both have a value; what is divided by 0 has none.
TimeSeries joined(const TimeSeries& a, const TimeSeries& b, const Operation& operation) {
  TimeSeries out{.label = a.label, .period = std::max(a.period, b.period), .values = {}};
  for (const auto& [time, value] : a.values) {
    if (const auto at = b.values.find(time); at != b.values.end()) {
      out.values[time] = operation(value, at->second);
    }
  }
  return out;
}

TimeSeries without_infinite(TimeSeries series) {
  std::erase_if(series.values, [](const auto& value) { return !std::isfinite(value.second); });
  return series;
}

struct Apply {
  const Operation& operation;

  Result<MathValue> operator()(double a, double b) const { return operation(a, b); }
  Result<MathValue> operator()(double a, const TimeSeries& b) const {
    return without_infinite(each_value(b, [&](double value) { return operation(a, value); }));
  }
  Result<MathValue> operator()(const TimeSeries& a, double b) const {
    return without_infinite(each_value(a, [&](double value) { return operation(value, b); }));
  }
  Result<MathValue> operator()(const TimeSeries& a, const TimeSeries& b) const {
    return without_infinite(joined(a, b, operation));
  }
  template <class Other>
  Result<MathValue> operator()(const List& a, const Other& b) const {
    if constexpr (std::is_same_v<Other, List>) {
      return invalid("two arrays of time series cannot be operands of one operator");
    } else {
      List out;
      for (const TimeSeries& series : a) {
        TRY_ASSIGN(auto one, (*this)(series, b));
        out.push_back(std::get<TimeSeries>(std::move(one)));
      }
      return out;
    }
  }
  template <class Other>
    requires(!std::is_same_v<Other, List>)
  Result<MathValue> operator()(const Other& a, const List& b) const {
    List out;
    for (const TimeSeries& series : b) {
      TRY_ASSIGN(auto one, (*this)(a, series));
      out.push_back(std::get<TimeSeries>(std::move(one)));
    }
    return out;
  }
};

Result<MathValue> apply(const MathValue& a, const MathValue& b, const Operation& operation) {
  return std::visit(Apply{operation}, a, b);
}

// ---- functions ----

using Fold = double (*)(const std::vector<double>&);

double sum_of(const std::vector<double>& values) {
  double out = 0;
  for (const double value : values) {
    out += value;
  }
  return out;
}
double average_of(const std::vector<double>& values) {
  return sum_of(values) / static_cast<double>(values.size());
}
double least_of(const std::vector<double>& values) {
  return *std::ranges::min_element(values);
}
double greatest_of(const std::vector<double>& values) {
  return *std::ranges::max_element(values);
}

std::optional<Fold> fold_named(std::string_view name) {
  return name == "SUM"   ? std::optional<Fold>(sum_of)
         : name == "AVG" ? std::optional<Fold>(average_of)
         : name == "MIN" ? std::optional<Fold>(least_of)
         : name == "MAX" ? std::optional<Fold>(greatest_of)
                         : std::nullopt;
}

// Of one series: a number. Of several: a series, with what those have that have a value there.
Result<MathValue> fold(std::string_view name, Fold fold_values, const MathValue& value) {
  if (const auto* series = std::get_if<TimeSeries>(&value)) {
    std::vector<double> values;
    for (const auto& [time, one] : series->values) {
      values.push_back(one);
    }
    return values.empty() ? 0.0 : fold_values(values);
  }
  const auto* list = std::get_if<List>(&value);
  if (list == nullptr) {
    return invalid("{} takes time series", name);
  }
  std::map<TimePoint, std::vector<double>> values;
  TimeSeries out{.label = std::string(name), .values = {}};
  for (const TimeSeries& series : *list) {
    out.period = std::max(out.period, series.period);
    for (const auto& [time, one] : series.values) {
      values[time].push_back(one);
    }
  }
  for (const auto& [time, all] : values) {
    out.values[time] = fold_values(all);
  }
  return out;
}

Result<MathValue> map_values(std::string_view name, double (*act)(double), const MathValue& value) {
  if (const auto* series = std::get_if<TimeSeries>(&value)) {
    return each_value(*series, act);
  }
  if (const auto* list = std::get_if<List>(&value)) {
    List out;
    for (const TimeSeries& series : *list) {
      out.push_back(each_value(series, act));
    }
    return out;
  }
  return invalid("{} takes time series", name);
}

// A value for each period of the range that has none.
TimeSeries filled(TimeSeries series, double value, const Range& range) {
  for (TimePoint time = range.from; time < range.until; time += series.period) {
    series.values.try_emplace(time, value);
  }
  return series;
}

// ---- reading ----

// One expression, read from its beginning on and worked out at once.
class Reader {
 public:
  Reader(std::string_view text, const MathScope& scope) : text_(text), scope_(scope) {}

  Result<MathValue> whole() {
    TRY_ASSIGN(MathValue value, sum());
    skip_spaces();
    if (!text_.empty()) {
      return invalid("'{}' is not expected", text_);
    }
    return value;
  }

 private:
  void skip_spaces() {
    text_.remove_prefix(std::min(text_.find_first_not_of(" \t\n"), text_.size()));
  }
  bool take(char c) {
    skip_spaces();
    const bool is_there = text_.starts_with(c);
    text_.remove_prefix(is_there ? 1 : 0);
    return is_there;
  }

  Result<MathValue> sum() {
    if (++depth_ > kDepthMax) {
      return invalid("it is nested too deep");
    }
    TRY_ASSIGN(MathValue left, product());
    while (true) {
      const bool plus = take('+');
      if (!plus && !take('-')) {
        --depth_;
        return left;
      }
      TRY_ASSIGN(const MathValue right, product());
      const Operation operation = plus ? Operation(std::plus<>()) : Operation(std::minus<>());
      TRY_ASSIGN(left, apply(left, right, operation));
    }
  }

  Result<MathValue> product() {
    TRY_ASSIGN(MathValue left, factor());
    while (true) {
      const bool times = take('*');
      if (!times && !take('/')) {
        return left;
      }
      TRY_ASSIGN(const MathValue right, factor());
      const Operation operation =
          times ? Operation(std::multiplies<>()) : Operation(std::divides<>());
      TRY_ASSIGN(left, apply(left, right, operation));
    }
  }

  Result<MathValue> factor() {
    bool negative = false;
    while (take('-')) {
      negative = !negative;
    }
    TRY_ASSIGN(MathValue value, atom());
    return negative ? apply(MathValue(-1.0), value, Operation(std::multiplies<>()))
                    : Result<MathValue>(std::move(value));
  }

  Result<MathValue> atom() {
    skip_spaces();
    if (text_.empty()) {
      return invalid("it ends too early");
    }
    if (take('(')) {
      TRY_ASSIGN(MathValue value, sum());
      TRY(expect(')'));
      return value;
    }
    if (is_digit(text_[0]) || text_[0] == '.') {
      return number();
    }
    if (is_letter(text_[0])) {
      return name();
    }
    return invalid("'{}' is not supported", text_);
  }

  Result<> expect(char c) { return take(c) ? Result<>() : Result<>(invalid("'{}' is missing", c)); }

  Result<MathValue> number() {
    double value = 0;
    const auto [end, error] = std::from_chars(text_.data(), text_.data() + text_.size(), value);
    if (error != std::errc()) {
      return invalid("'{}' is no number", text_);
    }
    text_.remove_prefix(static_cast<std::size_t>(end - text_.data()));
    return value;
  }

  std::string word() {
    const auto end =
        std::ranges::find_if_not(text_, [](char c) { return is_letter(c) || is_digit(c); });
    const std::string out(text_.begin(), end);
    text_.remove_prefix(out.size());
    return out;
  }

  Result<MathValue> name() {
    const std::string found = word();
    if (take('(')) {
      return call(found);
    }
    if (!std::islower(static_cast<unsigned char>(found[0]))) {
      return invalid("'{}' is not supported", found);  // Metrics Insights, conditions
    }
    return scope_.find(found);
  }

  Result<MathValue> call(const std::string& function) {
    if (function == "METRICS") {
      return metrics();
    }
    if (const auto fold_values = fold_named(function)) {
      TRY_ASSIGN(const MathValue value, only_argument());
      return fold(function, *fold_values, value);
    }
    if (function == "ABS" || function == "CEIL" || function == "FLOOR") {
      TRY_ASSIGN(const MathValue value, only_argument());
      return map_values(
          function,
          function == "ABS"    ? [](double x) { return std::abs(x); }
          : function == "CEIL" ? [](double x) { return std::ceil(x); }
                               : [](double x) { return std::floor(x); },
          value);
    }
    if (function == "PERIOD") {
      TRY_ASSIGN(const MathValue value, only_argument());
      const auto* series = std::get_if<TimeSeries>(&value);
      return series != nullptr ? Result<MathValue>(static_cast<double>(series->period.count()))
                               : Result<MathValue>(invalid("PERIOD takes a metric"));
    }
    return function == "FILL"
               ? fill()
               : Result<MathValue>(invalid("the function {} is not supported", function));
  }

  Result<MathValue> only_argument() {
    TRY_ASSIGN(MathValue value, sum());
    TRY(expect(')'));
    return value;
  }

  Result<MathValue> metrics() {
    std::string_view part;
    if (take('"')) {
      const std::size_t end = text_.find('"');
      if (end == std::string_view::npos) {
        return invalid("a text does not end");
      }
      part = text_.substr(0, end);
      text_.remove_prefix(end + 1);
    }
    TRY(expect(')'));
    return scope_.metrics(part);
  }

  Result<MathValue> fill() {
    TRY_ASSIGN(MathValue value, sum());
    TRY(expect(','));
    TRY_ASSIGN(const MathValue with, sum());
    TRY(expect(')'));
    const auto* number = std::get_if<double>(&with);
    if (number == nullptr) {
      return invalid("FILL is supported with a number");
    }
    if (auto* series = std::get_if<TimeSeries>(&value)) {
      return filled(std::move(*series), *number, scope_.range);
    }
    if (auto* list = std::get_if<List>(&value)) {
      for (TimeSeries& series : *list) {
        series = filled(std::move(series), *number, scope_.range);
      }
      return value;
    }
    return invalid("FILL takes time series");
  }

  std::string_view text_;
  const MathScope& scope_;
  int depth_ = 0;
};

}  // namespace

Result<MathValue> evaluate(std::string_view expression, const MathScope& scope) {
  return Reader(expression, scope).whole();
}

}  // namespace postern::api::cloudwatch
