// SPDX-License-Identifier: Apache-2.0
#include "auto_scaling/keep.h"

#include <algorithm>

#include "auto_scaling/activities.h"
#include "auto_scaling/choose.h"
#include "model/instance_state.h"
#include "model/registration.h"
#include "model/target_health.h"

namespace postern::auto_scaling {
namespace {

using model::ActivityStatus;
using model::AutoScalingGroup;
using model::Id;
using model::Instance;
using model::InstanceState;
using model::LifecycleState;
using model::ScalingInstance;
using model::TargetGroup;
using model::Transaction;

// After a launch that failed. AWS waits longer the more often it fails.
constexpr std::chrono::seconds kRelaunchAfter{30};

bool is_suspended(const AutoScalingGroup& group, std::string_view process) {
  return std::ranges::find(group.suspended_processes, process) != group.suspended_processes.end();
}

int capacity(const AutoScalingGroup& group) {
  return static_cast<int>(std::ranges::count_if(group.instances, counts));
}

// One group in one look.
class Keeping {
 public:
  Keeping(Transaction& tx, const AutoScalingGroup& group, const Launch& launch)
      : tx_(tx), group_(group), launch_(launch) {}

  void run() {
    look_at_instances();
    if (group_.deleting) {
      end_all();
    } else {
      shrink();
      grow();
    }
    if (group_.deleting && group_.instances.empty()) {
      tx_.erase(Id<AutoScalingGroup>(group_.id));
    } else if (changed_) {
      tx_.put(group_);
    }
  }

 private:
  void look_at_instances() {
    for (ScalingInstance& instance : group_.instances) {
      switch (instance.state) {
        case LifecycleState::Pending:
          await_start(instance);
          break;
        case LifecycleState::InService:
          serve(instance);
          break;
        case LifecycleState::Terminating:
          break;
      }
      if (instance.state == LifecycleState::Terminating) {
        go_on_ending(instance);
      }
    }
    std::erase_if(group_.instances, [&](const ScalingInstance& each) { return is_gone(each); });
  }

  const Instance* machine(const ScalingInstance& instance) const {
    return tx_.world().find(Id<Instance>(instance.id));
  }
  bool is_gone(const ScalingInstance& instance) const {
    const Instance* found = machine(instance);
    return instance.state == LifecycleState::Terminating &&
           (found == nullptr || found->state == InstanceState::Terminated);
  }
  InstanceState state_of(const ScalingInstance& instance) const {
    const Instance* found = machine(instance);
    return found != nullptr ? found->state : InstanceState::Terminated;
  }

  void finish(const std::string& activity, ActivityStatus status, std::string message = {}) {
    end_activity(group_, activity, tx_.now(), status, std::move(message));
    changed_ = true;
  }

  void await_start(ScalingInstance& instance) {
    switch (state_of(instance)) {
      case InstanceState::Pending:
        return;
      case InstanceState::Running:
        finish(instance.activity, ActivityStatus::Successful);
        instance.state = LifecycleState::InService;
        instance.in_service_at = tx_.now();
        follow_target_groups(instance);
        return;
      case InstanceState::ShuttingDown:
      case InstanceState::Terminated:
      case InstanceState::Stopping:
      case InstanceState::Stopped:
        break;
    }
    const Instance* found = machine(instance);
    finish(instance.activity, ActivityStatus::Failed,
           fmt::format("Instance became unhealthy while waiting for instance to be in InService "
                       "state. Termination Reason: {}: {}",
                       found != nullptr ? found->state_reason_code : "",
                       found != nullptr ? found->state_reason_message : ""));
    group_.launch_after = tx_.now() + kRelaunchAfter;
    end(instance,
        fmt::format("At {} an instance was taken out of service because it did not start.",
                    at(tx_.now())));
  }

  void serve(ScalingInstance& instance) {
    follow_target_groups(instance);
    if (const auto why = why_unhealthy(instance)) {
      changed_ = changed_ || instance.healthy;
      instance.healthy = false;
      if (!is_suspended(group_, "ReplaceUnhealthy")) {
        end(instance, out_of_service(*why));
        return;
      }
    }
    const auto lifetime = std::chrono::seconds(group_.lifetime_seconds);
    if (lifetime.count() > 0 && tx_.now() - instance.launched_at >= lifetime) {
      end(instance, out_of_service("it reaching its maximum lifetime"));
    }
  }

  std::string out_of_service(std::string_view why) const {
    return fmt::format("At {} an instance was taken out of service in response to {}.",
                       at(tx_.now()), why);
  }

  // What has found it unhealthy; nullopt when it is not. [EC2 Auto Scaling user guide, "Health
  // checks for instances in an Auto Scaling group"]
  std::optional<std::string_view> why_unhealthy(const ScalingInstance& instance) const {
    if (!instance.healthy) {
      return "a user health-check";
    }
    if (is_suspended(group_, "HealthCheck")) {
      return std::nullopt;
    }
    if (state_of(instance) != InstanceState::Running) {
      return "an EC2 health check indicating it has been terminated or stopped";
    }
    return fails_behind_balancer(instance) ? std::optional("an ELB system health check failure")
                                           : std::nullopt;
  }

  bool fails_behind_balancer(const ScalingInstance& instance) const {
    const auto grace = std::chrono::seconds(group_.health_check_grace_seconds);
    if (group_.health_check_type != "ELB" || tx_.now() - instance.in_service_at < grace) {
      return false;
    }
    return std::ranges::any_of(instance.registered_in, [&](const Id<TargetGroup>& id) {
      const TargetGroup* found = tx_.world().find(id);
      return found != nullptr && is_unhealthy(model::registration(*found, instance.id).id);
    });
  }

  bool is_unhealthy(const Id<model::Target>& id) const {
    const model::Target* target = tx_.world().find(id);
    if (target == nullptr) {
      return false;
    }
    const auto state = model::target_health(tx_.world(), *target, tx_.now()).state;
    return state == model::TargetState::Unhealthy || state == model::TargetState::UnhealthyDraining;
  }

  // It is registered in the groups that its own has, and in none that it has no more.
  void follow_target_groups(ScalingInstance& instance) {
    if (instance.registered_in == group_.target_groups ||
        is_suspended(group_, "AddToLoadBalancer") || state_of(instance) != InstanceState::Running) {
      return;
    }
    for (const Id<TargetGroup>& id : instance.registered_in) {
      const TargetGroup* found = tx_.world().find(id);
      if (found != nullptr &&
          std::ranges::find(group_.target_groups, id) == group_.target_groups.end()) {
        model::begin_deregistration(tx_, model::registration(*found, instance.id).id);
      }
    }
    for (const Id<TargetGroup>& id : group_.target_groups) {
      const TargetGroup* found = tx_.world().find(id);
      if (found != nullptr &&
          std::ranges::find(instance.registered_in, id) == instance.registered_in.end()) {
        model::begin_registration(tx_, model::registration(*found, instance.id));
      }
    }
    instance.registered_in = group_.target_groups;
    changed_ = true;
  }

  void end(ScalingInstance& instance, std::string cause) {
    begin_end(tx_, group_, instance, std::move(cause));
    changed_ = true;
  }

  // Its machine ends once no connection drains from it. [EC2 Auto Scaling user guide, "Attach a
  // target group": instances are deregistered, and the deregistration delay is waited for]
  void go_on_ending(const ScalingInstance& instance) {
    if (is_gone(instance)) {
      finish(instance.activity, ActivityStatus::Successful);
    } else if (state_of(instance) != InstanceState::ShuttingDown &&
               (group_.deleting || !drains(instance))) {
      model::begin_termination(tx_, Id<Instance>(instance.id));
    }
  }

  bool drains(const ScalingInstance& instance) const {
    const auto& targets = tx_.world().all<model::Target>();
    return std::ranges::any_of(targets, [&](const auto& entry) {
      return entry.second->target_id == instance.id && model::is_draining(*entry.second);
    });
  }

  void end_all() {
    for (ScalingInstance& instance : group_.instances) {
      if (counts(instance)) {
        end(instance, fmt::format("At {} a user request force deleted the AutoScalingGroup, "
                                  "changing the desired capacity to 0.",
                                  at(tx_.now())));
        go_on_ending(instance);
      }
    }
  }

  void shrink() {
    if (is_suspended(group_, "Terminate")) {
      return;
    }
    for (int now = capacity(group_); now > group_.desired_capacity; now = capacity(group_)) {
      const ScalingInstance* first = first_to_go(group_);
      if (first == nullptr) {
        return;  // all are protected
      }
      auto& instance = *std::ranges::find(group_.instances, first->id, &ScalingInstance::id);
      end(instance, fmt::format("{}  {}", group_.capacity_cause,
                                out_of_service(fmt::format(
                                    "a difference between desired and actual capacity, shrinking "
                                    "the capacity from {} to {}",
                                    now, group_.desired_capacity))));
      go_on_ending(instance);
    }
  }

  void grow() {
    if (is_suspended(group_, "Launch") || tx_.now() < group_.launch_after) {
      return;
    }
    for (int now = capacity(group_); now < group_.desired_capacity; ++now) {
      if (!launch_one(now)) {
        group_.launch_after = tx_.now() + kRelaunchAfter;
        return;
      }
    }
  }

  bool launch_one(int now) {
    const std::string cause = fmt::format(
        "{}  At {} an instance was started in response to a difference between desired and actual "
        "capacity, increasing the capacity from {} to {}.",
        group_.capacity_cause, at(tx_.now()), now, group_.desired_capacity);
    changed_ = true;
    Error why = Error(ErrorKind::Refusal, faults::ValidationError,
                      "The subnets of the group do not exist any more.");
    std::string last;
    std::string last_zone;
    for (const model::Subnet* subnet : launch_subnets(tx_.world(), group_)) {
      last = subnet->id.value;
      last_zone = subnet->zone;
      // What a launch that fails has written so far is not kept.
      Transaction attempt = tx_;
      const auto launched = launch_(attempt, group_, *subnet);
      if (launched) {
        tx_ = std::move(attempt);
        add_instance(*launched, cause, last, last_zone);
        return true;
      }
      why = launched.error();
    }
    const std::string activity = begin_activity(
        tx_, group_, "Launching a new EC2 instance.  Status Reason: " + why.message(), cause, last,
        last_zone);
    finish(activity, ActivityStatus::Failed, why.message() + " Launching EC2 instance failed.");
    return false;
  }

  void add_instance(const Launched& launched, const std::string& cause, const std::string& subnet,
                    const std::string& zone) {
    const std::string activity = begin_activity(
        tx_, group_, "Launching a new EC2 instance: " + launched.instance, cause, subnet, zone);
    group_.instances.push_back({.id = launched.instance,
                                .zone = zone,
                                .protected_from_scale_in = group_.new_instances_protected,
                                .launch_template = group_.launch_template,
                                .template_version = launched.template_version,
                                .launched_at = tx_.now(),
                                .activity = activity});
  }

  Transaction& tx_;
  AutoScalingGroup group_;
  const Launch& launch_;
  bool changed_ = false;
};

}  // namespace

void leave_target_groups(Transaction& tx, ScalingInstance& instance) {
  for (const Id<TargetGroup>& id : instance.registered_in) {
    if (const TargetGroup* found = tx.world().find(id)) {
      model::begin_deregistration(tx, model::registration(*found, instance.id).id);
    }
  }
  instance.registered_in.clear();
}

void begin_end(Transaction& tx, AutoScalingGroup& group, ScalingInstance& instance,
               std::string cause) {
  leave_target_groups(tx, instance);
  const auto* machine = tx.world().find(Id<Instance>(instance.id));
  instance.activity =
      begin_activity(tx, group, "Terminating EC2 instance: " + instance.id, std::move(cause),
                     machine != nullptr ? machine->subnet.value : "", instance.zone);
  instance.state = LifecycleState::Terminating;
}

void keep(Transaction& tx, const Launch& launch) {
  const model::Table<AutoScalingGroup> groups = tx.world().all<AutoScalingGroup>();
  for (const auto& [id, group] : groups) {
    Keeping(tx, *group, launch).run();
  }
}

}  // namespace postern::auto_scaling
