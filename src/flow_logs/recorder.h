// SPDX-License-Identifier: Apache-2.0
// Recorder: gathers what interfaces see, and makes it into flow logs' records when a window of time
// is over. Pure.
//
// Windows begin at multiples of their length. A window in which the process ends is told in parts:
// what was gathered until then, and what was counted since, by the next process.
#pragma once

#include <map>
#include <optional>
#include <set>
#include <string>
#include <vector>

#include "flow_logs/passage.h"

namespace postern::flow_logs {

// A record to be written where its flow log says.
struct Line {
  model::Id<model::FlowLog> log;
  TimePoint window;  // when it began
  std::string stream;
  TimePoint time;
  std::string text;
};

class Recorder {
 public:
  // `longest`: how long a window is at most, whatever a flow log was asked for.
  explicit Recorder(std::optional<std::chrono::seconds> longest) : longest_(longest) {}

  // To be called before any packet is read: windows are those of the flow logs that there are.
  void follow(const model::World& world, TimePoint now);
  // Whether there is anything to be gathered.
  bool is_idle() const { return windows_.empty(); }
  // When the first window ends.
  TimePoint next_end() const;

  void add(const std::vector<Passage>& passages);
  // Packets were lost: all interfaces that are recorded say so.
  void skip();

  // The records of the windows that are over at `now`. Oldest first for each stream.
  std::vector<Line> close(const model::World& world, TimePoint now);
  // The records of all that was gathered, before the process ends.
  std::vector<Line> close_early(const model::World& world);

 private:
  // A flow at an interface, in one direction.
  struct Key {
    std::string interface;
    bool egress = false;
    bool accepted = true;
    IpAddress source;
    IpAddress destination;
    std::uint16_t source_port = 0;
    std::uint16_t destination_port = 0;
    std::uint8_t protocol = 0;

    auto operator<=>(const Key&) const = default;
  };
  using Flows = std::map<Key, Passage>;
  struct Window {
    TimePoint begin;
    Flows flows;
    bool skipped = false;
  };

  static void take_later(TimePoint end, Flows& from, Flows& to);
  std::vector<Line> lines_of(const model::World& world, std::chrono::seconds length,
                             const Window& window, std::optional<TimePoint> end);
  std::chrono::seconds length_of(const model::FlowLog& log) const;
  // `end`: of a window that is over; nullopt: of one that is not, whose silence says nothing yet.
  std::vector<Line> lines_of(const model::World& world, const model::FlowLog& log,
                             const Window& window, std::optional<TimePoint> end);

  const std::optional<std::chrono::seconds> longest_;
  std::map<std::chrono::seconds, Window> windows_;  // by their length
  // Which interfaces a log has told of: until there is traffic, it does not say that there is none.
  std::set<std::pair<std::string, std::string>> told_;
};

}  // namespace postern::flow_logs
