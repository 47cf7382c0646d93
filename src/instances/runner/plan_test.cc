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
  struct Case {
    InstanceState wanted;
    std::optional<HostState> found;
    std::optional<Action> action;
  };
  const Case cases[] = {
      {InstanceState::Pending, std::nullopt, Action::Start},
      {InstanceState::Pending, ended, Action::Start},
      {InstanceState::Pending, running, Action::ReportRunning},
      {InstanceState::Running, running, std::nullopt},
      {InstanceState::Running, ended, Action::ReportPoweredOff},
      {InstanceState::Running, rebooted, Action::Restart},
      {InstanceState::Running, std::nullopt, Action::ReportPoweredOff},
      {InstanceState::ShuttingDown, running, Action::End},
      {InstanceState::ShuttingDown, ended, Action::End},
      {InstanceState::ShuttingDown, std::nullopt, Action::End},
      {InstanceState::Terminated, std::nullopt, std::nullopt},
      {InstanceState::Terminated, ended, Action::Remove},
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

TEST(RunnerPlan, What_nobody_knows_is_removed) {
  EXPECT_EQ(plan(model::World(), {{"i-9", {.running = true}}}),
            (std::vector<Step>{{Action::Remove, model::Id<model::Instance>("i-9")}}));
}

}  // namespace
}  // namespace postern::instances
