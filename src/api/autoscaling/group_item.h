// SPDX-License-Identifier: Apache-2.0
// Groups, their instances, tags and activities as answers print them.
#pragma once

#include <boost/describe/class.hpp>
#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "base/time.h"
#include "model/world.h"

namespace postern::api::autoscaling {

struct LaunchTemplateItem {
  std::string LaunchTemplateId;
  std::string LaunchTemplateName;
  std::string Version;
};
BOOST_DESCRIBE_STRUCT(LaunchTemplateItem, (), (LaunchTemplateId, LaunchTemplateName, Version))

struct InstanceItem {
  std::string InstanceId;
  std::optional<std::string> InstanceType;
  std::string AvailabilityZone;
  std::string LifecycleState;
  std::string HealthStatus;
  LaunchTemplateItem LaunchTemplate;
  bool ProtectedFromScaleIn = false;
};
BOOST_DESCRIBE_STRUCT(InstanceItem, (),
                      (InstanceId, InstanceType, AvailabilityZone, LifecycleState, HealthStatus,
                       LaunchTemplate, ProtectedFromScaleIn))

struct TagItem {
  std::string ResourceId;
  std::string ResourceType = "auto-scaling-group";
  std::string Key;
  std::string Value;
  bool PropagateAtLaunch = false;
};
BOOST_DESCRIBE_STRUCT(TagItem, (), (ResourceId, ResourceType, Key, Value, PropagateAtLaunch))

struct SuspendedProcessItem {
  std::string ProcessName;
  std::string SuspensionReason;
};
BOOST_DESCRIBE_STRUCT(SuspendedProcessItem, (), (ProcessName, SuspensionReason))

struct ZoneDistributionItem {
  std::string CapacityDistributionStrategy = "balanced-best-effort";
};
BOOST_DESCRIBE_STRUCT(ZoneDistributionItem, (), (CapacityDistributionStrategy))

struct GroupItem {
  std::string AutoScalingGroupName;
  std::string AutoScalingGroupARN;
  LaunchTemplateItem LaunchTemplate;
  int MinSize = 0;
  int MaxSize = 0;
  int DesiredCapacity = 0;
  std::int64_t DefaultCooldown = 0;
  std::vector<std::string> AvailabilityZones;
  std::vector<std::string> LoadBalancerNames;
  std::vector<std::string> TargetGroupARNs;
  std::string HealthCheckType;
  std::int64_t HealthCheckGracePeriod = 0;
  std::vector<InstanceItem> Instances;
  TimePoint CreatedTime;
  std::vector<SuspendedProcessItem> SuspendedProcesses;
  std::string VPCZoneIdentifier;
  std::vector<std::string> EnabledMetrics;
  std::optional<std::string> Status;
  std::vector<TagItem> Tags;
  std::vector<std::string> TerminationPolicies;
  bool NewInstancesProtectedFromScaleIn = false;
  std::string ServiceLinkedRoleARN;
  std::optional<std::int64_t> MaxInstanceLifetime;
  bool CapacityRebalance = false;
  std::optional<std::int64_t> DefaultInstanceWarmup;
  ZoneDistributionItem AvailabilityZoneDistribution;
};
BOOST_DESCRIBE_STRUCT(GroupItem, (),
                      (AutoScalingGroupName, AutoScalingGroupARN, LaunchTemplate, MinSize, MaxSize,
                       DesiredCapacity, DefaultCooldown, AvailabilityZones, LoadBalancerNames,
                       TargetGroupARNs, HealthCheckType, HealthCheckGracePeriod, Instances,
                       CreatedTime, SuspendedProcesses, VPCZoneIdentifier, EnabledMetrics, Status,
                       Tags, TerminationPolicies, NewInstancesProtectedFromScaleIn,
                       ServiceLinkedRoleARN, MaxInstanceLifetime, CapacityRebalance,
                       DefaultInstanceWarmup, AvailabilityZoneDistribution))

struct ActivityItem {
  std::string ActivityId;
  std::string AutoScalingGroupName;
  std::string Description;
  std::string Cause;
  TimePoint StartTime;
  std::optional<TimePoint> EndTime;
  std::string StatusCode;
  std::optional<std::string> StatusMessage;
  int Progress = 0;
  std::string Details;
  std::string AutoScalingGroupARN;
};
BOOST_DESCRIBE_STRUCT(ActivityItem, (),
                      (ActivityId, AutoScalingGroupName, Description, Cause, StartTime, EndTime,
                       StatusCode, StatusMessage, Progress, Details, AutoScalingGroupARN))

InstanceItem instance_item(const model::World& world, const model::ScalingInstance& instance);
TagItem tag_item(const model::AutoScalingGroup& group, const model::ScalingTag& tag);
GroupItem group_item(const model::World& world, const model::AutoScalingGroup& group);
ActivityItem activity_item(const model::AutoScalingGroup& group,
                           const model::ScalingActivity& activity);

}  // namespace postern::api::autoscaling
