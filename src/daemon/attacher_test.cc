// SPDX-License-Identifier: Apache-2.0
// The attacher over places in memory: what it does when, and what is left after a failure.
#include "daemon/attacher.h"

#include <gtest/gtest.h>

#include "daemon/test_attach_world.h"
#include "model/holder_state.h"
#include "store/memory_store.h"

namespace postern::daemon {
namespace {

using enum model::HolderKind;
using model::HolderState;
using model::Id;
using model::NetworkInterface;

class ManualClock final : public Clock {
 public:
  TimePoint now() const override { return TimePoint(std::chrono::seconds(1000)); }
  SteadyPoint steady_now() const override { return steady; }
  SteadyPoint steady;
};

class FakePlaces final : public HostPlaces {
 public:
  Result<Place> look(model::HolderKind, const std::string& name) override {
    if (!there) {
      return refuse(faults::InvalidParameterValue, "there is no {}", name);
    }
    return place;
  }
  Result<> connect(const model::World& world, const NetworkInterface& interface) override {
    ++connects;
    EXPECT_NE(world.find(interface.subnet), nullptr);
    if (refuses) {
      return unavailable("no room");
    }
    links.insert(interface.number);
    return {};
  }
  Result<std::set<std::uint32_t>> connected() override {
    if (blind) {
      return unavailable("listing links: no buffer");
    }
    return links;
  }

  bool there = true;
  bool refuses = false;
  bool blind = false;
  Place place;
  int connects = 0;
  std::set<std::uint32_t> links;
};

class AttacherTest : public testing::Test {
 protected:
  AttacherTest() {
    EXPECT_TRUE(core_.run([](model::Transaction& tx) -> Result<> {
      AttachWorld{tx};
      return {};
    }));
  }
  // An attached interface.
  Id<NetworkInterface> attached(model::HolderKind kind, const std::string& place) {
    const auto made = attacher_.attach(AttachWorld::wish(kind, place));
    EXPECT_TRUE(made) << made.error().message();
    return made->id;
  }
  const NetworkInterface* find(const Id<NetworkInterface>& id) {
    world_ = core_.snapshot();
    return world_->find(id);
  }
  HolderState state(const Id<NetworkInterface>& id) { return model::holder_of(*find(id))->state; }
  std::size_t interfaces() { return core_.snapshot()->all<NetworkInterface>().size(); }

  store::MemoryStore store_;
  ManualClock clock_;
  SeededIds ids_{1};
  core::Core core_{store_, model::World(), clock_, ids_};
  FakePlaces places_;
  bool programs_ = true;
  Attacher attacher_{{.core = core_,
                      .clock = clock_,
                      .places = places_,
                      .region = AttachWorld::kRegion,
                      // As the reconciler: what no record wants has no link.
                      .wait_programmed = [this](std::uint64_t) {
                        std::set<std::uint32_t> wanted;
                        const auto world = core_.snapshot();
                        for (const auto* held : model::held_interfaces(*world)) {
                          if (model::holder_of(*held)->state == HolderState::Attached) {
                            wanted.insert(held->number);
                          }
                        }
                        std::erase_if(places_.links,
                                      [&](auto link) { return !wanted.contains(link); });
                        return programs_;
                      }}};
  std::shared_ptr<const model::World> world_;
};

TEST_F(AttacherTest, What_is_attached_is_connected_and_detaching_takes_it_away) {
  const auto id = attached(Process, "7");
  EXPECT_EQ(places_.links.size(), 1U);
  EXPECT_EQ(state(id), HolderState::Attached);
  EXPECT_TRUE(attacher_.detach(id));
  EXPECT_TRUE(places_.links.empty());
  EXPECT_EQ(interfaces(), 0U);
  EXPECT_FALSE(attacher_.detach(id));
}

TEST_F(AttacherTest, An_attach_that_fails_leaves_nothing) {
  places_.there = false;
  EXPECT_EQ(attacher_.attach(AttachWorld::wish()).error().message(), "there is no 4711");
  EXPECT_EQ(interfaces(), 0U);
  places_.there = true;
  places_.refuses = true;
  EXPECT_EQ(attacher_.attach(AttachWorld::wish()).error().message(), "no room");
  EXPECT_EQ(interfaces(), 0U);
  places_.refuses = false;
  programs_ = false;
  EXPECT_FALSE(attacher_.attach(AttachWorld::wish()));
  EXPECT_EQ(interfaces(), 0U);
  EXPECT_EQ(places_.connects, 1);
  EXPECT_TRUE(places_.links.empty());
}

TEST_F(AttacherTest, Nothing_is_done_to_what_is_still_there) {
  const auto process = attached(Process, "7");
  const auto tap = attached(Tap, "tap0");
  const std::uint64_t revision = core_.snapshot()->revision();
  attacher_.keep();
  EXPECT_EQ(core_.snapshot()->revision(), revision);
  places_.links.clear();
  places_.blind = true;
  attacher_.keep();
  EXPECT_EQ(core_.snapshot()->revision(), revision);
  EXPECT_NE(find(process), nullptr);
  EXPECT_NE(find(tap), nullptr);
}

TEST_F(AttacherTest, A_process_that_ended_is_released) {
  const auto id = attached(Process, "7");
  places_.links.clear();
  attacher_.keep();
  EXPECT_EQ(find(id), nullptr);
  EXPECT_EQ(places_.connects, 1);
}

TEST_F(AttacherTest, A_path_that_lost_its_namespace_waits_and_gets_its_own_again) {
  const auto id = attached(Namespace, "/run/netns/web");
  const IpAddress address = find(id)->address;
  places_.links.clear();
  places_.there = false;
  attacher_.keep();
  EXPECT_EQ(state(id), HolderState::Waiting);
  const std::uint64_t revision = core_.snapshot()->revision();
  attacher_.keep();
  EXPECT_EQ(core_.snapshot()->revision(), revision);
  places_.there = true;
  attacher_.keep();
  EXPECT_EQ(state(id), HolderState::Attached);
  EXPECT_EQ(find(id)->address, address);
  EXPECT_EQ(places_.links.size(), 1U);
}

TEST_F(AttacherTest, A_place_that_came_back_as_one_that_cannot_have_it_is_left_alone) {
  const auto id = attached(Namespace, "/run/netns/web");
  places_.links.clear();
  places_.place.is_postern = true;
  attacher_.keep();
  EXPECT_EQ(state(id), HolderState::Waiting);
  EXPECT_EQ(places_.connects, 1);
}

TEST_F(AttacherTest, A_tap_is_not_made_again) {
  places_.place = {.tap_exists = false};
  const auto id = attached(Tap, "tap0");
  places_.links.clear();
  attacher_.keep();
  EXPECT_EQ(state(id), HolderState::Waiting);
  EXPECT_EQ(places_.connects, 1);
  places_.place = {.tap_exists = true, .is_tap = true};
  attacher_.keep();
  EXPECT_EQ(state(id), HolderState::Attached);
  EXPECT_EQ(places_.connects, 2);
}

TEST_F(AttacherTest, A_place_that_refuses_is_not_asked_each_second) {
  const auto id = attached(Namespace, "/run/netns/web");
  places_.links.clear();
  places_.refuses = true;
  attacher_.keep();
  attacher_.keep();
  EXPECT_EQ(places_.connects, 2);
  EXPECT_EQ(state(id), HolderState::Waiting);
  places_.refuses = false;
  clock_.steady += std::chrono::seconds(11);
  attacher_.keep();
  EXPECT_EQ(state(id), HolderState::Attached);
}

// The daemon died after the record was durable and before the link was made.
TEST_F(AttacherTest, What_a_dead_daemon_began_is_finished_or_taken_back) {
  const auto process = attached(Process, "7");
  const auto path = attached(Namespace, "/run/netns/web");
  places_.links.clear();
  attacher_.keep();
  EXPECT_EQ(find(process), nullptr);
  EXPECT_EQ(state(path), HolderState::Attached);
  EXPECT_EQ(places_.links.size(), 1U);
}

}  // namespace
}  // namespace postern::daemon
