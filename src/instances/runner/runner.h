// SPDX-License-Identifier: Apache-2.0
// Runner: keeps the host's instances at what the World says. Follows snapshots and the ends of
// processes, with a thread of its own.
#pragma once

#include <atomic>
#include <chrono>
#include <functional>
#include <map>
#include <memory>
#include <mutex>
#include <optional>
#include <string>
#include <string_view>
#include <thread>

#include "base/inbox.h"
#include "core/core.h"
#include "instances/launcher/launcher.h"
#include "instances/runner/machines.h"
#include "instances/runner/network.h"
#include "instances/runner/plan.h"

namespace postern::instances {

// What the daemon gives. References outlive the runner.
struct RunnerParts {
  core::Core& core;
  InstanceNetwork& network;
  // The image of that id, as it is at this moment.
  std::function<Result<Image>(const std::string& image_id)> image;
  // Waits, for a bounded time, until the data plane carries `revision` and the VPC has its resolver
  // and its instance metadata: an instance that begins before would lose its first packets.
  std::function<void(std::uint64_t revision, const model::Id<model::Vpc>&)> wait_ready;
  // What an instance that is to end has to shut down in, by how urgent it is.
  // [EC2 API reference, RebootInstances: a hard reboot follows "within a few minutes"]
  std::chrono::milliseconds graceful_patience{60'000};
  std::chrono::milliseconds forced_patience{2000};
};

class Runner {
 public:
  // Instances outlive the runner.
  Runner(RunnerParts parts, Launcher launcher);
  Runner(RunnerParts parts, std::unique_ptr<Machines> machines);
  ~Runner();
  Runner(const Runner&) = delete;
  Runner& operator=(const Runner&) = delete;

  // Begins: takes up the instances that run already, removes those that nobody knows.
  void start();

  // PID 1 of a running instance. Any thread.
  std::optional<Process> process(const model::Id<model::Instance>& id) const;

 private:
  using SteadyPoint = std::chrono::steady_clock::time_point;

  void loop();
  void collect_garbage();
  void act(const model::World& world);
  void follow_addresses(const model::World& world);
  void perform(const model::World& world, const Step& step);
  void begin(const model::World& world, const model::Instance& instance);
  Result<> boot(const model::World& world, const model::Instance& instance);
  void power_off(const model::Instance& instance);
  std::chrono::milliseconds patience(model::ShutdownManner manner) const;
  void stop(const model::Instance& instance);
  bool end(const model::Instance& instance, Result<> (Machines::*how)(const std::string&));
  void finish(const model::Instance& instance);
  void remove(const std::string& id);
  void empty_trash_soon();
  // What there is now. Whatever it finds running is watched from then on.
  std::map<std::string, HostState> take_stock();
  void watch(const std::string& id);
  bool any_ended();
  void report(std::string_view what, const std::function<void(model::Transaction&)>& change);

  RunnerParts parts_;
  std::unique_ptr<Machines> machines_;
  std::atomic<bool> stopping_ = false;
  std::map<std::string, Fd> watched_;
  // What each interface's guest was last given. IPv4 addresses are for life.
  std::map<model::Id<model::NetworkInterface>, std::vector<IpAddress>> ipv6_given_;
  std::map<std::string, SteadyPoint> powering_off_;  // since when each was asked to
  // When to look again although nothing has happened: somebody's time is up, something failed.
  std::optional<SteadyPoint> look_again_;
  mutable std::mutex mutex_;
  std::map<std::string, Process> processes_;  // under mutex_
  std::thread thread_;
  Inbox<int> trash_{1};  // a token when there is something to delete
  std::thread janitor_;
};

}  // namespace postern::instances
