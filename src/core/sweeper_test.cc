// SPDX-License-Identifier: Apache-2.0
#include "core/sweeper.h"

#include <gtest/gtest.h>

#include <atomic>

#include "store/memory_store.h"

namespace postern::core {
namespace {

using namespace std::chrono_literals;

class FakeDataPlane final : public DataPlane {
 public:
  Result<> program(const model::World&) override {
    return refuses_ ? unavailable("no") : Result<>();
  }

  std::atomic<bool> refuses_ = false;
};

class FakeFlowTable final : public FlowTable {
 public:
  Result<std::uint64_t> sweep() override {
    ++sweeps_;
    while (blocked_) {
      std::this_thread::sleep_for(1ms);
    }
    return 3;
  }
  Result<std::set<std::uint32_t>> targets_in_use() override { return std::set<std::uint32_t>{7}; }

  std::atomic<int> sweeps_ = 0;
  std::atomic<bool> blocked_ = false;
};

class SweeperTest : public testing::Test {
 protected:
  SweeperTest() { reconciler_.start(); }

  static model::RetiredTarget retired(std::uint32_t number) {
    return {.id = model::Id<model::RetiredTarget>(std::to_string(number)), .number = number};
  }
  std::uint64_t retire(std::uint32_t number) {
    const auto revision = core_.run([&](model::Transaction& tx) -> Result<> {
      tx.put(retired(number));
      return {};
    });
    EXPECT_TRUE(revision);
    return revision.value_or(0);
  }
  bool is_there(std::uint32_t number) {
    return core_.snapshot()->find(retired(number).id) != nullptr;
  }
  // Whether `condition` comes true within `patience`.
  template <class Condition>
  static bool comes_true(Condition condition, std::chrono::milliseconds patience) {
    const auto deadline = std::chrono::steady_clock::now() + patience;
    while (!condition() && std::chrono::steady_clock::now() < deadline) {
      std::this_thread::sleep_for(2ms);
    }
    return condition();
  }

  SystemClock clock_;
  SeededIds ids_{1};
  store::MemoryStore store_;
  Core core_{store_, model::World(), clock_, ids_};
  FakeDataPlane data_plane_;
  Reconciler reconciler_{core_, data_plane_};
  FakeFlowTable flows_;
};

// [docs/adr/0008]
TEST_F(SweeperTest, Retired_targets_are_forgotten_once_no_connection_is_on_them) {
  retire(7);
  retire(8);
  Sweeper sweeper(core_, reconciler_, flows_, 5ms);
  sweeper.start();
  EXPECT_TRUE(comes_true([&] { return !is_there(8); }, 5s));
  EXPECT_TRUE(is_there(7));
  EXPECT_EQ(sweeper.connections(), 3U);
}

TEST_F(SweeperTest, Nothing_is_forgotten_while_the_data_plane_may_still_choose_it) {
  reconciler_.wait_programmed(retire(6), 5s);
  data_plane_.refuses_ = true;
  retire(8);
  Sweeper sweeper(core_, reconciler_, flows_, 5ms);
  sweeper.start();
  EXPECT_TRUE(comes_true([&] { return flows_.sweeps_ > 5; }, 5s));
  EXPECT_TRUE(is_there(8));
}

TEST_F(SweeperTest, A_long_round_holds_up_no_change) {
  flows_.blocked_ = true;
  Sweeper sweeper(core_, reconciler_, flows_, 5ms);
  sweeper.start();
  ASSERT_TRUE(comes_true([&] { return flows_.sweeps_ == 1; }, 5s));
  EXPECT_TRUE(reconciler_.wait_programmed(retire(8), 5s));
  EXPECT_EQ(flows_.sweeps_, 1);
  flows_.blocked_ = false;
}

}  // namespace
}  // namespace postern::core
