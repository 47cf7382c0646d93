// SPDX-License-Identifier: Apache-2.0
// Instances of groups: DescribeAutoScalingInstances, TerminateInstanceInAutoScalingGroup,
// SetInstanceHealth, SetInstanceProtection, AttachInstances, DetachInstances.
#include <algorithm>

#include "api/autoscaling/actions.h"
#include "api/autoscaling/find.h"
#include "api/autoscaling/group_item.h"
#include "api/ec2/find.h"
#include "auto_scaling/activities.h"
#include "auto_scaling/choose.h"
#include "auto_scaling/keep.h"

namespace postern::api::autoscaling {
namespace {

using auto_scaling::at;
using model::AutoScalingGroup;
using model::ScalingInstance;

// ---- DescribeAutoScalingInstances ----

struct DescribeAutoScalingInstancesRequest {
  std::vector<std::string> InstanceIds;
  std::optional<int> MaxRecords;
  std::optional<std::string> NextToken;
};
BOOST_DESCRIBE_STRUCT(DescribeAutoScalingInstancesRequest, (), (InstanceIds, MaxRecords, NextToken))

struct GroupInstanceItem {
  std::string InstanceId;
  std::optional<std::string> InstanceType;
  std::string AutoScalingGroupName;
  std::string AvailabilityZone;
  std::string LifecycleState;
  std::string HealthStatus;
  LaunchTemplateItem LaunchTemplate;
  bool ProtectedFromScaleIn = false;
};
BOOST_DESCRIBE_STRUCT(GroupInstanceItem, (),
                      (InstanceId, InstanceType, AutoScalingGroupName, AvailabilityZone,
                       LifecycleState, HealthStatus, LaunchTemplate, ProtectedFromScaleIn))

struct DescribeAutoScalingInstancesAnswer {
  std::vector<GroupInstanceItem> AutoScalingInstances;
  std::optional<std::string> NextToken;
};
BOOST_DESCRIBE_STRUCT(DescribeAutoScalingInstancesAnswer, (), (AutoScalingInstances, NextToken))

// Health is in capitals here, and not in DescribeAutoScalingGroups. [API reference, both]
GroupInstanceItem group_instance_item(const model::World& world, const AutoScalingGroup& group,
                                      const ScalingInstance& instance) {
  InstanceItem item = instance_item(world, instance);
  return {.InstanceId = std::move(item.InstanceId),
          .InstanceType = std::move(item.InstanceType),
          .AutoScalingGroupName = group.name,
          .AvailabilityZone = std::move(item.AvailabilityZone),
          .LifecycleState = std::move(item.LifecycleState),
          .HealthStatus = instance.healthy ? "HEALTHY" : "UNHEALTHY",
          .LaunchTemplate = std::move(item.LaunchTemplate),
          .ProtectedFromScaleIn = instance.protected_from_scale_in};
}

Result<DescribeAutoScalingInstancesAnswer> describe_auto_scaling_instances(
    const View& view, const DescribeAutoScalingInstancesRequest& request) {
  TRY_ASSIGN(const Page page, page_of(request.MaxRecords, request.NextToken));
  const auto& ids = request.InstanceIds;
  DescribeAutoScalingInstancesAnswer answer;
  for (const AutoScalingGroup* group : groups_of(view.world, view.caller)) {
    for (const ScalingInstance& instance : group->instances) {
      if (ids.empty() || std::ranges::find(ids, instance.id) != ids.end()) {
        answer.AutoScalingInstances.push_back(group_instance_item(view.world, *group, instance));
      }
    }
  }
  std::ranges::sort(answer.AutoScalingInstances, {}, &GroupInstanceItem::InstanceId);
  answer.NextToken = cut_to_page(page, answer.AutoScalingInstances,
                                 [](const GroupInstanceItem& item) { return item.InstanceId; });
  return answer;
}

// ---- TerminateInstanceInAutoScalingGroup ----

struct TerminateInstanceRequest {
  std::string InstanceId;
  bool ShouldDecrementDesiredCapacity = false;
};
BOOST_DESCRIBE_STRUCT(TerminateInstanceRequest, (), (InstanceId, ShouldDecrementDesiredCapacity))

struct TerminateInstanceAnswer {
  ActivityItem Activity;
};
BOOST_DESCRIBE_STRUCT(TerminateInstanceAnswer, (), (Activity))

// One less, unless the group would be too small then.
Result<> decrement(AutoScalingGroup& group) {
  if (group.desired_capacity <= group.min_size) {
    return refuse_value(
        "Currently, desiredSize equals minSize ({}). Terminating instance without "
        "replacement will violate group's min size constraint. Either set "
        "shouldDecrementDesiredCapacity flag to false or lower group's min size.",
        group.min_size);
  }
  --group.desired_capacity;
  return {};
}

Result<TerminateInstanceAnswer> terminate_instance(model::Transaction& tx,
                                                   const model::Caller& caller,
                                                   const TerminateInstanceRequest& request) {
  TRY_ASSIGN(const auto* const found, group_of(tx.world(), caller, request.InstanceId));
  AutoScalingGroup group = *found;
  TRY_ASSIGN(ScalingInstance* const instance, find_instance(group, request.InstanceId));
  if (!auto_scaling::counts(*instance)) {
    return refuse(faults::AutoScalingActivityInProgress,
                  "The instance {} is being terminated already", instance->id);
  }
  const int before = group.desired_capacity;
  std::string cause =
      fmt::format("At {} instance {} was taken out of service in response to a user request.",
                  at(tx.now()), instance->id);
  if (request.ShouldDecrementDesiredCapacity) {
    TRY(decrement(group));
    cause.insert(cause.size() - 1, fmt::format(", shrinking the capacity from {} to {}", before,
                                               group.desired_capacity));
  }
  auto_scaling::begin_end(tx, group, *instance, std::move(cause));
  TerminateInstanceAnswer answer{activity_item(group, group.activities.back())};
  tx.put(std::move(group));
  return answer;
}

// ---- SetInstanceHealth ----

struct SetInstanceHealthRequest {
  std::string InstanceId;
  std::string HealthStatus;
  std::optional<bool> ShouldRespectGracePeriod;
};
BOOST_DESCRIBE_STRUCT(SetInstanceHealthRequest, (),
                      (InstanceId, HealthStatus, ShouldRespectGracePeriod))

Result<Nothing> set_instance_health(model::Transaction& tx, const model::Caller& caller,
                                    const SetInstanceHealthRequest& request) {
  if (request.HealthStatus != "Healthy" && request.HealthStatus != "Unhealthy") {
    return refuse_value("{} is not a valid health status. Healthy and Unhealthy are.",
                        request.HealthStatus);
  }
  TRY_ASSIGN(const auto* const found, group_of(tx.world(), caller, request.InstanceId));
  AutoScalingGroup group = *found;
  TRY_ASSIGN(ScalingInstance* const instance, find_instance(group, request.InstanceId));
  const auto grace = std::chrono::seconds(group.health_check_grace_seconds);
  const bool within_grace = instance->state == model::LifecycleState::Pending ||
                            tx.now() - instance->in_service_at < grace;
  // "If the group's grace period is not over, this call respects it." [API reference]
  if (within_grace && request.ShouldRespectGracePeriod.value_or(true)) {
    return Nothing{};
  }
  instance->healthy = request.HealthStatus == "Healthy";
  tx.put(std::move(group));
  return Nothing{};
}

// ---- SetInstanceProtection ----

struct SetInstanceProtectionRequest {
  std::vector<std::string> InstanceIds;
  std::string AutoScalingGroupName;
  bool ProtectedFromScaleIn = false;
};
BOOST_DESCRIBE_STRUCT(SetInstanceProtectionRequest, (),
                      (InstanceIds, AutoScalingGroupName, ProtectedFromScaleIn))

Result<Nothing> set_instance_protection(model::Transaction& tx, const model::Caller& caller,
                                        const SetInstanceProtectionRequest& request) {
  TRY_ASSIGN(const auto* const found, find(tx.world(), caller, request.AutoScalingGroupName));
  AutoScalingGroup group = *found;
  for (const std::string& id : request.InstanceIds) {
    TRY_ASSIGN(ScalingInstance* const instance, find_instance(group, id));
    instance->protected_from_scale_in = request.ProtectedFromScaleIn;
  }
  tx.put(std::move(group));
  return Nothing{};
}

// ---- AttachInstances ----

struct AttachInstancesRequest {
  std::vector<std::string> InstanceIds;
  std::string AutoScalingGroupName;
};
BOOST_DESCRIBE_STRUCT(AttachInstancesRequest, (), (InstanceIds, AutoScalingGroupName))

// "The instance is in the running state", in one of the group's zones, and in no other group.
// [EC2 Auto Scaling user guide, "Attach EC2 instances to your Auto Scaling group"]
Result<ScalingInstance> attachable(const model::World& world, const model::Caller& caller,
                                   const AutoScalingGroup& group, const std::string& id) {
  const auto found = ec2::find<model::Instance>(world, caller, id);
  if (!found) {
    return refuse_value("Invalid Instance ID: {}", id);
  }
  const model::Instance& machine = **found;
  if (group_of(world, caller, id)) {
    return refuse_value("Instance {} is already part of an Auto Scaling group.", id);
  }
  if (machine.state != model::InstanceState::Running) {
    return refuse_value("Instance {} is not in correct state: it must be running.", id);
  }
  const bool fits = std::ranges::any_of(group.subnets, [&](const auto& each) {
    const auto* subnet = world.find(each);
    return subnet != nullptr && subnet->zone == machine.zone && subnet->vpc == machine.vpc;
  });
  if (!fits) {
    return refuse_value("Instance {} is not in an Availability Zone of the group: {}", id,
                        machine.zone);
  }
  return ScalingInstance{.id = id,
                         .zone = machine.zone,
                         .state = model::LifecycleState::Pending,
                         .protected_from_scale_in = group.new_instances_protected,
                         .launched_at = machine.launched_at};
}

Result<Nothing> attach_instances(model::Transaction& tx, const model::Caller& caller,
                                 const AttachInstancesRequest& request) {
  TRY_ASSIGN(const auto* const found, find(tx.world(), caller, request.AutoScalingGroupName));
  AutoScalingGroup group = *found;
  const int before = group.desired_capacity;
  const int after = before + static_cast<int>(request.InstanceIds.size());
  if (after > group.max_size) {
    return refuse_value("Exception: The new desired capacity {} is above the max size {}.", after,
                        group.max_size);
  }
  for (const std::string& id : request.InstanceIds) {
    TRY_ASSIGN(ScalingInstance instance, attachable(tx.world(), caller, group, id));
    instance.activity = auto_scaling::begin_activity(
        tx, group, "Attaching an existing EC2 instance: " + id,
        fmt::format("At {} an instance was attached in response to a user request, increasing the "
                    "capacity from {} to {}.",
                    at(tx.now()), before, after),
        "", instance.zone);
    group.instances.push_back(std::move(instance));
  }
  group.desired_capacity = after;
  tx.put(std::move(group));
  return Nothing{};
}

// ---- DetachInstances ----

struct DetachInstancesRequest {
  std::vector<std::string> InstanceIds;
  std::string AutoScalingGroupName;
  bool ShouldDecrementDesiredCapacity = false;
};
BOOST_DESCRIBE_STRUCT(DetachInstancesRequest, (),
                      (InstanceIds, AutoScalingGroupName, ShouldDecrementDesiredCapacity))

struct DetachInstancesAnswer {
  std::vector<ActivityItem> Activities;
};
BOOST_DESCRIBE_STRUCT(DetachInstancesAnswer, (), (Activities))

// It goes on without the group, out of the group's target groups. [API reference, DetachInstances]
Result<DetachInstancesAnswer> detach_instances(model::Transaction& tx, const model::Caller& caller,
                                               const DetachInstancesRequest& request) {
  TRY_ASSIGN(const auto* const found, find(tx.world(), caller, request.AutoScalingGroupName));
  AutoScalingGroup group = *found;
  DetachInstancesAnswer answer;
  for (const std::string& id : request.InstanceIds) {
    TRY_ASSIGN(ScalingInstance* const instance, find_instance(group, id));
    if (!auto_scaling::counts(*instance)) {
      return refuse_value("The instance {} is not in a state in which it can be detached.", id);
    }
    if (request.ShouldDecrementDesiredCapacity) {
      TRY(decrement(group));
    }
    auto_scaling::leave_target_groups(tx, *instance);
    const std::string activity = auto_scaling::begin_activity(
        tx, group, "Detaching EC2 instance: " + id,
        fmt::format("At {} instance {} was detached in response to a user request.", at(tx.now()),
                    id),
        "", instance->zone);
    auto_scaling::end_activity(group, activity, tx.now(), model::ActivityStatus::Successful);
    std::erase_if(group.instances, [&](const ScalingInstance& each) { return each.id == id; });
    answer.Activities.push_back(activity_item(group, group.activities.back()));
  }
  tx.put(std::move(group));
  return answer;
}

}  // namespace

std::vector<Action> instance_actions() {
  return {
      write<attach_instances>("AttachInstances"),
      read<describe_auto_scaling_instances>("DescribeAutoScalingInstances"),
      write<detach_instances>("DetachInstances"),
      write<set_instance_health>("SetInstanceHealth"),
      write<set_instance_protection>("SetInstanceProtection"),
      write<terminate_instance>("TerminateInstanceInAutoScalingGroup"),
  };
}

}  // namespace postern::api::autoscaling
