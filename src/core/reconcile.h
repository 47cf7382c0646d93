// SPDX-License-Identifier: Apache-2.0
// Reconciler: keeps the data plane at the newest World. Follows snapshots, skips those that a newer
// one has overtaken, tries again what failed.
#pragma once

#include <atomic>
#include <chrono>
#include <condition_variable>
#include <cstdint>
#include <memory>
#include <mutex>
#include <thread>

#include "base/result.h"
#include "core/core.h"
#include "model/world.h"

namespace postern::core {

// What carries packets, as the reconciler sees it. Used from the reconciler's thread only.
class DataPlane {
 public:
  virtual ~DataPlane() = default;

  // Brings what is programmed to `world`. Safe to run again after any failure, and after none.
  virtual Result<> program(const model::World& world) = 0;
};

// Thread safety: every call may come from any thread.
class Reconciler {
 public:
  // Both outlive the reconciler. Does nothing before start().
  Reconciler(Core& core, DataPlane& data_plane) : core_(core), data_plane_(data_plane) {}
  ~Reconciler();
  Reconciler(const Reconciler&) = delete;
  Reconciler& operator=(const Reconciler&) = delete;

  // Programs the World as it is, and follows it from then on.
  void start();

  // The newest revision that the data plane carries whole; 0 before the first.
  std::uint64_t programmed() const { return programmed_.load(); }

  // Waits until the data plane carries `revision` or a newer one. False after `timeout`.
  bool wait_programmed(std::uint64_t revision, std::chrono::milliseconds timeout) const;

 private:
  void loop();
  bool program(const std::shared_ptr<const model::World>& world);
  void report(const std::shared_ptr<const model::World>& world);

  Core& core_;
  DataPlane& data_plane_;
  std::atomic<std::uint64_t> programmed_ = 0;
  std::atomic<bool> stopping_ = false;
  mutable std::mutex mutex_;
  mutable std::condition_variable changed_;
  std::thread thread_;
};

}  // namespace postern::core
