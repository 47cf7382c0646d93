// SPDX-License-Identifier: Apache-2.0
#include "instances/runner/plan.h"

#include <gtest/gtest.h>

namespace postern::instances {
namespace {

using model::InstanceState;

const model::Id<model::Instance> kId("i-1");

// Every state of the World against every state of the host.
TEST(RunnerPlan, Each_pair_of_wanted_and_found_has_its_step) {
  const HostState running{.running = true};
  const HostState ended{};
  const HostState rebooted{.rebooted = true};
  // Of a boot before the one that is wanted; prepared only, and never begun.
  const HostState outdated{.running = true, .boot = 0};
  const HostState outdated_ended{.boot = 0};
  struct Case {
    InstanceState wanted;
    std::optional<HostState> found;
    std::optional<Action> action;
  };
  const Case cases[] = {
      {InstanceState::Pending, std::nullopt, Action::Start},
      {InstanceState::Pending, ended, Action::Start},
      {InstanceState::Pending, running, Action::ReportRunning},
      {InstanceState::Pending, outdated, Action::PowerOff},
      {InstanceState::Pending, outdated_ended, Action::Start},
      {InstanceState::Running, running, std::nullopt},
      {InstanceState::Running, outdated, Action::PowerOff},
      {InstanceState::Running, outdated_ended, Action::Restart},
      {InstanceState::Running, ended, Action::ReportPoweredOff},
      {InstanceState::Running, rebooted, Action::Restart},
      {InstanceState::Running, std::nullopt, Action::ReportPoweredOff},
      {InstanceState::ShuttingDown, running, Action::PowerOff},
      {InstanceState::ShuttingDown, ended, Action::Finish},
      {InstanceState::ShuttingDown, std::nullopt, Action::Finish},
      {InstanceState::Terminated, std::nullopt, std::nullopt},
      {InstanceState::Terminated, ended, Action::Remove},
      {InstanceState::Stopping, running, Action::PowerOff},
      {InstanceState::Stopping, ended, Action::Stop},
      {InstanceState::Stopping, rebooted, Action::Stop},
      {InstanceState::Stopping, std::nullopt, Action::Stop},
      {InstanceState::Stopped, std::nullopt, std::nullopt},
      {InstanceState::Stopped, ended, std::nullopt},
      {InstanceState::Stopped, rebooted, std::nullopt},
  };
  for (const Case& c : cases) {
    SCOPED_TRACE(fmt::format("wanted {} found {}", static_cast<int>(c.wanted),
                             c.found ? (c.found->running ? "running" : "ended") : "nothing"));
    const model::World world =
        model::WorldBuilder().put(model::Instance{.id = kId, .state = c.wanted}).build();
    std::map<std::string, HostState> hosts;
    if (c.found) {
      hosts[kId.value] = *c.found;
    }
    const auto steps = plan(world, hosts);
    if (c.action) {
      EXPECT_EQ(steps, (std::vector<Step>{{*c.action, kId}}));
    } else {
      EXPECT_TRUE(steps.empty());
    }
  }
}

// [EC2 user guide, "Change instance initiated shutdown behavior"]
TEST(RunnerPlan, An_instance_that_shut_itself_down_stops_or_ends_as_its_attribute_says) {
  model::Instance instance{.id = kId, .state = InstanceState::Running};
  EXPECT_EQ(plan(model::WorldBuilder().put(instance).build(), {{"i-1", {}}}),
            (std::vector<Step>{{Action::ReportPoweredOff, kId}}));
  instance.shutdown_behavior = "terminate";
  EXPECT_EQ(plan(model::WorldBuilder().put(instance).build(), {{"i-1", {}}}),
            (std::vector<Step>{{Action::Finish, kId}}));
  EXPECT_EQ(plan(model::WorldBuilder().put(instance).build(), {{"i-1", {.rebooted = true}}}),
            (std::vector<Step>{{Action::Restart, kId}}));
}

TEST(RunnerPlan, What_nobody_knows_is_removed) {
  EXPECT_EQ(plan(model::World(), {{"i-9", {.running = true}}}),
            (std::vector<Step>{{Action::Remove, model::Id<model::Instance>("i-9")}}));
}

}  // namespace
}  // namespace postern::instances
