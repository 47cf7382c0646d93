// SPDX-License-Identifier: Apache-2.0
#include "model/instance_state.h"

#include <fmt/chrono.h>
#include <fmt/format.h>

#include <vector>

#include "base/check.h"
#include "model/timing.h"

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
  changed.state_since = tx.now();
  return changed;
}

// Whether `event` means anything to the instance, be it that nothing changes.
bool is_allowed(const Transaction& tx, const Id<Instance>& id, InstanceEvent event) {
  const Instance* found = tx.world().find(id);
  return found != nullptr && next(found->state, event);
}

// Whether it has been in the state for as long as it takes.
bool has_waited(const Transaction& tx, const Id<Instance>& id, InstanceState state,
                Passing passing) {
  const Instance* found = tx.world().find(id);
  return found == nullptr || found->state != state ||
         found->shutdown == ShutdownManner::Immediate ||
         may_move_on(tx, passing, found->state_since, id.value);
}

// A guest that ends by itself is told from one that was asked to by this code.
void say_instance_initiated(Instance& instance) {
  if (instance.state_reason_code.empty()) {
    instance.state_reason_code = "Client.InstanceInitiatedShutdown";
    instance.state_reason_message = "Client.InstanceInitiatedShutdown: Instance initiated shutdown";
  }
}

// [EC2 user guide, "Amazon EC2 instance IP addressing": the public address is released when the
// instance is stopped, and a new one comes when it is started]
void give_public_address_back(Transaction& tx, const Id<NetworkInterface>& id) {
  const NetworkInterface* found = tx.world().find(id);
  if (found == nullptr || !found->public_ip) {
    return;
  }
  NetworkInterface without = *found;
  without.public_ip.reset();
  without.public_ip_at_start = true;
  tx.put(std::move(without));
}

void enter_stopped(Transaction& tx, Instance& instance) {
  give_public_address_back(tx, instance.network_interface);
  instance.shutdown = ShutdownManner::Graceful;
}

void hurry(Transaction& tx, const Id<Instance>& id, ShutdownManner manner) {
  Instance instance = *tx.world().find(id);
  if (instance.shutdown < manner) {
    instance.shutdown = manner;
    tx.put(std::move(instance));
  }
}

}  // namespace

std::optional<InstanceState> next(InstanceState state, InstanceEvent event) {
  switch (event) {
    case InstanceEvent::Started:
      return state == Pending ? std::optional(Running) : std::nullopt;
    case InstanceEvent::LaunchFailed:
      return state == Pending ? std::optional(Terminated) : std::nullopt;
    case InstanceEvent::StartFailed:
      return state == Pending || state == Running ? std::optional(Stopped) : std::nullopt;
    case InstanceEvent::StopAsked:
      if (state == Stopped) {
        return Stopped;
      }
      return state == Running || state == Stopping ? std::optional(Stopping) : std::nullopt;
    case InstanceEvent::StartAsked:
      if (state == Stopped) {
        return Pending;
      }
      return state == Pending || state == Running ? std::optional(state) : std::nullopt;
    case InstanceEvent::RebootAsked:
      return state == Running || state == Terminated ? std::optional(state) : std::nullopt;
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
  if (!instance || !has_waited(tx, id, Pending, Passing::InstancePending)) {
    return false;
  }
  tx.put(*std::move(instance));
  return true;
}

bool mark_stopped(Transaction& tx, const Id<Instance>& id) {
  auto instance = after(tx, id, InstanceEvent::PoweredOff);
  if (!instance || !has_waited(tx, id, Stopping, Passing::InstanceStopping)) {
    return false;
  }
  say_instance_initiated(*instance);
  enter_stopped(tx, *instance);
  tx.put(*std::move(instance));
  return true;
}

bool mark_terminated(Transaction& tx, const Id<Instance>& id) {
  auto instance = after(tx, id, InstanceEvent::Gone);
  if (!instance || !has_waited(tx, id, ShuttingDown, Passing::InstanceShuttingDown)) {
    return false;
  }
  say_instance_initiated(*instance);
  enter_terminated(tx, *instance);
  tx.put(*std::move(instance));
  return true;
}

bool mark_start_failed(Transaction& tx, const Id<Instance>& id, std::string_view reason) {
  const Instance* found = tx.world().find(id);
  const bool has_run = found != nullptr && (found->boot > 1 || found->state == Running);
  auto instance = after(tx, id, has_run ? InstanceEvent::StartFailed : InstanceEvent::LaunchFailed);
  if (!instance) {
    return false;
  }
  instance->state_reason_code = "Server.InternalError";
  instance->state_reason_message = fmt::format("Server.InternalError: {}", reason);
  instance->state_transition_reason = "Server.InternalError";
  if (has_run) {
    enter_stopped(tx, *instance);
  } else {
    enter_terminated(tx, *instance);
  }
  tx.put(*std::move(instance));
  return true;
}

void begin_termination(Transaction& tx, const Id<Instance>& id, ShutdownManner manner) {
  auto instance = after(tx, id, InstanceEvent::TerminateAsked);
  if (!instance) {
    return;
  }
  say_user_initiated(*instance, tx.now());
  instance->shutdown = manner;
  tx.put(*std::move(instance));
}

bool begin_stop(Transaction& tx, const Id<Instance>& id, ShutdownManner manner) {
  if (!is_allowed(tx, id, InstanceEvent::StopAsked)) {
    return false;
  }
  if (auto instance = after(tx, id, InstanceEvent::StopAsked)) {
    say_user_initiated(*instance, tx.now());
    instance->shutdown = manner;
    tx.put(*std::move(instance));
  } else if (tx.world().find(id)->state == Stopping) {
    hurry(tx, id, manner);
  }
  return true;
}

bool begin_start(Transaction& tx, const Id<Instance>& id) {
  if (!is_allowed(tx, id, InstanceEvent::StartAsked)) {
    return false;
  }
  if (auto instance = after(tx, id, InstanceEvent::StartAsked)) {
    ++instance->boot;
    instance->launched_at = tx.now();
    instance->state_reason_code.clear();
    instance->state_reason_message.clear();
    instance->state_transition_reason.clear();
    tx.put(*std::move(instance));
  }
  return true;
}

bool begin_reboot(Transaction& tx, const Id<Instance>& id) {
  if (!is_allowed(tx, id, InstanceEvent::RebootAsked)) {
    return false;
  }
  Instance instance = *tx.world().find(id);
  if (instance.state == Running) {
    ++instance.boot;
    tx.put(std::move(instance));
  }
  return true;
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
