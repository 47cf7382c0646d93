// SPDX-License-Identifier: Apache-2.0
// Runner: keeps the host's instances at what the World says. Follows snapshots and the ends of
// processes, one thread of its own.
#pragma once

#include <sys/types.h>

#include <atomic>
#include <functional>
#include <map>
#include <memory>
#include <mutex>
#include <optional>
#include <string>
#include <string_view>
#include <thread>

#include "core/core.h"
#include "instances/launcher/launcher.h"
#include "instances/runner/network.h"
#include "instances/runner/plan.h"

namespace postern::instances {

// What the daemon gives. References outlive the runner.
struct RunnerParts {
  core::Core& core;
  InstanceNetwork& network;
  // The image of that id, as it is at this moment.
  std::function<Result<Image>(const std::string& image_id)> image;
  // Waits, for a bounded time, until the data plane carries `revision`: an instance that begins
  // before would lose its first packets.
  std::function<void(std::uint64_t revision)> wait_programmed;
};

class Runner {
 public:
  // Instances outlive the runner.
  Runner(RunnerParts parts, Launcher launcher)
      : parts_(std::move(parts)), launcher_(std::move(launcher)) {}
  ~Runner();
  Runner(const Runner&) = delete;
  Runner& operator=(const Runner&) = delete;

  // Begins: takes up the instances that run already, removes those that nobody knows.
  void start();

  // PID 1 of a running instance. Any thread.
  std::optional<Process> process(const model::Id<model::Instance>& id) const;

 private:
  void loop();
  void act(const model::World& world);
  void perform(const model::World& world, const Step& step);
  Result<> run(const model::World& world, const model::Instance& instance);
  void begin(const model::World& world, const model::Instance& instance);
  void end(const model::Instance& instance);
  std::map<std::string, HostState> hosts() const;
  void note_processes();
  bool any_ended() const;
  void report(std::string_view what, const std::function<void(model::Transaction&)>& change);

  RunnerParts parts_;
  Launcher launcher_;
  std::atomic<bool> stopping_ = false;
  std::map<std::string, Fd> watched_;
  mutable std::mutex mutex_;
  std::map<std::string, Process> processes_;  // under mutex_
  std::thread thread_;
};

}  // namespace postern::instances
