// SPDX-License-Identifier: Apache-2.0
// One writer, many callers: every acknowledged command is in the store and in the World, every
// refused one in neither.
#include "core/core.h"

#include <gtest/gtest.h>

#include <atomic>
#include <future>
#include <stdexcept>
#include <thread>
#include <vector>

#include "store/memory_store.h"

namespace postern::core {
namespace {

using model::Id;
using model::Vpc;
using std::chrono_literals::operator""s;

Command put_vpc(const std::string& id) {
  return [id](model::Transaction& tx) -> Result<> {
    tx.put(Vpc{.id = Id<Vpc>(id), .number = tx.next_number()});
    return {};
  };
}

// A store whose commits can be made to fail, throw, or wait.
class TestStore final : public store::Store {
 public:
  Result<model::World> load() override { return held_.load(); }
  Result<> commit(std::uint64_t revision, const std::vector<store::Change>& changes) override {
    if (full) {
      return unavailable("storing revision {}: database or disk is full", revision);
    }
    if (throws) {
      throw std::bad_alloc();
    }
    return held_.commit(revision, changes);
  }

  std::atomic<bool> full = false;
  std::atomic<bool> throws = false;

 private:
  store::MemoryStore held_;
};

class CoreTest : public testing::Test {
 protected:
  std::size_t stored_vpcs() { return store_.load()->all<Vpc>().size(); }

  const std::atomic<bool> never_ = false;
  TestStore store_;
  SystemClock clock_;
  SeededIds ids_{1};
  Core core_{store_, model::World(), clock_, ids_};
};

TEST_F(CoreTest, A_command_is_durable_and_published_when_it_returns) {
  const auto revision = core_.run(put_vpc("vpc-1"));
  ASSERT_TRUE(revision);
  EXPECT_EQ(*revision, 1U);
  EXPECT_EQ(core_.snapshot()->revision(), 1U);
  EXPECT_NE(core_.snapshot()->find(Id<Vpc>("vpc-1")), nullptr);
  EXPECT_EQ(store_.load()->revision(), 1U);
  EXPECT_EQ(stored_vpcs(), 1U);
}

TEST_F(CoreTest, A_command_that_writes_nothing_makes_no_revision) {
  ASSERT_TRUE(core_.run(put_vpc("vpc-1")));
  const auto before = core_.snapshot();
  const auto revision = core_.run([](model::Transaction&) -> Result<> { return {}; });
  ASSERT_TRUE(revision);
  EXPECT_EQ(*revision, 1U);
  EXPECT_EQ(core_.snapshot(), before);
}

TEST_F(CoreTest, A_refusal_reaches_the_caller_and_changes_nothing) {
  const auto result = core_.run([](model::Transaction& tx) -> Result<> {
    tx.put(Vpc{.id = Id<Vpc>("vpc-1")});
    return refuse(faults::InvalidVpcIDNotFound, "no {}", "vpc-2");
  });
  ASSERT_FALSE(result);
  EXPECT_EQ(result.error().fault().code, "InvalidVpcID.NotFound");
  EXPECT_EQ(result.error().message(), "no vpc-2");
  EXPECT_EQ(core_.snapshot()->revision(), 0U);
  EXPECT_EQ(core_.snapshot()->all<Vpc>().size(), 0U);
  EXPECT_EQ(stored_vpcs(), 0U);
}

TEST_F(CoreTest, A_store_that_cannot_commit_gives_InternalError_and_the_next_command_goes_on) {
  ASSERT_TRUE(core_.run(put_vpc("vpc-1")));
  store_.full = true;
  const auto result = core_.run(put_vpc("vpc-2"));
  ASSERT_FALSE(result);
  EXPECT_EQ(result.error().kind(), ErrorKind::Environment);
  EXPECT_EQ(result.error().fault().code, "InternalError");
  EXPECT_EQ(core_.snapshot()->revision(), 1U);
  EXPECT_EQ(core_.snapshot()->find(Id<Vpc>("vpc-2")), nullptr);

  store_.full = false;
  const auto revision = core_.run(put_vpc("vpc-3"));
  ASSERT_TRUE(revision);
  EXPECT_EQ(*revision, 2U);
  // The number that the failed command took is free again: nothing of it exists.
  EXPECT_EQ(core_.snapshot()->find(Id<Vpc>("vpc-3"))->number, 2U);
  EXPECT_EQ(stored_vpcs(), 2U);
}

TEST_F(CoreTest, What_a_command_or_the_store_throws_is_an_InternalError) {
  const auto from_command = core_.run([](model::Transaction& tx) -> Result<> {
    tx.put(Vpc{.id = Id<Vpc>("vpc-1")});
    throw std::runtime_error("oh");
  });
  ASSERT_FALSE(from_command);
  EXPECT_EQ(from_command.error().kind(), ErrorKind::Environment);
  EXPECT_EQ(from_command.error().message(), "running a command: oh");

  const auto no_exception = core_.run([](model::Transaction&) -> Result<> { throw 1; });
  ASSERT_FALSE(no_exception);

  store_.throws = true;
  ASSERT_FALSE(core_.run(put_vpc("vpc-1")));
  store_.throws = false;
  EXPECT_EQ(core_.snapshot()->revision(), 0U);
  EXPECT_TRUE(core_.run(put_vpc("vpc-1")));
}

TEST_F(CoreTest, A_snapshot_stays_as_it_was_taken) {
  ASSERT_TRUE(core_.run(put_vpc("vpc-1")));
  const auto snapshot = core_.snapshot();
  ASSERT_TRUE(core_.run(put_vpc("vpc-2")));
  EXPECT_EQ(snapshot->all<Vpc>().size(), 1U);
  EXPECT_EQ(core_.snapshot()->all<Vpc>().size(), 2U);
}

TEST_F(CoreTest, A_posted_command_runs_and_wakes_who_waits_for_a_newer_World) {
  const auto seen = core_.snapshot();
  ASSERT_TRUE(core_.post("making a VPC", put_vpc("vpc-1")));
  const auto newer = core_.world().wait_newer(seen, 60s, never_);
  EXPECT_NE(newer->find(Id<Vpc>("vpc-1")), nullptr);
}

TEST_F(CoreTest, What_a_posted_command_refuses_is_logged_once) {
  testing::internal::CaptureStderr();
  ASSERT_TRUE(core_.post("settling", [](model::Transaction&) -> Result<> {
    return refuse(faults::IncorrectState, "not so");
  }));
  ASSERT_TRUE(core_.run([](model::Transaction&) -> Result<> { return {}; }));  // after it
  const std::string lines = testing::internal::GetCapturedStderr();
  EXPECT_NE(lines.find("command failed command=settling code=IncorrectState error=\"not so\""),
            std::string::npos)
      << lines;
}

TEST_F(CoreTest, When_too_many_wait_the_next_is_refused_and_those_waiting_still_run) {
  std::promise<void> started;
  std::promise<void> go_on;
  ASSERT_TRUE(core_.post("blocking", [&](model::Transaction&) -> Result<> {
    started.set_value();
    go_on.get_future().wait();
    return {};
  }));
  started.get_future().wait();
  std::size_t waiting = 0;
  while (core_.post("waiting", put_vpc(fmt::format("vpc-{}", waiting)))) {
    ASSERT_LT(++waiting, 100'000U) << "the inbox has no limit";
  }
  const auto refused = core_.run(put_vpc("vpc-late"));
  ASSERT_FALSE(refused);
  EXPECT_EQ(refused.error().fault().code, "RequestLimitExceeded");

  go_on.set_value();
  auto world = core_.snapshot();
  while (world->revision() < waiting) {
    world = core_.world().wait_newer(world, 60s, never_);
  }
  EXPECT_EQ(world->all<Vpc>().size(), waiting);
  EXPECT_EQ(world->find(Id<Vpc>("vpc-late")), nullptr);
}

TEST_F(CoreTest, Many_threads_lose_nothing_and_share_no_revision) {
  constexpr int kThreads = 8;
  constexpr int kCommands = 100;
  std::vector<std::vector<std::uint64_t>> revisions(kThreads);
  {
    std::vector<std::jthread> threads;
    for (int t = 0; t < kThreads; ++t) {
      threads.emplace_back([&, t] {
        for (int c = 0; c < kCommands; ++c) {
          const auto revision = core_.run(put_vpc(fmt::format("vpc-{}-{}", t, c)));
          ASSERT_TRUE(revision) << revision.error().message();
          revisions[static_cast<std::size_t>(t)].push_back(*revision);
          // Read your own writes.
          EXPECT_GE(core_.snapshot()->revision(), *revision);
        }
      });
    }
  }
  std::set<std::uint64_t> all;
  for (const auto& of_thread : revisions) {
    EXPECT_TRUE(std::is_sorted(of_thread.begin(), of_thread.end()));
    all.insert(of_thread.begin(), of_thread.end());
  }
  EXPECT_EQ(all.size(), std::size_t{kThreads * kCommands});
  std::set<std::uint32_t> numbers;
  for (const auto& [id, vpc] : core_.snapshot()->all<Vpc>()) {
    numbers.insert(vpc->number);
  }
  EXPECT_EQ(numbers.size(), all.size());
  EXPECT_EQ(stored_vpcs(), all.size());
}

TEST(Core, Goes_on_from_what_the_store_holds_and_ends_after_what_is_queued) {
  store::MemoryStore store;
  const SystemClock clock;
  SeededIds ids(1);
  for (int life = 0; life < 3; ++life) {
    Core core(store, *store.load(), clock, ids);
    EXPECT_EQ(core.snapshot()->all<Vpc>().size(), static_cast<std::size_t>(life) * 10);
    for (int n = 0; n < 10; ++n) {
      ASSERT_TRUE(core.post("making a VPC", put_vpc(fmt::format("vpc-{}-{}", life, n))));
    }
  }
  EXPECT_EQ(store.load()->revision(), 30U);
}

}  // namespace
}  // namespace postern::core
