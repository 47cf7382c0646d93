// SPDX-License-Identifier: Apache-2.0
// A reset leaves accounts and nothing else, and no machine running behind a wiped World.
#include "core/reset.h"

#include <gtest/gtest.h>

#include <future>
#include <thread>

#include "model/instance_state.h"
#include "store/filled_record.h"
#include "store/memory_store.h"

namespace postern::core {
namespace {

using model::Account;
using model::Counters;
using model::Id;
using model::Instance;
using model::InstanceState;
using std::chrono_literals::operator""s;
using std::chrono_literals::operator""ms;

template <class... Ts>
struct AnyLeft {
  template <class T>
  static bool of(const model::World& world) {
    return std::is_same_v<T, Account> || std::is_same_v<T, Counters> ||
           std::is_same_v<T, model::Settings> || world.all<T>().empty();
  }
  static void fill(model::Transaction& tx) { (tx.put(store::filled<Ts>(1)), ...); }
  static bool nothing(const model::World& world) { return (of<Ts>(world) && ...); }
};
using All = model::ForEachRecord<AnyLeft>;

class ResetTest : public testing::Test {
 protected:
  void put_instance(const std::string& id, InstanceState state) {
    ASSERT_TRUE(core_.run([&](model::Transaction& tx) -> Result<> {
      tx.put(Instance{.id = Id<Instance>(id), .state = state});
      return {};
    }));
  }
  // What the runner does: it reports machines of shutting-down instances gone, until `count` are.
  void run_machines_down(int count) {
    auto world = core_.snapshot();
    while (count > 0) {
      for (const auto& [id, instance] : world->all<Instance>()) {
        if (count > 0 && instance->state == InstanceState::ShuttingDown) {
          ASSERT_TRUE(core_.run([&, id = id](model::Transaction& tx) -> Result<> {
            model::mark_terminated(tx, id);
            return {};
          }));
          --count;
        }
      }
      world = core_.world().wait_newer(core_.snapshot(), 5ms, never_);
    }
  }

  const std::atomic<bool> never_ = false;
  store::MemoryStore store_;
  SystemClock clock_;
  SeededIds ids_{1};
  Core core_{store_, model::World(), clock_, ids_};
};

TEST_F(ResetTest, Every_table_is_wiped_but_accounts_and_what_must_not_be_used_again) {
  ASSERT_TRUE(core_.run([](model::Transaction& tx) -> Result<> {
    All::fill(tx);
    tx.put(Account{.id = Id<Account>("111111111111"), .name = "a", .regions = {"eu-west-1"}});
    const model::Table<Instance> filled = tx.world().all<Instance>();
    for (const auto& [id, instance] : filled) {
      tx.erase(id);
    }
    return {};
  }));
  const auto before = core_.snapshot();
  const auto revision = reset(core_, 10s, never_);
  ASSERT_TRUE(revision) << revision.error().message();
  const auto after = core_.snapshot();
  EXPECT_EQ(after->revision(), *revision);
  EXPECT_TRUE(All::nothing(*after));
  EXPECT_EQ(after->all<Account>().size(), before->all<Account>().size());
  const Account* account = after->find(Id<Account>("111111111111"));
  ASSERT_NE(account, nullptr);
  EXPECT_EQ(account->name, "a");
  EXPECT_TRUE(account->regions.empty());  // so that it finds a fresh default VPC
  ASSERT_EQ(after->all<Counters>().size(), 1U);
  EXPECT_EQ(after->all<Counters>().begin()->second->last_number,
            before->all<Counters>().begin()->second->last_number);
}

TEST_F(ResetTest, The_World_is_wiped_only_once_all_machines_are_gone) {
  put_instance("i-1", InstanceState::Running);
  put_instance("i-2", InstanceState::Stopped);
  put_instance("i-3", InstanceState::Pending);
  put_instance("i-4", InstanceState::Terminated);
  auto done = std::async(std::launch::async, [&] { return reset(core_, 60s, never_); });
  run_machines_down(2);
  EXPECT_EQ(done.wait_for(50ms), std::future_status::timeout);
  EXPECT_EQ(core_.snapshot()->all<Instance>().size(), 4U);
  run_machines_down(1);
  const auto revision = done.get();
  ASSERT_TRUE(revision) << revision.error().message();
  EXPECT_TRUE(core_.snapshot()->all<Instance>().empty());
}

TEST_F(ResetTest, An_instance_launched_meanwhile_is_terminated_too) {
  put_instance("i-1", InstanceState::Running);
  auto done = std::async(std::launch::async, [&] { return reset(core_, 60s, never_); });
  auto world = core_.snapshot();
  while (world->find(Id<Instance>("i-1"))->state != InstanceState::ShuttingDown) {
    world = core_.world().wait_newer(world, 60s, never_);
  }
  put_instance("i-2", InstanceState::Pending);
  run_machines_down(2);
  ASSERT_TRUE(done.get());
  EXPECT_TRUE(core_.snapshot()->all<Instance>().empty());
}

TEST_F(ResetTest, Machines_that_do_not_end_in_time_are_an_error_and_stay_in_the_World) {
  put_instance("i-1", InstanceState::Running);
  const auto result = reset(core_, 20ms, never_);
  ASSERT_FALSE(result);
  EXPECT_EQ(result.error().message(), "1 instances have not ended yet");
  EXPECT_EQ(core_.snapshot()->find(Id<Instance>("i-1"))->state, InstanceState::ShuttingDown);
}

TEST_F(ResetTest, Stopping_the_daemon_ends_the_wait) {
  put_instance("i-1", InstanceState::Running);
  std::atomic<bool> stop = false;
  auto done = std::async(std::launch::async, [&] { return reset(core_, 600s, stop); });
  stop = true;
  core_.world().wake();
  EXPECT_FALSE(done.get());
}

TEST_F(ResetTest, Resetting_what_is_empty_makes_no_revision) {
  const auto revision = reset(core_, 1s, never_);
  ASSERT_TRUE(revision);
  EXPECT_EQ(*revision, 0U);
}

}  // namespace
}  // namespace postern::core
