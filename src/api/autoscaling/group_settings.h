// SPDX-License-Identifier: Apache-2.0
// What CreateAutoScalingGroup and UpdateAutoScalingGroup may say of a group, and its tags.
#pragma once

#include <boost/describe/class.hpp>
#include <optional>
#include <string>
#include <vector>

#include "api/ec2/run_instances_request.h"
#include "model/transaction.h"

namespace postern::api::autoscaling {

struct ZoneDistribution {
  std::optional<std::string> CapacityDistributionStrategy;
};
BOOST_DESCRIBE_STRUCT(ZoneDistribution, (), (CapacityDistributionStrategy))

struct GroupSettings {
  std::optional<ec2::LaunchTemplateSpecification> LaunchTemplate;
  std::optional<int> MinSize;
  std::optional<int> MaxSize;
  std::optional<int> DesiredCapacity;
  std::optional<int> DefaultCooldown;
  std::vector<std::string> AvailabilityZones;
  std::optional<std::string> HealthCheckType;
  std::optional<int> HealthCheckGracePeriod;
  std::optional<std::string> VPCZoneIdentifier;
  std::vector<std::string> TerminationPolicies;
  std::optional<bool> NewInstancesProtectedFromScaleIn;
  std::optional<std::string> ServiceLinkedRoleARN;
  std::optional<int> MaxInstanceLifetime;
  std::optional<bool> CapacityRebalance;
  std::optional<int> DefaultInstanceWarmup;
  // One meaning:
  ZoneDistribution AvailabilityZoneDistribution;
  std::optional<std::string> DesiredCapacityType;
  // None:
  std::optional<ec2::Unserved> LaunchConfigurationName;
  std::optional<ec2::Unserved> MixedInstancesPolicy;
  std::optional<ec2::Unserved> PlacementGroup;
  std::optional<ec2::Unserved> Context;
};
BOOST_DESCRIBE_STRUCT(GroupSettings, (),
                      (LaunchTemplate, MinSize, MaxSize, DesiredCapacity, DefaultCooldown,
                       AvailabilityZones, HealthCheckType, HealthCheckGracePeriod,
                       VPCZoneIdentifier, TerminationPolicies, NewInstancesProtectedFromScaleIn,
                       ServiceLinkedRoleARN, MaxInstanceLifetime, CapacityRebalance,
                       DefaultInstanceWarmup, AvailabilityZoneDistribution, DesiredCapacityType,
                       LaunchConfigurationName, MixedInstancesPolicy, PlacementGroup, Context))

// Puts what the settings say into `group`, but for its sizes.
Result<> apply_settings(const model::World& world, const model::Caller& caller,
                        const GroupSettings& settings, model::AutoScalingGroup& group);

// ValidationError unless min <= desired <= max.
Result<> check_sizes(const model::AutoScalingGroup& group);

// ValidationError when an instance could not be launched as the group says, in the subnet where one
// would be. Nothing is launched.
Result<> check_launch(const model::Transaction& tx, const model::AutoScalingGroup& group);

// Adds target groups: of instances, and of the VPC that the group's subnets are in.
Result<> add_target_groups(const model::World& world, const model::Caller& caller,
                           const std::vector<std::string>& arns, model::AutoScalingGroup& group);

struct RequestTag {
  std::optional<std::string> ResourceId;
  std::optional<std::string> ResourceType;
  std::string Key;
  std::optional<std::string> Value;
  std::optional<bool> PropagateAtLaunch;
};
BOOST_DESCRIBE_STRUCT(RequestTag, (), (ResourceId, ResourceType, Key, Value, PropagateAtLaunch))

// Adds the tag to the group's, or changes the one of that key.
Result<> put_tag(const RequestTag& tag, model::AutoScalingGroup& group);

}  // namespace postern::api::autoscaling
