// SPDX-License-Identifier: Apache-2.0
#include "base/time.h"

#include <fmt/format.h>

#include <ctime>

namespace postern {

TimePoint SystemClock::now() const {
  return std::chrono::floor<std::chrono::milliseconds>(std::chrono::system_clock::now());
}

SteadyPoint SystemClock::steady_now() const { return std::chrono::steady_clock::now(); }

std::string format_iso8601(TimePoint time) {
  const auto seconds = std::chrono::floor<std::chrono::seconds>(time);
  const std::time_t unix_seconds = std::chrono::system_clock::to_time_t(seconds);
  std::tm utc{};
  gmtime_r(&unix_seconds, &utc);
  return fmt::format("{:04}-{:02}-{:02}T{:02}:{:02}:{:02}.{:03}Z", utc.tm_year + 1900,
                     utc.tm_mon + 1, utc.tm_mday, utc.tm_hour, utc.tm_min, utc.tm_sec,
                     (time - seconds).count());
}

}  // namespace postern
