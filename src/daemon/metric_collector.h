// SPDX-License-Identifier: Apache-2.0
// MetricCollector: reads what the packet programs have counted, and writes CloudWatch's points when
// a period is over. A thread of its own.
//
// What is counted while no daemon runs is in the first period of the next.
#pragma once

#include <condition_variable>
#include <functional>
#include <memory>
#include <mutex>
#include <string>
#include <thread>
#include <utility>
#include <vector>

#include "base/time.h"
#include "core/core.h"
#include "metrics/tally.h"

namespace postern::daemon {

// What the daemon gives; references outlive the collector. Called from its thread only.
struct MetricCollectorParts {
  core::Core& core;
  const Clock& clock;
  // What has been counted since the maps were made.
  std::function<Result<std::vector<metrics::Counted>>()> read;
  // Deletes what was counted of what is no more.
  std::function<Result<>(const std::vector<pn_meter_key>&)> forget;
  // Both or neither.
  std::function<Result<>(const std::vector<model::Measured>&, const std::string& progress)> write;
  std::function<Result<>(TimePoint now)> keep_house;
  std::string progress;         // as it was last written
  std::chrono::seconds period;  // divides a minute
};

class MetricCollector {
 public:
  // Does nothing before start().
  explicit MetricCollector(MetricCollectorParts parts);

  void start();

  // How many connections there are just now. Any thread.
  void sample(metrics::Connections connections);

  // What the thread does again and again. Gives how long it may wait for the next time.
  std::chrono::milliseconds step();

 private:
  void loop(const std::stop_token& stop);
  void gather(const model::World& world, TimePoint now);
  void close(const model::World& world, TimePoint end);
  TimePoint next_look(TimePoint now) const;

  MetricCollectorParts parts_;
  const std::chrono::seconds look_every_;
  metrics::Baseline baseline_;
  metrics::Tally tally_;
  std::shared_ptr<const model::World> before_;  // as it was at the last step
  TimePoint period_begin_;
  TimePoint looked_;
  TimePoint kept_house_;
  std::vector<metrics::Connections> samples_;  // since the last step
  std::mutex mutex_;
  std::condition_variable_any stopped_;
  std::jthread thread_;
};

}  // namespace postern::daemon
