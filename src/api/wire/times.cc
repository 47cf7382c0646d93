// SPDX-License-Identifier: Apache-2.0
#include "api/wire/times.h"

#include <fmt/chrono.h>

#include <charconv>
#include <cmath>

namespace postern::api::wire {
namespace {

using std::chrono::milliseconds;
using std::chrono::minutes;
using std::chrono::seconds;

// Reads a text from its beginning on.
class Scanner {
 public:
  explicit Scanner(std::string_view text) : rest_(text) {}

  // So many digits.
  std::optional<int> digits(std::size_t count) {
    int value = 0;
    if (rest_.size() < count ||
        rest_.substr(0, count).find_first_not_of("0123456789") != std::string_view::npos) {
      return std::nullopt;
    }
    std::from_chars(rest_.data(), rest_.data() + count, value);
    rest_.remove_prefix(count);
    return value;
  }
  bool take(char c) {
    const bool is_there = rest_.starts_with(c);
    rest_.remove_prefix(is_there ? 1 : 0);
    return is_there;
  }
  // Digits of a second's fraction, as milliseconds.
  milliseconds fraction() {
    int value = 0;
    int taken = 0;
    for (; !rest_.empty() && rest_[0] >= '0' && rest_[0] <= '9'; rest_.remove_prefix(1)) {
      value = taken < 3 ? 10 * value + (rest_[0] - '0') : value;
      ++taken;
    }
    for (; taken < 3; ++taken) {
      value *= 10;
    }
    return milliseconds(value);
  }
  bool is_over() const { return rest_.empty(); }

 private:
  std::string_view rest_;
};

std::optional<std::chrono::sys_days> read_day(Scanner& text) {
  const auto year = text.digits(4);
  const bool first = text.take('-');
  const auto month = text.digits(2);
  const bool second = text.take('-');
  const auto day = text.digits(2);
  if (!year || !first || !month || !second || !day) {
    return std::nullopt;
  }
  const std::chrono::year_month_day date{std::chrono::year(*year),
                                         std::chrono::month(static_cast<unsigned>(*month)),
                                         std::chrono::day(static_cast<unsigned>(*day))};
  return date.ok() ? std::optional(std::chrono::sys_days(date)) : std::nullopt;
}

// Z, or +09:00.
std::optional<minutes> read_offset(Scanner& text) {
  if (text.take('Z')) {
    return minutes(0);
  }
  const bool east = text.take('+');
  if (!east && !text.take('-')) {
    return std::nullopt;
  }
  const auto hours = text.digits(2);
  text.take(':');
  const auto rest = text.digits(2);
  if (!hours || !rest) {
    return std::nullopt;
  }
  const minutes length(60 * *hours + *rest);
  return east ? length : -length;
}

std::optional<TimePoint> read_iso8601(std::string_view from) {
  Scanner text(from);
  const auto day = read_day(text);
  const bool has_time = text.take('T');
  const auto hour = text.digits(2);
  const bool first = text.take(':');
  const auto minute = text.digits(2);
  const bool second = text.take(':');
  const auto rest = text.digits(2);
  if (!day || !has_time || !hour || !first || !minute || !second || !rest || *hour > 23 ||
      *minute > 59 || *rest > 60) {
    return std::nullopt;
  }
  const milliseconds fraction = text.take('.') ? text.fraction() : milliseconds(0);
  const auto offset = read_offset(text);
  if (!offset || !text.is_over()) {
    return std::nullopt;
  }
  return TimePoint(*day) + std::chrono::hours(*hour) + minutes(*minute) + seconds(*rest) +
         fraction - *offset;
}

std::optional<TimePoint> read_seconds(std::string_view text) {
  double value = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value);
  constexpr double kYear9999 = 253'402'300'800;
  if (error != std::errc() || end != text.data() + text.size() || !(std::abs(value) < kYear9999)) {
    return std::nullopt;
  }
  return TimePoint(milliseconds(std::llround(value * 1000)));
}

}  // namespace

Result<> decode_value(Dialect dialect, const Parameter& from, TimePoint& out) {
  const std::string text = from.value.value_or("");
  const bool is_number =
      dialect == Dialect::Json || dialect == Dialect::QueryJson || dialect == Dialect::QueryCbor;
  const auto time = is_number ? read_seconds(text) : read_iso8601(text);
  if (!time) {
    return std::unexpected(invalid_value(dialect, from.path, text, "a timestamp"));
  }
  out = *time;
  return {};
}

std::string format_http_date(TimePoint time) {
  const auto seconds = std::chrono::floor<std::chrono::seconds>(time.time_since_epoch());
  return fmt::format("{:%a, %d %b %Y %H:%M:%S GMT}", fmt::gmtime(seconds.count()));
}

}  // namespace postern::api::wire
