// SPDX-License-Identifier: Apache-2.0
// FlowLogWriter: reads what the packet programs have counted, and writes flow logs' records into
// their log groups and buckets as soon as a window is over. A thread of its own.
#pragma once

#include <functional>
#include <map>
#include <memory>
#include <optional>
#include <thread>
#include <utility>
#include <vector>

#include "base/time.h"
#include "core/core.h"
#include "flow_logs/object_queue.h"
#include "flow_logs/recorder.h"
#include "model/log_event.h"

namespace postern::daemon {

struct TrafficBatch {
  std::vector<std::pair<pn_traffic_key, pn_traffic>> rows;
  std::uint64_t lost = 0;
};

// What the daemon gives; references outlive the writer. Called from its thread only.
struct FlowLogParts {
  core::Core& core;
  const Clock& clock;
  // What has been counted since the last call.
  std::function<Result<TrafficBatch>()> read;
  std::function<Result<>(const std::vector<model::LogEvent>&)> write;
  flow_logs::PutObject put;
  // Keeps the events of these groups (by log_key()) only, and of each those since its time.
  std::function<Result<>(const std::map<std::string, std::optional<TimePoint>>&)> keep;
  std::optional<std::chrono::seconds> longest_window;
};

class FlowLogWriter {
 public:
  // Does nothing before start().
  explicit FlowLogWriter(FlowLogParts parts)
      : parts_(std::move(parts)), recorder_(parts_.longest_window) {}

  void start();

  // What the thread does again and again. Gives how long it may wait for the next time.
  std::chrono::milliseconds step();

  // What it does at last: an unfinished window's records are written as they are.
  void finish();

 private:
  void loop(const std::stop_token& stop);
  void gather();
  void write_out(const std::vector<flow_logs::Line>& lines);
  void write_to_groups(const std::vector<flow_logs::Line>& lines);
  void send_to_buckets();
  Result<std::string> group_key(const model::FlowLog& log);
  void keep_house(const model::World& world);

  FlowLogParts parts_;
  flow_logs::Recorder recorder_;
  flow_logs::ObjectQueue objects_;
  std::shared_ptr<const model::World> before_;  // as it was at the last step
  bool is_counting_ = false;
  TimePoint kept_house_;
  std::jthread thread_;
};

}  // namespace postern::daemon
