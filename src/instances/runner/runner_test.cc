// SPDX-License-Identifier: Apache-2.0
// The runner against machines in memory: what becomes of instances, and in which order.
#include "instances/runner/runner.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <unistd.h>

#include <atomic>
#include <functional>
#include <mutex>
#include <thread>

#include "model/instance_state.h"
#include "store/memory_store.h"

namespace postern::instances {
namespace {

using model::Id;
using model::Instance;
using model::InstanceState;
using std::chrono_literals::operator""ms;
using std::chrono_literals::operator""s;
using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;

const Id<model::NetworkInterface> kInterface("eni-1");

// What happened, in order, over all threads.
class Diary {
 public:
  void note(const std::string& line) {
    std::lock_guard lock(mutex_);
    lines_.push_back(line);
  }
  std::vector<std::string> lines() const {
    std::lock_guard lock(mutex_);
    return lines_;
  }
  bool has(const std::string& line) const {
    const auto all = lines();
    return std::ranges::count(all, line) > 0;
  }

 private:
  mutable std::mutex mutex_;
  std::vector<std::string> lines_;
};

// Machines in memory. A running one is a pipe: its reading end is readable once the writing end
// closed.
class FakeMachines final : public Machines {
 public:
  explicit FakeMachines(Diary& diary) : diary_(diary) {}

  Result<> boot(const HostSpec& spec, const Image& image, const Connect& connect) override {
    diary_.note("prepare " + spec.id + " of " + image.trees.at(0).from);
    TRY(connect(7));
    if (fail_boots) {
      return unavailable("no such luck");
    }
    {
      std::lock_guard lock(mutex_);
      last_spec_ = spec;
    }
    add(spec.id,
        {.running = Process{.pid = 1, .start_time = 1}, .booted = true, .boot = spec.boot});
    diary_.note("boot " + spec.id);
    return {};
  }

  std::vector<Host> list() const override {
    std::lock_guard lock(mutex_);
    std::vector<Host> hosts;
    for (const auto& [id, machine] : machines_) {
      hosts.push_back(machine.host);
    }
    return hosts;
  }

  Fd watch(const std::string& id) const override {
    std::lock_guard lock(mutex_);
    return Fd(dup(machines_.at(id).ended.get()));
  }

  Result<> power_off(const std::string& id) override {
    diary_.note("power off " + id);
    if (obedient) {
      end(id);
    }
    return {};
  }

  Result<> stop(const std::string& id) override {
    std::lock_guard lock(mutex_);
    diary_.note("stop " + id);
    if (const auto at = machines_.find(id); at != machines_.end()) {
      at->second.host.running.reset();
      at->second.alive.reset();
    }
    return {};
  }

  Result<> reconnect(const std::string& id, const Connect& connect) override {
    diary_.note("reconnect " + id);
    return connect(8);
  }

  Result<> remove(const std::string& id) override {
    if (fail_removals.exchange(false)) {
      diary_.note("not removed " + id);
      return unavailable("still busy");
    }
    std::lock_guard lock(mutex_);
    machines_.erase(id);
    diary_.note("remove " + id);
    return {};
  }

  void collect_garbage(const std::set<std::string>& known) override {
    diary_.note(fmt::format("known: {}", fmt::join(known, " ")));
  }

  void empty_trash() const override { diary_.note("empty trash"); }

  // What tests do to machines.
  void add(const std::string& id, Host host) {
    int ends[2];
    ASSERT_EQ(pipe(ends), 0);
    host.id = id;
    std::lock_guard lock(mutex_);
    machines_[id] = {.host = std::move(host), .ended = Fd(ends[0]), .alive = Fd(ends[1])};
  }
  void end(const std::string& id) {
    std::lock_guard lock(mutex_);
    machines_.at(id).host.running.reset();
    machines_.at(id).alive.reset();
  }
  HostSpec last_spec() const {
    std::lock_guard lock(mutex_);
    return last_spec_;
  }

  std::atomic<bool> fail_boots = false;
  std::atomic<bool> fail_removals = false;  // once
  std::atomic<bool> obedient = true;        // ends when asked to power off

 private:
  struct Machine {
    Host host;
    Fd ended;
    Fd alive;
  };

  Diary& diary_;
  mutable std::mutex mutex_;
  std::map<std::string, Machine> machines_;
  HostSpec last_spec_;
};

class FakeNetwork final : public InstanceNetwork {
 public:
  explicit FakeNetwork(Diary& diary) : diary_(diary) {}
  Result<> attach(const model::World&, const model::NetworkInterface& interface,
                  int netns) override {
    diary_.note(fmt::format("attach {} to {}", interface.id, netns));
    if (fail) {
      return unavailable("no link");
    }
    return {};
  }
  Result<> detach(const Id<model::NetworkInterface>& interface) override {
    diary_.note(fmt::format("detach {}", interface));
    return {};
  }

  std::atomic<bool> fail = false;

 private:
  Diary& diary_;
};

class RunnerTest : public testing::Test {
 protected:
  explicit RunnerTest(std::chrono::milliseconds patience = 60s) {
    auto machines = std::make_unique<FakeMachines>(diary_);
    machines_ = machines.get();
    runner_ = std::make_unique<Runner>(
        RunnerParts{.core = core_,
                    .network = network_,
                    .image = [](const std::string& id) -> Result<Image> {
                      return Image{.trees = {{.at = "/", .from = id}}, .seeds = {}};
                    },
                    .wait_ready =
                        [this](std::uint64_t revision, const Id<model::Vpc>& vpc) {
                          diary_.note(fmt::format("ready {} {}", revision, vpc));
                        },
                    .graceful_patience = patience,
                    .forced_patience = patience},
        std::move(machines));
  }

  // Does to the instance what a caller asks for.
  void ask(const std::function<void(model::Transaction&)>& change) {
    ASSERT_TRUE(core_
                    .run([&](model::Transaction& tx) -> Result<> {
                      change(tx);
                      return {};
                    })
                    .has_value());
  }

  void put(const std::string& id, InstanceState state, const std::string& behavior = "stop") {
    const auto done = core_.run([&](model::Transaction& tx) -> Result<> {
      tx.put(model::default_dhcp_options(Id<model::DhcpOptions>("dopt-1"), {}, "ap-northeast-1"));
      tx.put(model::Vpc{.id = Id<model::Vpc>("vpc-1"),
                        .cidr = *Cidr::parse("10.0.0.0/16"),
                        .dhcp_options_id = "dopt-1"});
      tx.put(model::NetworkInterface{
          .id = kInterface,
          .attachment = model::Attachment{.id = "a", .instance_id = id, .instance_owner_id = "o"}});
      tx.put(Instance{.id = Id<Instance>(id),
                      .region = "ap-northeast-1",
                      .image_id = "ami-1",
                      .user_data = "#!/bin/sh\n",
                      .vpc = Id<model::Vpc>("vpc-1"),
                      .network_interface = kInterface,
                      .address = *IpAddress::parse("10.0.1.5"),
                      .state = state,
                      .shutdown_behavior = behavior});
      return {};
    });
    ASSERT_TRUE(done.has_value());
  }

  static bool wait_until(const std::function<bool()>& condition) {
    for (int i = 0; i < 4000; ++i) {
      if (condition()) {
        return true;
      }
      std::this_thread::sleep_for(5ms);
    }
    return false;
  }

  bool becomes(const std::string& id, InstanceState state) {
    return wait_until([&] { return instance(id) && instance(id)->state == state; });
  }

  std::optional<Instance> instance(const std::string& id) {
    const auto world = core_.snapshot();
    const Instance* found = world->find(Id<Instance>(id));
    return found ? std::optional(*found) : std::nullopt;
  }

  Diary diary_;
  store::MemoryStore store_;
  SystemClock clock_;
  SeededIds ids_{1};
  core::Core core_{store_, model::World(), clock_, ids_};
  FakeNetwork network_{diary_};
  FakeMachines* machines_ = nullptr;
  std::unique_ptr<Runner> runner_;
};

class ImpatientRunnerTest : public RunnerTest {
 protected:
  ImpatientRunnerTest() : RunnerTest(150ms) {}
};

TEST_F(RunnerTest, A_pending_instance_runs_once_its_network_is_there_and_ready) {
  runner_->start();
  put("i-1", InstanceState::Pending);
  ASSERT_TRUE(becomes("i-1", InstanceState::Running));
  EXPECT_THAT(diary_.lines(), ElementsAre("known: ", "prepare i-1 of ami-1", "attach eni-1 to 7",
                                          "ready 1 vpc-1", "boot i-1"));
  EXPECT_EQ(runner_->process(Id<Instance>("i-1")), (Process{.pid = 1, .start_time = 1}));
  EXPECT_EQ(runner_->process(Id<Instance>("i-2")), std::nullopt);
  const HostSpec spec = machines_->last_spec();
  EXPECT_EQ(spec.hostname, "ip-10-0-1-5");
  EXPECT_EQ(spec.domain, "ap-northeast-1.compute.internal");
  EXPECT_EQ(spec.user_data, "#!/bin/sh\n");
  EXPECT_THAT(spec.resolvers,
              ElementsAre(*IpAddress::parse("10.0.0.2"), *IpAddress::parse("169.254.169.253")));
}

// [EC2 API reference, AssignIpv6Addresses: also to a running instance's interface]
TEST_F(RunnerTest, A_running_instance_is_told_its_new_addresses) {
  runner_->start();
  put("i-1", InstanceState::Pending);
  ASSERT_TRUE(becomes("i-1", InstanceState::Running));
  ask([](model::Transaction& tx) {
    model::NetworkInterface interface = *tx.world().find(kInterface);
    interface.ipv6_addresses = {*IpAddress::parse("2600:1f00::5")};
    tx.put(std::move(interface));
  });
  ASSERT_TRUE(wait_until([&] { return diary_.has("attach eni-1 to 8"); }));
  const auto lines = diary_.lines();
  EXPECT_EQ(std::ranges::count(lines, "reconnect i-1"), 1);
}

TEST_F(RunnerTest, What_cannot_be_started_is_terminated_with_the_reason) {
  machines_->fail_boots = true;
  runner_->start();
  put("i-1", InstanceState::Pending);
  ASSERT_TRUE(becomes("i-1", InstanceState::Terminated));
  EXPECT_EQ(instance("i-1")->state_reason_code, "Server.InternalError");
  EXPECT_EQ(instance("i-1")->state_reason_message, "Server.InternalError: no such luck");
  machines_->fail_boots = false;
  network_.fail = true;
  put("i-2", InstanceState::Pending);
  ASSERT_TRUE(becomes("i-2", InstanceState::Terminated));
  EXPECT_EQ(instance("i-2")->state_reason_message, "Server.InternalError: no link");
  EXPECT_FALSE(diary_.has("boot i-2"));
}

TEST_F(RunnerTest, A_terminated_instance_is_asked_first_then_removed_and_then_reported) {
  runner_->start();
  put("i-1", InstanceState::Pending);
  ASSERT_TRUE(becomes("i-1", InstanceState::Running));
  put("i-1", InstanceState::ShuttingDown);
  ASSERT_TRUE(becomes("i-1", InstanceState::Terminated));
  ASSERT_TRUE(wait_until([&] { return diary_.has("empty trash"); }));
  auto lines = diary_.lines();
  lines.erase(lines.begin(), lines.begin() + 5);
  EXPECT_THAT(lines, ElementsAre("power off i-1", "remove i-1", "detach eni-1", "empty trash"));
  EXPECT_EQ(runner_->process(Id<Instance>("i-1")), std::nullopt);
}

TEST_F(RunnerTest, One_that_takes_its_time_to_shut_down_holds_nobody_up) {
  machines_->obedient = false;
  runner_->start();
  put("i-1", InstanceState::Pending);
  ASSERT_TRUE(becomes("i-1", InstanceState::Running));
  put("i-1", InstanceState::ShuttingDown);
  ASSERT_TRUE(wait_until([&] { return diary_.has("power off i-1"); }));
  put("i-2", InstanceState::Pending);
  ASSERT_TRUE(becomes("i-2", InstanceState::Running));
  EXPECT_EQ(instance("i-1")->state, InstanceState::ShuttingDown);
  EXPECT_FALSE(diary_.has("remove i-1"));
  machines_->end("i-1");
  ASSERT_TRUE(becomes("i-1", InstanceState::Terminated));
  const auto lines = diary_.lines();
  EXPECT_EQ(std::ranges::count(lines, "power off i-1"), 1) << "asked once";
}

TEST_F(ImpatientRunnerTest, One_that_does_not_shut_down_is_ended_when_its_time_is_up) {
  machines_->obedient = false;
  runner_->start();
  put("i-1", InstanceState::Pending);
  ASSERT_TRUE(becomes("i-1", InstanceState::Running));
  put("i-1", InstanceState::ShuttingDown);
  ASSERT_TRUE(becomes("i-1", InstanceState::Terminated));
  EXPECT_TRUE(diary_.has("remove i-1"));
}

TEST_F(RunnerTest, A_removal_that_fails_is_tried_again_and_reported_only_when_it_is_done) {
  runner_->start();
  put("i-1", InstanceState::Pending);
  ASSERT_TRUE(becomes("i-1", InstanceState::Running));
  machines_->fail_removals = true;
  put("i-1", InstanceState::ShuttingDown);
  ASSERT_TRUE(wait_until([&] { return diary_.has("not removed i-1"); }));
  EXPECT_EQ(instance("i-1")->state, InstanceState::ShuttingDown);
  ASSERT_TRUE(becomes("i-1", InstanceState::Terminated));
}

TEST_F(RunnerTest, One_that_ends_by_itself_is_stopped_and_keeps_its_files) {
  runner_->start();
  put("i-1", InstanceState::Pending);
  ASSERT_TRUE(becomes("i-1", InstanceState::Running));
  machines_->end("i-1");
  ASSERT_TRUE(becomes("i-1", InstanceState::Stopped));
  EXPECT_EQ(instance("i-1")->state_reason_code, "Client.InstanceInitiatedShutdown");
  EXPECT_EQ(machines_->list().size(), 1U);
}

TEST_F(RunnerTest, One_that_ends_by_itself_is_terminated_if_it_was_launched_so) {
  runner_->start();
  put("i-1", InstanceState::Pending, "terminate");
  ASSERT_TRUE(becomes("i-1", InstanceState::Running));
  machines_->end("i-1");
  ASSERT_TRUE(becomes("i-1", InstanceState::Terminated));
  EXPECT_THAT(machines_->list(), IsEmpty());
}

TEST_F(RunnerTest, One_that_is_stopped_keeps_its_files_and_starts_on_them) {
  runner_->start();
  put("i-1", InstanceState::Pending);
  ASSERT_TRUE(becomes("i-1", InstanceState::Running));
  const Id<Instance> id("i-1");
  ask([&](auto& tx) { EXPECT_TRUE(begin_stop(tx, id, model::ShutdownManner::Graceful)); });
  ASSERT_TRUE(becomes("i-1", InstanceState::Stopped));
  EXPECT_EQ(machines_->list().size(), 1U);
  EXPECT_FALSE(diary_.has("remove i-1"));
  ask([&](auto& tx) { EXPECT_TRUE(begin_start(tx, id)); });
  ASSERT_TRUE(becomes("i-1", InstanceState::Running));
  EXPECT_EQ(machines_->list().at(0).boot, 2);
  auto lines = diary_.lines();
  lines.erase(lines.begin(), lines.begin() + 5);
  EXPECT_THAT(lines,
              ElementsAre("power off i-1", "stop i-1", "detach eni-1", "prepare i-1 of ami-1",
                          "attach eni-1 to 7", testing::StartsWith("ready"), "boot i-1"));
}

TEST_F(RunnerTest, One_whose_os_shutdown_is_skipped_is_not_asked) {
  runner_->start();
  put("i-1", InstanceState::Pending);
  ASSERT_TRUE(becomes("i-1", InstanceState::Running));
  ask([&](auto& tx) { begin_stop(tx, Id<Instance>("i-1"), model::ShutdownManner::Immediate); });
  ASSERT_TRUE(becomes("i-1", InstanceState::Stopped));
  EXPECT_FALSE(diary_.has("power off i-1"));
}

TEST_F(RunnerTest, A_stubborn_one_is_stopped_when_it_becomes_urgent) {
  machines_->obedient = false;
  runner_->start();
  put("i-1", InstanceState::Pending);
  ASSERT_TRUE(becomes("i-1", InstanceState::Running));
  const Id<Instance> id("i-1");
  ask([&](auto& tx) { begin_stop(tx, id, model::ShutdownManner::Graceful); });
  ASSERT_TRUE(wait_until([&] { return diary_.has("power off i-1"); }));
  EXPECT_EQ(instance("i-1")->state, InstanceState::Stopping);
  ask([&](auto& tx) { begin_stop(tx, id, model::ShutdownManner::Immediate); });
  ASSERT_TRUE(becomes("i-1", InstanceState::Stopped));
}

TEST_F(RunnerTest, A_reboot_ends_it_once_and_begins_it_again) {
  runner_->start();
  put("i-1", InstanceState::Pending);
  ASSERT_TRUE(becomes("i-1", InstanceState::Running));
  ask([&](auto& tx) { begin_reboot(tx, Id<Instance>("i-1")); });
  ASSERT_TRUE(wait_until([&] {
    const auto hosts = machines_->list();
    return hosts.size() == 1 && hosts[0].boot == 2 && hosts[0].running;
  }));
  EXPECT_EQ(instance("i-1")->state, InstanceState::Running);
  EXPECT_EQ(std::ranges::count(diary_.lines(), "power off i-1"), 1);
  EXPECT_FALSE(diary_.has("remove i-1"));
}

// The daemon may have been killed at any moment of a reboot.
TEST_F(RunnerTest, At_its_start_it_goes_on_with_a_reboot_that_was_begun) {
  for (const char* name : {"i-runs", "i-ended", "i-prepared", "i-done"}) {
    put(name, InstanceState::Running);
    ask([&](auto& tx) { begin_reboot(tx, Id<Instance>(name)); });
  }
  const Process process{.pid = 2, .start_time = 2};
  machines_->add("i-runs", {.running = process, .booted = true, .boot = 1});
  machines_->add("i-ended", {.booted = true, .boot = 1});
  machines_->add("i-prepared", {.running = process, .booted = true, .boot = 0});
  machines_->add("i-done", {.running = process, .booted = true, .boot = 2});
  runner_->start();
  for (const char* name : {"i-runs", "i-ended", "i-prepared"}) {
    EXPECT_TRUE(wait_until([&] { return diary_.has(fmt::format("boot {}", name)); })) << name;
    EXPECT_EQ(instance(name)->state, InstanceState::Running);
  }
  EXPECT_FALSE(diary_.has("power off i-done"));
  EXPECT_FALSE(diary_.has("boot i-done"));
}

TEST_F(RunnerTest, One_that_ran_before_and_cannot_start_again_is_stopped_with_the_reason) {
  runner_->start();
  put("i-1", InstanceState::Pending);
  ASSERT_TRUE(becomes("i-1", InstanceState::Running));
  machines_->fail_boots = true;
  ask([&](auto& tx) { begin_reboot(tx, Id<Instance>("i-1")); });
  ASSERT_TRUE(becomes("i-1", InstanceState::Stopped));
  EXPECT_EQ(instance("i-1")->state_reason_message, "Server.InternalError: no such luck");
}

TEST_F(RunnerTest, At_its_start_it_takes_up_what_runs_and_removes_what_nobody_knows) {
  put("i-running", InstanceState::Running);
  put("i-pending", InstanceState::Pending);
  put("i-gone", InstanceState::Terminated);
  const Host running{.running = Process{.pid = 2, .start_time = 2}, .booted = true, .boot = 1};
  machines_->add("i-running", running);
  machines_->add("i-pending", running);
  machines_->add("i-stray", running);
  runner_->start();
  EXPECT_EQ(runner_->process(Id<Instance>("i-running")), (Process{.pid = 2, .start_time = 2}))
      << "known as soon as start() is back";
  ASSERT_TRUE(becomes("i-pending", InstanceState::Running)) << "it was not reported before";
  ASSERT_TRUE(wait_until([&] { return diary_.has("remove i-stray"); }));
  EXPECT_TRUE(diary_.has("known: i-pending i-running"));
  EXPECT_FALSE(diary_.has("boot i-pending"));
  EXPECT_FALSE(diary_.has("boot i-running"));
}

TEST_F(RunnerTest, After_the_hosts_reboot_what_ran_is_started_again) {
  put("i-1", InstanceState::Running);
  put("i-2", InstanceState::Stopped);
  machines_->add("i-1", {.booted = true, .rebooted = true, .boot = 1});
  machines_->add("i-2", {.booted = true, .rebooted = true, .boot = 1});
  runner_->start();
  ASSERT_TRUE(wait_until([&] { return diary_.has("boot i-1"); }));
  EXPECT_TRUE(diary_.has("attach eni-1 to 7"));
  EXPECT_EQ(instance("i-1")->state, InstanceState::Running);
  EXPECT_FALSE(diary_.has("boot i-2"));
}

TEST_F(RunnerTest, A_process_that_only_waits_is_not_a_running_instance) {
  put("i-1", InstanceState::Pending);
  machines_->add("i-1", {.running = Process{.pid = 3, .start_time = 3}, .booted = false});
  runner_->start();
  ASSERT_TRUE(becomes("i-1", InstanceState::Running));
  EXPECT_TRUE(diary_.has("boot i-1"));
}

}  // namespace
}  // namespace postern::instances
