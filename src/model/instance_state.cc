// SPDX-License-Identifier: Apache-2.0
#include "model/instance_state.h"

#include <fmt/chrono.h>
#include <fmt/format.h>

#include <vector>

#include "base/check.h"

namespace postern::model {
namespace {

using enum InstanceState;

constexpr auto kTerminatedVisibleFor = std::chrono::hours(1);

struct Words {
  std::string_view text;
  int code;
};

// [EC2 API reference, InstanceState]
Words words(InstanceState state) {
  switch (state) {
    case Pending:
      return {"pending", 0};
    case Running:
      return {"running", 16};
    case ShuttingDown:
      return {"shutting-down", 32};
    case Terminated:
      return {"terminated", 48};
    case Stopping:
      return {"stopping", 64};
    case Stopped:
      return {"stopped", 80};
  }
  POSTERN_CHECK(false, "every instance state has words");
}

// "User initiated (2026-01-01 00:00:00 GMT)"
std::string user_initiated(TimePoint now) {
  return fmt::format("User initiated ({:%Y-%m-%d %H:%M:%S} GMT)",
                     std::chrono::floor<std::chrono::seconds>(now));
}

void say_user_initiated(Instance& instance, TimePoint now) {
  instance.state_reason_code = "Client.UserInitiatedShutdown";
  instance.state_reason_message = "Client.UserInitiatedShutdown: User initiated shutdown";
  instance.state_transition_reason = user_initiated(now);
}

void release_interface(Transaction& tx, const Id<NetworkInterface>& id) {
  const NetworkInterface* found = tx.world().find(id);
  if (found == nullptr) {
    return;
  }
  if (found->attachment && found->attachment->delete_on_termination) {
    tx.erase(id);
    return;
  }
  NetworkInterface free = *found;
  free.attachment.reset();
  tx.put(std::move(free));
}

void enter_terminated(Transaction& tx, Instance& instance) {
  release_interface(tx, instance.network_interface);
  instance.network_interface = {};
  instance.terminated_at = tx.now();
}

// The instance as `event` leaves it, or null when the event changes nothing.
std::optional<Instance> after(const Transaction& tx, const Id<Instance>& id, InstanceEvent event) {
  const Instance* found = tx.world().find(id);
  if (found == nullptr) {
    return std::nullopt;
  }
  const auto state = next(found->state, event);
  if (!state || *state == found->state) {
    return std::nullopt;
  }
  Instance changed = *found;
  changed.state = *state;
  return changed;
}

}  // namespace

std::optional<InstanceState> next(InstanceState state, InstanceEvent event) {
  switch (event) {
    case InstanceEvent::Started:
      return state == Pending ? std::optional(Running) : std::nullopt;
    case InstanceEvent::StartFailed:
      return state == Pending ? std::optional(Terminated) : std::nullopt;
    case InstanceEvent::TerminateAsked:
      return state == Terminated ? Terminated : ShuttingDown;
    case InstanceEvent::PoweredOff:
      return state == Running || state == Stopping ? std::optional(Stopped) : std::nullopt;
    case InstanceEvent::Gone:
      return state == ShuttingDown || state == Running ? std::optional(Terminated) : std::nullopt;
  }
  POSTERN_CHECK(false, "every instance event has a row");
}

std::string_view text(InstanceState state) {
  return words(state).text;
}

int code(InstanceState state) {
  return words(state).code;
}

bool mark_running(Transaction& tx, const Id<Instance>& id) {
  auto instance = after(tx, id, InstanceEvent::Started);
  if (!instance) {
    return false;
  }
  tx.put(*std::move(instance));
  return true;
}

bool mark_stopped(Transaction& tx, const Id<Instance>& id) {
  auto instance = after(tx, id, InstanceEvent::PoweredOff);
  if (!instance) {
    return false;
  }
  // A guest that powers itself off is told from StopInstances by this code.
  if (instance->state_reason_code.empty()) {
    instance->state_reason_code = "Client.InstanceInitiatedShutdown";
    instance->state_reason_message =
        "Client.InstanceInitiatedShutdown: Instance initiated shutdown";
  }
  tx.put(*std::move(instance));
  return true;
}

bool mark_terminated(Transaction& tx, const Id<Instance>& id) {
  auto instance = after(tx, id, InstanceEvent::Gone);
  if (!instance) {
    return false;
  }
  if (instance->state_reason_code.empty()) {
    instance->state_reason_code = "Client.InstanceInitiatedShutdown";
    instance->state_reason_message =
        "Client.InstanceInitiatedShutdown: Instance initiated shutdown";
  }
  enter_terminated(tx, *instance);
  tx.put(*std::move(instance));
  return true;
}

bool mark_start_failed(Transaction& tx, const Id<Instance>& id, std::string_view reason) {
  auto instance = after(tx, id, InstanceEvent::StartFailed);
  if (!instance) {
    return false;
  }
  instance->state_reason_code = "Server.InternalError";
  instance->state_reason_message = fmt::format("Server.InternalError: {}", reason);
  instance->state_transition_reason = "Server.InternalError";
  enter_terminated(tx, *instance);
  tx.put(*std::move(instance));
  return true;
}

void begin_termination(Transaction& tx, const Id<Instance>& id) {
  auto instance = after(tx, id, InstanceEvent::TerminateAsked);
  if (!instance) {
    return;
  }
  say_user_initiated(*instance, tx.now());
  tx.put(*std::move(instance));
}

void forget_old_terminated(Transaction& tx) {
  std::vector<Id<Instance>> old;
  for (const auto& [id, instance] : tx.world().all<Instance>()) {
    if (instance->state == Terminated &&
        tx.now() - instance->terminated_at > kTerminatedVisibleFor) {
      old.push_back(id);
    }
  }
  for (const Id<Instance>& id : old) {
    tx.erase(id);
  }
}

}  // namespace postern::model
