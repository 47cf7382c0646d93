// SPDX-License-Identifier: Apache-2.0
#include "api/autoscaling/group_item.h"

#include <boost/describe/enum_to_string.hpp>
#include <set>

namespace postern::api::autoscaling {
namespace {

// AWS calls states as the model does.
template <class T>
std::string text(T state) {
  return boost::describe::enum_to_string(state, "");
}

LaunchTemplateItem template_item(const model::World& world,
                                 const model::Id<model::LaunchTemplate>& id, std::string version) {
  const auto* found = world.find(id);
  return {.LaunchTemplateId = id.value,
          .LaunchTemplateName = found != nullptr ? found->name : "",
          .Version = std::move(version)};
}

std::vector<std::string> zones_of(const model::World& world, const model::AutoScalingGroup& group) {
  std::set<std::string> zones;
  for (const auto& id : group.subnets) {
    if (const auto* subnet = world.find(id)) {
      zones.insert(subnet->zone);
    }
  }
  return {zones.begin(), zones.end()};
}

}  // namespace

InstanceItem instance_item(const model::World& world, const model::ScalingInstance& instance) {
  const auto* machine = world.find(model::Id<model::Instance>(instance.id));
  return {.InstanceId = instance.id,
          .InstanceType = machine != nullptr ? std::optional(machine->instance_type) : std::nullopt,
          .AvailabilityZone = instance.zone,
          .LifecycleState = text(instance.state),
          .HealthStatus = instance.healthy ? "Healthy" : "Unhealthy",
          .LaunchTemplate = template_item(world, instance.launch_template,
                                          fmt::format("{}", instance.template_version)),
          .ProtectedFromScaleIn = instance.protected_from_scale_in};
}

TagItem tag_item(const model::AutoScalingGroup& group, const model::ScalingTag& tag) {
  return {.ResourceId = group.name,
          .Key = tag.key,
          .Value = tag.value,
          .PropagateAtLaunch = tag.propagate_at_launch};
}

GroupItem group_item(const model::World& world, const model::AutoScalingGroup& group) {
  GroupItem item{
      .AutoScalingGroupName = group.name,
      .AutoScalingGroupARN = group.id.value,
      .LaunchTemplate = template_item(world, group.launch_template, group.template_version),
      .MinSize = group.min_size,
      .MaxSize = group.max_size,
      .DesiredCapacity = group.desired_capacity,
      .DefaultCooldown = group.default_cooldown_seconds,
      .AvailabilityZones = zones_of(world, group),
      .HealthCheckType = group.health_check_type,
      .HealthCheckGracePeriod = group.health_check_grace_seconds,
      .CreatedTime = group.created_at,
      .Status = group.deleting ? std::optional<std::string>("Delete in progress") : std::nullopt,
      .TerminationPolicies = group.termination_policies,
      .NewInstancesProtectedFromScaleIn = group.new_instances_protected,
      .ServiceLinkedRoleARN = group.service_linked_role_arn,
      .MaxInstanceLifetime =
          group.lifetime_seconds > 0 ? std::optional(group.lifetime_seconds) : std::nullopt,
      .CapacityRebalance = group.capacity_rebalance,
      .DefaultInstanceWarmup = group.default_warmup_seconds};
  for (const auto& id : group.target_groups) {
    item.TargetGroupARNs.push_back(id.value);
  }
  for (const auto& instance : group.instances) {
    item.Instances.push_back(instance_item(world, instance));
  }
  for (const std::string& process : group.suspended_processes) {
    item.SuspendedProcesses.push_back(
        {.ProcessName = process, .SuspensionReason = "User suspended"});
  }
  for (const auto& id : group.subnets) {
    item.VPCZoneIdentifier += (item.VPCZoneIdentifier.empty() ? "" : ",") + id.value;
  }
  for (const auto& tag : group.tags) {
    item.Tags.push_back(tag_item(group, tag));
  }
  return item;
}

ActivityItem activity_item(const model::AutoScalingGroup& group,
                           const model::ScalingActivity& activity) {
  return {
      .ActivityId = activity.id,
      .AutoScalingGroupName = group.name,
      .Description = activity.description,
      .Cause = activity.cause,
      .StartTime = activity.started_at,
      .EndTime = activity.ended_at,
      .StatusCode = text(activity.status),
      .StatusMessage = activity.message.empty() ? std::nullopt : std::optional(activity.message),
      .Progress = activity.ended_at ? 100 : 50,
      .Details = activity.details,
      .AutoScalingGroupARN = group.id.value};
}

}  // namespace postern::api::autoscaling
