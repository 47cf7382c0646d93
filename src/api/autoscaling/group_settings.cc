// SPDX-License-Identifier: Apache-2.0
#include "api/autoscaling/group_settings.h"

#include <algorithm>
#include <set>

#include "api/action/constraint.h"
#include "api/autoscaling/find.h"
#include "api/autoscaling/launch.h"
#include "api/ec2/find.h"
#include "api/ec2/launch_template_lookup.h"
#include "auto_scaling/choose.h"

namespace postern::api::autoscaling {
namespace {

using model::AutoScalingGroup;
using model::Subnet;

constexpr std::size_t kTagsMax = 50;
constexpr int kLifetimeMin = 86'400;

std::vector<std::string> split(const std::string& list) {
  std::vector<std::string> parts;
  for (std::size_t begin = 0; begin <= list.size();) {
    const std::size_t end = std::min(list.find(',', begin), list.size());
    std::string part = list.substr(begin, end - begin);
    std::erase(part, ' ');
    if (!part.empty()) {
      parts.push_back(std::move(part));
    }
    begin = end + 1;
  }
  return parts;
}

Result<std::vector<model::Id<Subnet>>> named_subnets(const model::World& world,
                                                     const model::Caller& caller,
                                                     const GroupSettings& settings) {
  std::vector<model::Id<Subnet>> subnets;
  std::set<std::string> zones;
  for (const std::string& id : split(*settings.VPCZoneIdentifier)) {
    const auto subnet = ec2::find<Subnet>(world, caller, id);
    if (!subnet) {
      return refuse_value("The subnet ID '{}' does not exist", id);
    }
    subnets.push_back((*subnet)->id);
    zones.insert((*subnet)->zone);
  }
  const auto& wanted = settings.AvailabilityZones;
  if (!wanted.empty() && std::set<std::string>(wanted.begin(), wanted.end()) != zones) {
    return refuse_value(
        "The availability zones of the specified subnets and the AutoScalingGroup do not match");
  }
  return subnets;
}

// "launching into the default VPC subnet in each Availability Zone". [API reference,
// CreateAutoScalingGroup, AvailabilityZones]
Result<std::vector<model::Id<Subnet>>> default_subnets(const model::World& world,
                                                       const model::Caller& caller,
                                                       const std::vector<std::string>& zones) {
  std::vector<model::Id<Subnet>> subnets;
  for (const std::string& zone : zones) {
    const auto& all = world.all<Subnet>();
    const auto found = std::ranges::find_if(all, [&](const auto& entry) {
      return model::owns(caller, *entry.second) && entry.second->default_for_zone &&
             entry.second->zone == zone;
    });
    if (found == all.end()) {
      return refuse_value("There is no default subnet in the availability zone {}.", zone);
    }
    subnets.push_back((*found).first);
  }
  return subnets;
}

Result<> apply_network(const model::World& world, const model::Caller& caller,
                       const GroupSettings& settings, AutoScalingGroup& group) {
  if (settings.VPCZoneIdentifier && !settings.VPCZoneIdentifier->empty()) {
    TRY_ASSIGN(group.subnets, named_subnets(world, caller, settings));
  } else if (!settings.AvailabilityZones.empty()) {
    TRY_ASSIGN(group.subnets, default_subnets(world, caller, settings.AvailabilityZones));
  }
  if (group.subnets.empty()) {
    return refuse_value("At least one Availability Zone or VPC Subnet is required.");
  }
  return {};
}

Result<> apply_template(const model::World& world, const model::Caller& caller,
                        const GroupSettings& settings, AutoScalingGroup& group) {
  if (settings.LaunchTemplate) {
    const auto& wanted = *settings.LaunchTemplate;
    const auto found = ec2::find_launch_template(world, caller, wanted.LaunchTemplateId,
                                                 wanted.LaunchTemplateName);
    if (!found) {
      return refuse_value("{}", found.error().message());
    }
    const std::string version = wanted.Version.value_or("");
    group.launch_template = (*found)->id;
    group.template_version = version.empty() ? "$Default" : version;
  }
  if (group.launch_template.empty()) {
    return refuse_value(
        "Valid requests must contain either LaunchTemplate, LaunchConfigurationName, InstanceId or "
        "MixedInstancesPolicy parameter.");
  }
  return {};
}

Result<> apply_policies(const std::vector<std::string>& policies, AutoScalingGroup& group) {
  for (const std::string& policy : policies) {
    if (std::ranges::find(auto_scaling::kPolicies, policy) == std::end(auto_scaling::kPolicies)) {
      return refuse_value("Termination policy {} is not supported.", policy);
    }
  }
  if (!policies.empty()) {
    group.termination_policies = policies;
  }
  return {};
}

Result<> check_times(const GroupSettings& settings) {
  constexpr Between kSeconds{0, 2'147'483'647};
  TRY(check_number("defaultCooldown", settings.DefaultCooldown, kSeconds));
  TRY(check_number("healthCheckGracePeriod", settings.HealthCheckGracePeriod, kSeconds));
  const int lifetime = settings.MaxInstanceLifetime.value_or(0);
  if (lifetime != 0 && lifetime < kLifetimeMin) {
    return refuse_value("Maximum instance lifetime must be equal to 0, or at least {} seconds.",
                        kLifetimeMin);
  }
  return {};
}

template <class Out, class In>
void set_if_given(Out& out, const std::optional<In>& value) {
  if (value) {
    out = *value;
  }
}

}  // namespace

Result<> apply_settings(const model::World& world, const model::Caller& caller,
                        const GroupSettings& settings, AutoScalingGroup& group) {
  TRY(ec2::only("DesiredCapacityType", settings.DesiredCapacityType, "units"));
  TRY(ec2::only("AvailabilityZoneDistribution.CapacityDistributionStrategy",
                settings.AvailabilityZoneDistribution.CapacityDistributionStrategy,
                "balanced-best-effort"));
  TRY(check_times(settings));
  const std::string type = settings.HealthCheckType.value_or("EC2");
  if (type != "EC2" && type != "ELB") {
    return refuse_value("Invalid value {} for parameter HealthCheckType.", type);
  }
  TRY(apply_template(world, caller, settings, group));
  TRY(apply_network(world, caller, settings, group));
  TRY(apply_policies(settings.TerminationPolicies, group));
  set_if_given(group.health_check_type, settings.HealthCheckType);
  set_if_given(group.health_check_grace_seconds, settings.HealthCheckGracePeriod);
  set_if_given(group.default_cooldown_seconds, settings.DefaultCooldown);
  set_if_given(group.new_instances_protected, settings.NewInstancesProtectedFromScaleIn);
  set_if_given(group.service_linked_role_arn, settings.ServiceLinkedRoleARN);
  set_if_given(group.lifetime_seconds, settings.MaxInstanceLifetime);
  set_if_given(group.capacity_rebalance, settings.CapacityRebalance);
  if (settings.DefaultInstanceWarmup) {
    // "-1" takes it back. [API reference, CreateAutoScalingGroup]
    group.default_warmup_seconds =
        *settings.DefaultInstanceWarmup < 0
            ? std::nullopt
            : std::optional<std::int64_t>(*settings.DefaultInstanceWarmup);
  }
  return {};
}

// [the words are recorded]
Result<> check_sizes(const AutoScalingGroup& group) {
  if (group.min_size < 0 || group.max_size < 0) {
    return refuse_value("The sizes of an AutoScalingGroup may not be negative.");
  }
  if (group.min_size > group.max_size) {
    return refuse_value("Max bound, {}, must be greater than or equal to min bound, {}",
                        group.max_size, group.min_size);
  }
  if (group.desired_capacity < group.min_size || group.desired_capacity > group.max_size) {
    return refuse_value(
        "Desired capacity:{} must be between the specified min size:{} and max size:{}",
        group.desired_capacity, group.min_size, group.max_size);
  }
  return {};
}

Result<> check_launch(const model::Transaction& tx, const AutoScalingGroup& group) {
  const auto subnets = auto_scaling::launch_subnets(tx.world(), group);
  if (subnets.empty()) {
    return refuse_value("At least one Availability Zone or VPC Subnet is required.");
  }
  SeededIds unused(0);
  model::Transaction trial(tx.world(), tx.now(), unused);
  const auto launched = launch_instance(trial, group, *subnets.front());
  // There may be room when the time has come.
  if (launched || &launched.error().fault() == &faults::InsufficientFreeAddressesInSubnet ||
      &launched.error().fault() == &faults::InstanceLimitExceeded) {
    return {};
  }
  return refuse_value("You must use a valid fully-formed launch template. {}",
                      launched.error().message());
}

Result<> add_target_groups(const model::World& world, const model::Caller& caller,
                           const std::vector<std::string>& arns, AutoScalingGroup& group) {
  for (const std::string& arn : arns) {
    const auto* found = world.find(model::Id<model::TargetGroup>(arn));
    if (found == nullptr || !model::owns(caller, *found)) {
      return refuse_value(
          "Provided Target Groups may not be valid. Please ensure they exist and "
          "try again.");
    }
    if (found->target_type != "instance") {
      return refuse_value("Provided Target Groups must have target type 'instance': {}", arn);
    }
    for (const auto& id : group.subnets) {
      const Subnet* subnet = world.find(id);
      if (subnet != nullptr && subnet->vpc != found->vpc) {
        return refuse_value("The target group {} is in VPC {} and the subnet {} in VPC {}", arn,
                            found->vpc, id, subnet->vpc);
      }
    }
    if (std::ranges::find(group.target_groups, found->id) == group.target_groups.end()) {
      group.target_groups.push_back(found->id);
    }
  }
  return {};
}

Result<> put_tag(const RequestTag& tag, AutoScalingGroup& group) {
  if (tag.ResourceId.value_or(group.name) != group.name) {
    return refuse_value("The tag's resource {} is not the group {}", *tag.ResourceId, group.name);
  }
  TRY(check_size("tags.1.member.key", tag.Key, {1, 128}));
  TRY(check_size("tags.1.member.value", tag.Value.value_or(""), {0, 256}));
  if (tag.Key.starts_with("aws:")) {
    return refuse_value("The tag keys {} is a reserved prefix and cannot be used", tag.Key);
  }
  auto found = std::ranges::find(group.tags, tag.Key, &model::ScalingTag::key);
  if (found == group.tags.end()) {
    if (group.tags.size() >= kTagsMax) {
      return refuse(faults::AutoScalingLimitExceeded, "A group can have at most {} tags", kTagsMax);
    }
    group.tags.push_back({.key = tag.Key});
    found = group.tags.end() - 1;
  }
  found->value = tag.Value.value_or("");
  found->propagate_at_launch = tag.PropagateAtLaunch.value_or(false);
  return {};
}

}  // namespace postern::api::autoscaling
