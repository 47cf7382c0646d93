// SPDX-License-Identifier: Apache-2.0
#include "instances/runner/plan.h"

#include <optional>

namespace postern::instances {
namespace {

using model::InstanceState;

std::optional<Action> action_for(InstanceState state, const HostState* host) {
  const bool running = host != nullptr && host->running;
  switch (state) {
    case InstanceState::Pending:
      return running ? Action::ReportRunning : Action::Start;
    case InstanceState::Running:
      if (running) {
        return std::nullopt;
      }
      return host != nullptr && host->rebooted ? Action::Restart : Action::ReportPoweredOff;
    case InstanceState::ShuttingDown:
      return Action::End;
    case InstanceState::Terminated:
      return host != nullptr ? std::optional(Action::Remove) : std::nullopt;
    case InstanceState::Stopping:
    case InstanceState::Stopped:
      return std::nullopt;
  }
  return std::nullopt;
}

}  // namespace

std::vector<Step> plan(const model::World& world, const std::map<std::string, HostState>& hosts) {
  std::vector<Step> steps;
  for (const auto& [id, instance] : world.all<model::Instance>()) {
    const auto host = hosts.find(id.value);
    const auto action = action_for(instance->state, host != hosts.end() ? &host->second : nullptr);
    if (action) {
      steps.push_back({*action, id});
    }
  }
  for (const auto& [id, host] : hosts) {
    const model::Id<model::Instance> instance(id);
    if (world.find(instance) == nullptr) {
      steps.push_back({Action::Remove, instance});
    }
  }
  return steps;
}

}  // namespace postern::instances
