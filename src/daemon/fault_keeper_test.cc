// SPDX-License-Identifier: Apache-2.0
#include "daemon/fault_keeper.h"

#include <gtest/gtest.h>

#include <vector>

#include "store/memory_store.h"

namespace postern::daemon {
namespace {

using model::Id;
using std::chrono::milliseconds;

constexpr std::uint32_t kPort = 7, kNode = 30;

class FixedClock final : public Clock {
 public:
  TimePoint now() const override { return TimePoint(std::chrono::seconds(1000)); }
  SteadyPoint steady_now() const override { return {}; }
};

// An instance's interface and a node's, and a data plane that remembers what it was told.
class FaultKeeperTest : public testing::Test {
 protected:
  static model::World world() {
    model::WorldBuilder made;
    made.put(model::NetworkInterface{.id = Id<model::NetworkInterface>("eni-1"),
                                     .attachment = model::Attachment{.instance_id = "i-1"},
                                     .port = kPort});
    made.put(model::NetworkInterface{.id = Id<model::NetworkInterface>("eni-node"),
                                     .type = model::InterfaceType::NetworkLoadBalancer,
                                     .number = kNode});
    model::LoadBalancer balancer{.id = Id<model::LoadBalancer>("nlb"), .name = "web"};
    balancer.zones.push_back({.network_interface = Id<model::NetworkInterface>("eni-node")});
    made.put(balancer);
    return made.build();
  }

  FaultKeeperParts parts() {
    return {.core = core_,
            .region = "ap-northeast-1",
            .programmed = [this] { return programmed_; },
            .wait_programmed = [this](std::uint64_t revision) { programmed_ = revision; },
            .check_delays = [this]() -> Result<> {
              return has_netem_ ? Result<>() : unavailable("this kernel has no netem");
            },
            .delayed_links = [this]() -> Result<std::set<std::uint32_t>> {
              std::set<std::uint32_t> ports;
              for (const auto& [port, delay] : delays_) {
                ports.insert(port);
              }
              return ports;
            },
            .set_delay = [this](std::uint32_t port, milliseconds delay) -> Result<bool> {
              ++times_set_;
              delays_.erase(port);
              if (delay.count() != 0 && has_link_) {
                delays_[port] = delay;
              }
              return has_link_;
            },
            .forget_of_node = [this](std::uint32_t node) -> Result<std::uint32_t> {
              forgotten_.push_back(node);
              return 1U;
            }};
  }

  model::Fault begin(const FaultWish& wish) {
    const auto fault = keeper_.begin(wish);
    EXPECT_TRUE(fault) << fault.error().message();
    return fault.value_or(model::Fault{});
  }

  bool has_netem_ = true;
  bool has_link_ = true;
  std::uint64_t programmed_ = 0;
  int times_set_ = 0;
  std::map<std::uint32_t, milliseconds> delays_;
  std::vector<std::uint32_t> forgotten_;
  store::MemoryStore store_;
  FixedClock clock_;
  SeededIds ids_{1};
  core::Core core_{store_, world(), clock_, ids_};
  FaultKeeper keeper_{parts()};
};

const FaultWish kLate{.what = "eni", .name = "eni-1", .delay = milliseconds(50)};

TEST_F(FaultKeeperTest, A_delay_is_set_once_and_taken_away_with_its_fault) {
  const auto fault = begin(kLate);
  EXPECT_EQ(delays_.at(kPort), milliseconds(50));
  keeper_.keep();
  keeper_.keep();
  EXPECT_EQ(times_set_, 1);
  ASSERT_TRUE(keeper_.clear(fault.id.value));
  EXPECT_TRUE(delays_.empty());
  EXPECT_FALSE(keeper_.clear(fault.id.value));
}

TEST_F(FaultKeeperTest, A_link_that_was_made_anew_is_delayed_anew) {
  begin(kLate);
  delays_.clear();
  has_link_ = false;
  keeper_.keep();
  EXPECT_TRUE(delays_.empty());
  has_link_ = true;
  keeper_.keep();
  EXPECT_EQ(delays_.at(kPort), milliseconds(50));
}

TEST_F(FaultKeeperTest, What_an_earlier_daemon_has_left_is_set_right) {
  delays_[kPort] = milliseconds(9);
  delays_[99] = milliseconds(9);
  begin(kLate);
  EXPECT_EQ(delays_, (std::map<std::uint32_t, milliseconds>{{kPort, milliseconds(50)}}));
}

TEST_F(FaultKeeperTest, Without_netem_a_delay_is_no_fault_and_breaks_none_that_is_there) {
  has_netem_ = false;
  begin({.what = "eni", .name = "eni-1", .loss_percent = 10});
  EXPECT_FALSE(keeper_.begin(kLate));
  const auto faults = core_.snapshot()->all<model::Fault>();
  ASSERT_EQ(faults.size(), 1U);
  EXPECT_EQ(faults.begin()->second->loss_percent, 10);
}

TEST_F(FaultKeeperTest, The_connections_through_a_node_are_forgotten_each_time_that_it_fails) {
  const FaultWish node{.what = "node", .name = "web"};
  begin(node);
  keeper_.keep();
  EXPECT_EQ(forgotten_, std::vector{kNode});
  ASSERT_TRUE(keeper_.clear(""));
  begin(node);
  EXPECT_EQ(forgotten_, (std::vector{kNode, kNode}));
}

TEST_F(FaultKeeperTest, They_are_forgotten_when_the_maps_are_without_the_node_and_not_before) {
  ASSERT_TRUE(core_.run([](model::Transaction& tx) -> Result<> {
    tx.put(model::Fault{.id = Id<model::Fault>("fault-1"), .subject = "eni-node"});
    return {};
  }));
  keeper_.keep();
  EXPECT_TRUE(forgotten_.empty());
  programmed_ = core_.snapshot()->revision();
  keeper_.keep();
  EXPECT_EQ(forgotten_, std::vector{kNode});
}

}  // namespace
}  // namespace postern::daemon
