// SPDX-License-Identifier: Apache-2.0
// What is written to log groups. It is not in the World: who writes it keeps it, and the API reads
// it from there.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "base/result.h"
#include "model/log_group.h"

namespace postern::model {

struct LogEvent {
  std::string group;  // log_key() of its group
  std::string stream;
  TimePoint time;      // when it happened
  TimePoint ingested;  // when it was written
  std::string message;
  std::int64_t number = 0;  // given when it is written: grows
};

struct LogStream {
  std::string name;
  TimePoint created_at;
  TimePoint first_event;
  TimePoint last_event;
  TimePoint last_ingested;
};

// A place between events, which are ordered by their time and then by their number.
struct LogPlace {
  TimePoint time;
  std::int64_t number = 0;

  auto operator<=>(const LogPlace&) const = default;
};

struct LogQuery {
  std::string group;
  std::optional<std::vector<std::string>> streams;  // nullopt: all
  std::optional<TimePoint> from;
  std::optional<TimePoint> until;  // this time is not in it
  std::optional<LogPlace> after;
  std::optional<LogPlace> before;
  bool newest = false;  // if there are more than `limit`: the newest of them, else the oldest
  std::size_t limit = 10'000;
};

// Thread safety: any thread.
class LogReader {
 public:
  virtual ~LogReader() = default;

  // By name.
  virtual Result<std::vector<LogStream>> streams(const std::string& group) const = 0;
  // Oldest first.
  virtual Result<std::vector<LogEvent>> events(const LogQuery& query) const = 0;
};

// By what a group's events are kept: a group that is made anew under the same name has none of the
// old one's.
inline std::string log_key(const LogGroup& group) {
  return fmt::format("{}@{}", group.id, group.created_at.time_since_epoch().count());
}

}  // namespace postern::model
