// SPDX-License-Identifier: Apache-2.0
// Instances stopped, started, rebooted and terminated: StopInstances, StartInstances,
// RebootInstances, TerminateInstances. Whoever runs machines does it and reports.
#include <algorithm>

#include "api/ec2/actions.h"
#include "api/ec2/instance_item.h"
#include "api/ec2/public_address.h"
#include "api/ec2/supported.h"
#include "model/instance_state.h"

namespace postern::api::ec2 {
namespace {

using model::Id;
using model::Instance;
using model::InstanceState;
using model::ShutdownManner;
using model::Transaction;

struct InstanceStateChangeItem {
  std::string instanceId;
  InstanceStateItem currentState;
  InstanceStateItem previousState;
};
BOOST_DESCRIBE_STRUCT(InstanceStateChangeItem, (), (instanceId, currentState, previousState))

struct StateChangesAnswer {
  std::vector<InstanceStateChangeItem> instancesSet;
};
BOOST_DESCRIBE_STRUCT(StateChangesAnswer, (), (instancesSet))

// Does `change` to each of the caller's instances, or to none when one may not be changed.
template <class Change>
Result<> change_each(Transaction& tx, const model::Caller& caller,
                     const std::vector<std::string>& ids, Change change) {
  if (ids.empty()) {
    return std::unexpected(wire::missing_parameter(wire::Dialect::Ec2, "InstanceId"));
  }
  for (const std::string& id : ids) {
    TRY_ASSIGN(const Instance* const found, find<Instance>(tx.world(), caller, id));
    TRY(change(Instance(*found)));
  }
  return {};
}

template <class Change>
Result<StateChangesAnswer> state_changes(Transaction& tx, const model::Caller& caller,
                                         const std::vector<std::string>& ids, Change change) {
  StateChangesAnswer answer;
  const auto done = change_each(tx, caller, ids, [&](const Instance& instance) -> Result<> {
    TRY(change(instance));
    answer.instancesSet.push_back({.instanceId = instance.id.value,
                                   .currentState = state_item(tx.world().find(instance.id)->state),
                                   .previousState = state_item(instance.state)});
    return {};
  });
  return done ? Result<StateChangesAnswer>(std::move(answer)) : std::unexpected(done.error());
}

// "Bypass the graceful OS shutdown", and a shutdown that is cut short. [EC2 API reference,
// StopInstances: SkipOsShutdown, Force]
ShutdownManner manner(const std::optional<bool>& force, const std::optional<bool>& skip_os_shutdown,
                      ShutdownManner otherwise) {
  if (skip_os_shutdown.value_or(false)) {
    return ShutdownManner::Immediate;
  }
  return force.value_or(false) ? ShutdownManner::Forced : otherwise;
}

std::unexpected<Error> refuse_protected(const Id<Instance>& id, std::string_view verb,
                                        std::string_view attribute) {
  return refuse(
      faults::OperationNotPermitted,
      "The instance '{}' may not be {}. Modify its '{}' instance attribute and try again.", id,
      verb, attribute);
}

// ---- StopInstances ----

struct StopInstancesRequest {
  std::vector<std::string> InstanceId;
  std::optional<bool> Hibernate;
  std::optional<bool> Force;
  std::optional<bool> SkipOsShutdown;
};
BOOST_DESCRIBE_STRUCT(StopInstancesRequest, (), (InstanceId, Hibernate, Force, SkipOsShutdown))

Result<> check_stop(const Instance& instance, const StopInstancesRequest& request) {
  if (instance.disable_api_stop) {
    return refuse_protected(instance.id, "stopped", "disableApiStop");
  }
  if (request.Hibernate.value_or(false)) {
    return refuse(faults::UnsupportedOperation, "The instance '{}' is not enabled for hibernation",
                  instance.id);
  }
  return {};
}

Result<> stop(Transaction& tx, const Instance& instance, ShutdownManner how) {
  if (model::begin_stop(tx, instance.id, how)) {
    return {};
  }
  if (instance.state == InstanceState::Pending && instance.boot == 1) {
    return refuse(faults::IncorrectInstanceState,
                  "Instance '{}' cannot be stopped as it has never reached the 'running' state.",
                  instance.id);
  }
  return refuse(faults::IncorrectInstanceState,
                "The instance '{}' is not in a state from which it can be stopped.", instance.id);
}

Result<StateChangesAnswer> stop_instances(Transaction& tx, const model::Caller& caller,
                                          const StopInstancesRequest& request) {
  return state_changes(tx, caller, request.InstanceId, [&](const Instance& instance) -> Result<> {
    TRY(check_stop(instance, request));
    return stop(tx, instance,
                manner(request.Force, request.SkipOsShutdown, ShutdownManner::Graceful));
  });
}

// ---- StartInstances ----

struct StartInstancesRequest {
  std::vector<std::string> InstanceId;
  std::optional<std::string> AdditionalInfo;  // "Reserved."
};
BOOST_DESCRIBE_STRUCT(StartInstancesRequest, (), (InstanceId, AdditionalInfo))

bool has_elastic_ip(const model::World& world, const Id<model::NetworkInterface>& id) {
  return std::ranges::any_of(world.all<model::ElasticIp>(),
                             [&](const auto& row) { return row.second->network_interface == id; });
}

// [EC2 user guide, "Amazon EC2 instance IP addressing"]
void give_public_address(Transaction& tx, const Id<model::NetworkInterface>& id) {
  const auto* found = tx.world().find(id);
  if (found == nullptr || !found->public_ip_at_start) {
    return;
  }
  model::NetworkInterface interface = *found;
  interface.public_ip_at_start = false;
  if (!has_elastic_ip(tx.world(), id)) {
    interface.public_ip = free_public_address(tx.world());
  }
  tx.put(std::move(interface));
}

Result<StateChangesAnswer> start_instances(Transaction& tx, const model::Caller& caller,
                                           const StartInstancesRequest& request) {
  TRY(absent("AdditionalInfo", request.AdditionalInfo));
  return state_changes(tx, caller, request.InstanceId, [&](const Instance& instance) -> Result<> {
    if (!model::begin_start(tx, instance.id)) {
      return refuse(faults::IncorrectInstanceState,
                    "The instance '{}' is not in a state from which it can be started.",
                    instance.id);
    }
    give_public_address(tx, instance.network_interface);
    return {};
  });
}

// ---- RebootInstances ----

struct RebootInstancesRequest {
  std::vector<std::string> InstanceId;
};
BOOST_DESCRIBE_STRUCT(RebootInstancesRequest, (), (InstanceId))

Result<Done> reboot_instances(Transaction& tx, const model::Caller& caller,
                              const RebootInstancesRequest& request) {
  TRY(change_each(tx, caller, request.InstanceId, [&](const Instance& instance) -> Result<> {
    if (!model::begin_reboot(tx, instance.id)) {
      return refuse(faults::IncorrectInstanceState,
                    "The instance '{}' is not in a state from which it can be rebooted.",
                    instance.id);
    }
    return {};
  }));
  return Done{};
}

// ---- TerminateInstances ----

struct TerminateInstancesRequest {
  std::vector<std::string> InstanceId;
  std::optional<bool> Force;
  std::optional<bool> SkipOsShutdown;
};
BOOST_DESCRIBE_STRUCT(TerminateInstancesRequest, (), (InstanceId, Force, SkipOsShutdown))

// [EC2 user guide, "Enable termination protection"; "Enable stop protection": it protects from
// termination too]
Result<> check_termination(const Instance& instance) {
  if (instance.disable_api_termination) {
    return refuse_protected(instance.id, "terminated", "disableApiTermination");
  }
  if (instance.disable_api_stop) {
    return refuse_protected(instance.id, "terminated", "disableApiStop");
  }
  return {};
}

Result<StateChangesAnswer> terminate_instances(Transaction& tx, const model::Caller& caller,
                                               const TerminateInstancesRequest& request) {
  return state_changes(tx, caller, request.InstanceId, [&](const Instance& instance) -> Result<> {
    TRY(check_termination(instance));
    model::begin_termination(tx, instance.id,
                             manner(request.Force, request.SkipOsShutdown, ShutdownManner::Forced));
    return {};
  });
}

}  // namespace

std::vector<Action> instance_power_actions() {
  return {
      write<reboot_instances>("RebootInstances"),
      write<start_instances>("StartInstances"),
      write<stop_instances>("StopInstances"),
      write<terminate_instances>("TerminateInstances"),
  };
}

}  // namespace postern::api::ec2
