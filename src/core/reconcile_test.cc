// SPDX-License-Identifier: Apache-2.0
#include "core/reconcile.h"

#include <gtest/gtest.h>

#include "store/memory_store.h"

namespace postern::core {
namespace {

using namespace std::chrono_literals;

// A data plane that can refuse, and remembers what it carries.
class FakeDataPlane final : public DataPlane {
 public:
  Result<> program(const model::World& world) override {
    if (failures_left_ > 0) {
      --failures_left_;
      return unavailable("no");
    }
    carried_ = world.revision();
    return {};
  }

  std::atomic<int> failures_left_ = 0;
  std::atomic<std::uint64_t> carried_ = 0;
};

class ReconcileTest : public testing::Test {
 protected:
  std::uint64_t put(const model::VpcEndpoint& endpoint) {
    const auto revision = core_.run([&](model::Transaction& tx) -> Result<> {
      tx.put(endpoint);
      return {};
    });
    EXPECT_TRUE(revision);
    return revision.value_or(0);
  }
  // The endpoint's state once it is no longer `from`.
  model::EndpointState state_after(model::EndpointState from) {
    const std::atomic<bool> never = false;
    auto world = core_.snapshot();
    const auto deadline = std::chrono::steady_clock::now() + 5s;
    while (world->find(kId)->state == from && std::chrono::steady_clock::now() < deadline) {
      world = core_.world().wait_newer(world, 5000ms, never);
    }
    return world->find(kId)->state;
  }

  const model::Id<model::VpcEndpoint> kId{"vpce-1"};
  SystemClock clock_;
  SeededIds ids_{1};
  store::MemoryStore store_;
  Core core_{store_, model::World(), clock_, ids_};
  FakeDataPlane data_plane_;
};

TEST_F(ReconcileTest, A_pending_endpoint_is_available_once_the_data_plane_carries_it) {
  Reconciler reconciler(core_, data_plane_);
  reconciler.start();
  const auto revision = put({.id = kId, .state = model::EndpointState::Pending});
  EXPECT_TRUE(reconciler.wait_programmed(revision, 5000ms));
  EXPECT_GE(data_plane_.carried_.load(), revision);
  EXPECT_EQ(state_after(model::EndpointState::Pending), model::EndpointState::Available);
}

TEST_F(ReconcileTest, What_failed_is_tried_again_and_nothing_is_reported_before) {
  data_plane_.failures_left_ = 1'000'000;
  Reconciler reconciler(core_, data_plane_);
  reconciler.start();
  const auto revision = put({.id = kId, .state = model::EndpointState::Pending});
  EXPECT_FALSE(reconciler.wait_programmed(revision, 100ms));
  EXPECT_EQ(core_.snapshot()->find(kId)->state, model::EndpointState::Pending);
  data_plane_.failures_left_ = 0;
  EXPECT_TRUE(reconciler.wait_programmed(revision, 5000ms));
  EXPECT_EQ(state_after(model::EndpointState::Pending), model::EndpointState::Available);
}

TEST_F(ReconcileTest, It_ends_at_once_while_the_data_plane_refuses) {
  data_plane_.failures_left_ = 1'000'000;
  put({.id = kId, .state = model::EndpointState::Pending});
  const auto begin = std::chrono::steady_clock::now();
  {
    Reconciler reconciler(core_, data_plane_);
    reconciler.start();
    EXPECT_FALSE(reconciler.wait_programmed(1, 50ms));
  }
  // The longest wait between two tries is a second; the end does not sit it out.
  EXPECT_LT(std::chrono::steady_clock::now() - begin, 900ms);
}

}  // namespace
}  // namespace postern::core
