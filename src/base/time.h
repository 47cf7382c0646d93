// SPDX-License-Identifier: Apache-2.0
// The two clocks, told apart: wall time for what people and AWS see, steady time for waiting.
#pragma once

#include <chrono>
#include <string>

namespace postern {

using TimePoint = std::chrono::sys_time<std::chrono::milliseconds>;
using SteadyPoint = std::chrono::steady_clock::time_point;

class Clock {
 public:
  virtual ~Clock() = default;
  virtual TimePoint now() const = 0;
  virtual SteadyPoint steady_now() const = 0;
};

// The host's clocks.
class SystemClock final : public Clock {
 public:
  TimePoint now() const override;
  SteadyPoint steady_now() const override;
};

// As AWS prints times: 2026-01-01T00:00:00.123Z.
std::string format_iso8601(TimePoint time);

}  // namespace postern
