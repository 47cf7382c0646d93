// SPDX-License-Identifier: Apache-2.0
#include "model/holder_state.h"

#include <gtest/gtest.h>

namespace postern::model {
namespace {

using enum HolderKind;
using enum HolderState;
using Step = HolderStep;

TEST(HolderState, Every_finding_in_every_state) {
  struct Row {
    HolderKind kind;
    HolderState state;
    bool connected;
    bool ready;
    Step step;
  };
  const Row rows[] = {
      {Process, Attached, true, false, Step::Keep},
      {Process, Attached, false, false, Step::Release},
      // Whatever has that process id now is another process.
      {Process, Attached, false, true, Step::Release},
      {Process, Waiting, false, true, Step::Release},
      {Namespace, Attached, true, false, Step::Keep},
      {Namespace, Attached, true, true, Step::Keep},
      {Namespace, Attached, false, false, Step::Wait},
      {Namespace, Attached, false, true, Step::Connect},
      {Namespace, Waiting, false, false, Step::Keep},
      {Namespace, Waiting, false, true, Step::Connect},
      // A daemon that died between making the link and saying so.
      {Namespace, Waiting, true, false, Step::Connect},
      {Tap, Attached, true, true, Step::Keep},
      {Tap, Attached, false, false, Step::Wait},
      {Tap, Waiting, false, false, Step::Keep},
      {Tap, Waiting, false, true, Step::Connect},
  };
  for (const Row& row : rows) {
    const Holder holder{.kind = row.kind, .state = row.state};
    EXPECT_EQ(next_step(holder, {.connected = row.connected, .ready = row.ready}), row.step)
        << "row " << &row - rows;
  }
}

class HeldInterfaces : public testing::Test {
 protected:
  HeldInterfaces() {
    tx.put(NetworkInterface{.id = kHeld, .attachment = Attachment{.holder = Holder{.kind = Tap}}});
    tx.put(NetworkInterface{.id = kInstance, .attachment = Attachment{.instance_id = "i-1"}});
    tx.put(NetworkInterface{.id = kFree});
  }
  HolderState state() const { return holder_of(*tx.world().find(kHeld))->state; }

  static inline const Id<NetworkInterface> kHeld{"eni-held"};
  static inline const Id<NetworkInterface> kInstance{"eni-instance"};
  static inline const Id<NetworkInterface> kFree{"eni-free"};
  SeededIds ids{1};
  Transaction tx{World(), TimePoint(), ids};
};

TEST_F(HeldInterfaces, Are_those_that_something_of_the_hosts_holds) {
  const auto held = held_interfaces(tx.world());
  ASSERT_EQ(held.size(), 1U);
  EXPECT_EQ(held.front()->id, kHeld);
  EXPECT_EQ(holder_of(*tx.world().find(kInstance)), nullptr);
  EXPECT_EQ(holder_of(*tx.world().find(kFree)), nullptr);
}

TEST_F(HeldInterfaces, Wait_and_are_attached_again) {
  mark_waiting(tx, kHeld);
  EXPECT_EQ(state(), Waiting);
  mark_attached(tx, kHeld);
  EXPECT_EQ(state(), Attached);
}

TEST_F(HeldInterfaces, Are_released_alone) {
  for (const auto& id : {kHeld, kInstance, kFree, Id<NetworkInterface>("eni-gone")}) {
    mark_waiting(tx, id);
    release(tx, id);
  }
  EXPECT_EQ(tx.world().find(kHeld), nullptr);
  EXPECT_NE(tx.world().find(kInstance), nullptr);
  EXPECT_NE(tx.world().find(kFree), nullptr);
}

}  // namespace
}  // namespace postern::model
