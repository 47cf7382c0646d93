// SPDX-License-Identifier: Apache-2.0
#include "model/instance_state.h"

#include <gtest/gtest.h>

namespace postern::model {
namespace {

using enum InstanceState;
using Event = InstanceEvent;

constexpr InstanceState kStates[] = {Pending, Running, ShuttingDown, Terminated, Stopping, Stopped};
constexpr Event kEvents[] = {Event::Started,    Event::LaunchFailed,   Event::StartFailed,
                             Event::StopAsked,  Event::StartAsked,     Event::RebootAsked,
                             Event::PoweredOff, Event::TerminateAsked, Event::Gone};

// [EC2 user guide, "Amazon EC2 instance state changes"]
TEST(InstanceState, Every_event_in_every_state) {
  struct Row {
    InstanceState from;
    Event event;
    InstanceState to;
  };
  const Row rows[] = {
      {Pending, Event::Started, Running},
      {Pending, Event::LaunchFailed, Terminated},
      {Pending, Event::StartFailed, Stopped},
      {Running, Event::StartFailed, Stopped},
      {Running, Event::StopAsked, Stopping},
      {Stopping, Event::StopAsked, Stopping},
      {Stopped, Event::StopAsked, Stopped},
      {Stopped, Event::StartAsked, Pending},
      {Pending, Event::StartAsked, Pending},
      {Running, Event::StartAsked, Running},
      {Running, Event::RebootAsked, Running},
      {Terminated, Event::RebootAsked, Terminated},
      {Running, Event::PoweredOff, Stopped},
      {Stopping, Event::PoweredOff, Stopped},
      {ShuttingDown, Event::Gone, Terminated},
      {Running, Event::Gone, Terminated},
      {Pending, Event::TerminateAsked, ShuttingDown},
      {Running, Event::TerminateAsked, ShuttingDown},
      {Stopping, Event::TerminateAsked, ShuttingDown},
      {Stopped, Event::TerminateAsked, ShuttingDown},
      {ShuttingDown, Event::TerminateAsked, ShuttingDown},
      {Terminated, Event::TerminateAsked, Terminated},
  };
  for (const InstanceState state : kStates) {
    for (const Event event : kEvents) {
      std::optional<InstanceState> expected;
      for (const Row& row : rows) {
        if (row.from == state && row.event == event) {
          expected = row.to;
        }
      }
      EXPECT_EQ(next(state, event), expected)
          << text(state) << " event " << static_cast<int>(event);
    }
  }
}

// [EC2 API reference, InstanceState]
TEST(InstanceState, Codes_and_names_are_those_of_AWS) {
  struct Row {
    InstanceState state;
    const char* text;
    int code;
  };
  for (const Row& row : {Row{Pending, "pending", 0}, Row{Running, "running", 16},
                         Row{ShuttingDown, "shutting-down", 32}, Row{Terminated, "terminated", 48},
                         Row{Stopping, "stopping", 64}, Row{Stopped, "stopped", 80}}) {
    EXPECT_EQ(text(row.state), row.text);
    EXPECT_EQ(code(row.state), row.code);
  }
}

class InstanceRecord : public testing::Test {
 protected:
  World world(InstanceState state, bool delete_on_termination = true) {
    return WorldBuilder()
        .put(Instance{.id = kId, .network_interface = kInterface, .state = state})
        .put(NetworkInterface{
            .id = kInterface,
            .attachment = Attachment{.instance_id = kId.value,
                                     .delete_on_termination = delete_on_termination}})
        .build();
  }
  Transaction over(World base, TimePoint now = TimePoint(std::chrono::seconds(60))) {
    return Transaction(std::move(base), now, ids_);
  }

  const Id<Instance> kId{"i-1"};
  const Id<NetworkInterface> kInterface{"eni-1"};
  SeededIds ids_{1};
};

TEST_F(InstanceRecord, Terminating_takes_the_interface_along) {
  Transaction tx = over(world(Running));
  begin_termination(tx, kId);
  EXPECT_EQ(tx.world().find(kId)->state, ShuttingDown);
  EXPECT_EQ(tx.world().find(kId)->state_reason_code, "Client.UserInitiatedShutdown");
  EXPECT_EQ(tx.world().find(kId)->state_transition_reason,
            "User initiated (1970-01-01 00:01:00 GMT)");
  EXPECT_NE(tx.world().find(kInterface), nullptr)
      << "it is the machine's until the machine is gone";
  EXPECT_TRUE(mark_terminated(tx, kId));
  EXPECT_EQ(tx.world().find(kId)->state, Terminated);
  EXPECT_EQ(tx.world().find(kId)->terminated_at, tx.now());
  EXPECT_TRUE(tx.world().find(kId)->network_interface.empty());
  EXPECT_EQ(tx.world().find(kInterface), nullptr);
  EXPECT_EQ(tx.world().find(kId)->state_reason_code, "Client.UserInitiatedShutdown");
}

// [EC2 user guide, "Preserve data when an instance is terminated": DeleteOnTermination]
TEST_F(InstanceRecord, An_interface_that_is_not_deleted_on_termination_becomes_free) {
  Transaction tx = over(world(ShuttingDown, false));
  EXPECT_TRUE(mark_terminated(tx, kId));
  ASSERT_NE(tx.world().find(kInterface), nullptr);
  EXPECT_FALSE(tx.world().find(kInterface)->attachment);
}

TEST_F(InstanceRecord, A_failed_start_says_why_and_leaves_nothing) {
  Transaction tx = over(world(Pending));
  EXPECT_TRUE(mark_start_failed(tx, kId, "no space left on device"));
  EXPECT_EQ(tx.world().find(kId)->state, Terminated);
  EXPECT_EQ(tx.world().find(kId)->state_reason_code, "Server.InternalError");
  EXPECT_EQ(tx.world().find(kId)->state_reason_message,
            "Server.InternalError: no space left on device");
  EXPECT_EQ(tx.world().find(kInterface), nullptr);
}

TEST_F(InstanceRecord, A_guest_that_powers_off_is_stopped_and_keeps_its_interface) {
  Transaction tx = over(world(Running));
  EXPECT_TRUE(mark_stopped(tx, kId));
  EXPECT_EQ(tx.world().find(kId)->state, Stopped);
  EXPECT_EQ(tx.world().find(kId)->state_reason_code, "Client.InstanceInitiatedShutdown");
  EXPECT_NE(tx.world().find(kInterface), nullptr);
}

TEST_F(InstanceRecord, A_stop_and_a_start_keep_the_interface_and_count_a_boot) {
  Transaction tx = over(world(Running));
  EXPECT_TRUE(begin_stop(tx, kId, ShutdownManner::Graceful));
  EXPECT_EQ(tx.world().find(kId)->state, Stopping);
  EXPECT_EQ(tx.world().find(kId)->state_reason_code, "Client.UserInitiatedShutdown");
  EXPECT_TRUE(mark_stopped(tx, kId));
  EXPECT_EQ(tx.world().find(kId)->state, Stopped);
  EXPECT_EQ(tx.world().find(kId)->state_reason_code, "Client.UserInitiatedShutdown");
  EXPECT_EQ(tx.world().find(kId)->boot, 1);
  Transaction later = over(tx.world(), tx.now() + std::chrono::hours(1));
  EXPECT_TRUE(begin_start(later, kId));
  const Instance* started = later.world().find(kId);
  EXPECT_EQ(started->state, Pending);
  EXPECT_EQ(started->boot, 2);
  EXPECT_EQ(started->launched_at, later.now());
  EXPECT_EQ(started->state_reason_code + started->state_transition_reason, "");
  EXPECT_EQ(started->network_interface, kInterface);
  EXPECT_TRUE(mark_running(later, kId));
}

TEST_F(InstanceRecord, A_stop_that_is_asked_for_again_can_only_become_more_urgent) {
  Transaction tx = over(world(Running));
  begin_stop(tx, kId, ShutdownManner::Graceful);
  begin_stop(tx, kId, ShutdownManner::Forced);
  EXPECT_EQ(tx.world().find(kId)->shutdown, ShutdownManner::Forced);
  begin_stop(tx, kId, ShutdownManner::Graceful);
  EXPECT_EQ(tx.world().find(kId)->shutdown, ShutdownManner::Forced);
  mark_stopped(tx, kId);
  EXPECT_EQ(tx.world().find(kId)->shutdown, ShutdownManner::Graceful);
}

TEST_F(InstanceRecord, A_reboot_is_a_boot_more_and_no_state) {
  Transaction tx = over(world(Running));
  EXPECT_TRUE(begin_reboot(tx, kId));
  EXPECT_EQ(tx.world().find(kId)->state, Running);
  EXPECT_EQ(tx.world().find(kId)->boot, 2);
  Transaction ended = over(world(Terminated));
  EXPECT_TRUE(begin_reboot(ended, kId));
  EXPECT_TRUE(ended.touched().empty());
}

// [EC2 user guide, "Amazon EC2 instance IP addressing"]
TEST_F(InstanceRecord, A_public_address_of_its_launch_is_given_back_by_a_stop) {
  World base = world(Running);
  {
    Transaction tx = over(base);
    NetworkInterface interface = *tx.world().find(kInterface);
    interface.public_ip = IpAddress::parse("198.18.0.1");
    tx.put(interface);
    base = tx.world();
  }
  Transaction tx = over(base);
  begin_stop(tx, kId, ShutdownManner::Graceful);
  EXPECT_TRUE(tx.world().find(kInterface)->public_ip);
  mark_stopped(tx, kId);
  EXPECT_FALSE(tx.world().find(kInterface)->public_ip);
  EXPECT_TRUE(tx.world().find(kInterface)->public_ip_at_start);
}

TEST_F(InstanceRecord, One_that_ran_before_is_stopped_when_it_cannot_start_again) {
  for (const InstanceState state : {Pending, Running}) {
    World base = world(state);
    Transaction tx = over(base);
    Instance instance = *tx.world().find(kId);
    instance.boot = 2;
    tx.put(instance);
    EXPECT_TRUE(mark_start_failed(tx, kId, "no space left on device"));
    EXPECT_EQ(tx.world().find(kId)->state, Stopped);
    EXPECT_EQ(tx.world().find(kId)->state_reason_code, "Server.InternalError");
    EXPECT_NE(tx.world().find(kInterface), nullptr);
  }
}

TEST_F(InstanceRecord, What_comes_too_late_changes_nothing) {
  Transaction tx = over(world(ShuttingDown));
  EXPECT_FALSE(mark_running(tx, kId)) << "started just after TerminateInstances";
  EXPECT_FALSE(mark_stopped(tx, kId));
  EXPECT_FALSE(mark_start_failed(tx, kId, "why"));
  EXPECT_FALSE(mark_running(tx, Id<Instance>("i-2"))) << "not in the World";
  begin_termination(tx, kId);
  EXPECT_TRUE(tx.touched().empty());
  Transaction pending = over(world(Pending));
  EXPECT_TRUE(mark_running(pending, kId));
  EXPECT_FALSE(mark_running(pending, kId));
}

TEST_F(InstanceRecord, A_terminated_instance_is_forgotten_after_an_hour) {
  Transaction tx = over(world(ShuttingDown));
  mark_terminated(tx, kId);
  Transaction hour = over(tx.world(), tx.now() + std::chrono::hours(1));
  forget_old_terminated(hour);
  EXPECT_NE(hour.world().find(kId), nullptr);
  Transaction later = over(tx.world(), tx.now() + std::chrono::hours(1) + std::chrono::seconds(1));
  forget_old_terminated(later);
  EXPECT_EQ(later.world().find(kId), nullptr);
  Transaction running = over(world(Running), tx.now() + std::chrono::hours(9));
  forget_old_terminated(running);
  EXPECT_TRUE(running.touched().empty());
}

}  // namespace
}  // namespace postern::model
