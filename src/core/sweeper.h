// SPDX-License-Identifier: Apache-2.0
// Sweeper: frees what connections have left behind. A thread of its own: with a million connections
// a round takes a second, and no change of the World waits for it.
#pragma once

#include <atomic>
#include <chrono>
#include <condition_variable>
#include <cstdint>
#include <mutex>
#include <set>
#include <thread>

#include "base/result.h"
#include "core/reconcile.h"

namespace postern::core {

// The connections that the data plane keeps, as the sweeper sees them. Used from its thread only.
class FlowTable {
 public:
  virtual ~FlowTable() = default;

  // One round; how many connections are left.
  virtual Result<std::uint64_t> sweep() = 0;

  // The numbers of the targets that connections are on.
  virtual Result<std::set<std::uint32_t>> targets_in_use() = 0;
};

class Sweeper {
 public:
  // The programs' lookups enforce idle times; a sweep only frees memory.
  static constexpr std::chrono::milliseconds kEvery{5000};

  // All outlive the sweeper. Does nothing before start().
  Sweeper(Core& core, const Reconciler& reconciler, FlowTable& flows,
          std::chrono::milliseconds every = kEvery)
      : core_(core), reconciler_(reconciler), flows_(flows), every_(every) {}

  void start();

  // How many there were in the last round. May come from any thread.
  std::uint64_t connections() const { return connections_; }

 private:
  void loop(const std::stop_token& stop);
  void forget_retired();

  Core& core_;
  const Reconciler& reconciler_;
  FlowTable& flows_;
  const std::chrono::milliseconds every_;
  std::atomic<std::uint64_t> connections_ = 0;
  std::mutex mutex_;
  std::condition_variable_any stopped_;
  std::jthread thread_;
};

}  // namespace postern::core
