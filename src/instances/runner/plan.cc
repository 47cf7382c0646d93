// SPDX-License-Identifier: Apache-2.0
#include "instances/runner/plan.h"

#include <optional>

namespace postern::instances {
namespace {

using model::InstanceState;

// What runs on, or ran last, is of an earlier boot than the World wants: RebootInstances.
bool is_outdated(const model::Instance& instance, const HostState& host) {
  return host.boot < instance.boot;
}

// AWS terminates or stops an instance that shut itself down, as its attribute
// InstanceInitiatedShutdownBehavior says.
Action after_own_shutdown(const model::Instance& instance) {
  return instance.shutdown_behavior == "terminate" ? Action::Finish : Action::ReportPoweredOff;
}

std::optional<Action> action_for(const model::Instance& instance, const HostState* host) {
  const bool running = host != nullptr && host->running;
  switch (instance.state) {
    case InstanceState::Pending:
      if (!running) {
        return Action::Start;
      }
      return is_outdated(instance, *host) ? Action::PowerOff : Action::ReportRunning;
    case InstanceState::Running:
      if (running) {
        return is_outdated(instance, *host) ? std::optional(Action::PowerOff) : std::nullopt;
      }
      return host != nullptr && (host->rebooted || is_outdated(instance, *host))
                 ? Action::Restart
                 : after_own_shutdown(instance);
    case InstanceState::ShuttingDown:
      return running ? Action::PowerOff : Action::Finish;
    case InstanceState::Terminated:
      return host != nullptr ? std::optional(Action::Remove) : std::nullopt;
    case InstanceState::Stopping:
      return running ? Action::PowerOff : Action::Stop;
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
    const auto action = action_for(*instance, host != hosts.end() ? &host->second : nullptr);
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
