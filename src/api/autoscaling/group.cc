// SPDX-License-Identifier: Apache-2.0
// Groups: CreateAutoScalingGroup, UpdateAutoScalingGroup, SetDesiredCapacity,
// DeleteAutoScalingGroup, DescribeAutoScalingGroups.
#include <algorithm>

#include "api/autoscaling/actions.h"
#include "api/autoscaling/find.h"
#include "api/autoscaling/group_item.h"
#include "api/autoscaling/group_settings.h"
#include "auto_scaling/activities.h"
#include "model/quotas.h"

namespace postern::api::autoscaling {
namespace {

using auto_scaling::at;
using model::AutoScalingGroup;

// ---- CreateAutoScalingGroup ----

struct CreateAutoScalingGroupRequest : GroupSettings {
  std::string AutoScalingGroupName;
  std::vector<std::string> TargetGroupARNs;
  std::vector<RequestTag> Tags;
  std::optional<ec2::Unserved> InstanceId;
  std::optional<ec2::Unserved> LoadBalancerNames;
  std::optional<ec2::Unserved> LifecycleHookSpecificationList;
  std::optional<ec2::Unserved> TrafficSources;
};
BOOST_DESCRIBE_STRUCT(CreateAutoScalingGroupRequest, (GroupSettings),
                      (AutoScalingGroupName, TargetGroupARNs, Tags, InstanceId, LoadBalancerNames,
                       LifecycleHookSpecificationList, TrafficSources))

// "The name can contain any ASCII character 33 to 126 […]. You cannot use a colon (:)."
// [API reference, CreateAutoScalingGroup]
Result<> check_name(const model::World& world, const model::Caller& caller,
                    const std::string& name) {
  const bool fits =
      std::ranges::all_of(name, [](char c) { return c > ' ' && c <= '~' && c != ':'; });
  if (name.empty() || name.size() > 255 || !fits) {
    return refuse_value("The AutoScalingGroup name '{}' is not valid.", name);
  }
  if (find_if_any(world, caller, name) != nullptr) {
    return refuse(faults::AutoScalingAlreadyExists,
                  "AutoScalingGroup by this name already exists - A group with the name {} already "
                  "exists",
                  name);
  }
  if (model::is_used_up(world, model::Quota::AutoScalingGroups,
                        std::ssize(groups_of(world, caller)))) {
    return refuse(faults::AutoScalingLimitExceeded,
                  "You have already reached your limit of {} Auto Scaling groups.",
                  model::quota(world, model::Quota::AutoScalingGroups));
  }
  return {};
}

Result<> apply_sizes(const GroupSettings& settings, AutoScalingGroup& group) {
  if (!settings.MinSize || !settings.MaxSize) {
    return std::unexpected(
        wire::missing_parameter(wire::Dialect::Query, settings.MinSize ? "maxSize" : "minSize"));
  }
  group.min_size = *settings.MinSize;
  group.max_size = *settings.MaxSize;
  group.desired_capacity = settings.DesiredCapacity.value_or(group.min_size);
  return check_sizes(group);
}

Result<Nothing> create_auto_scaling_group(model::Transaction& tx, const model::Caller& caller,
                                          const CreateAutoScalingGroupRequest& request) {
  const std::string& name = request.AutoScalingGroupName;
  TRY(check_name(tx.world(), caller, name));
  AutoScalingGroup group{.owner = caller.account,
                         .region = caller.region,
                         .name = name,
                         .created_at = tx.now(),
                         .service_linked_role_arn = fmt::format(
                             "arn:aws:iam::{}:role/aws-service-role/autoscaling.amazonaws.com/"
                             "AWSServiceRoleForAutoScaling",
                             caller.account)};
  TRY(apply_sizes(request, group));
  TRY(apply_settings(tx.world(), caller, request, group));
  TRY(add_target_groups(tx.world(), caller, request.TargetGroupARNs, group));
  for (const RequestTag& tag : request.Tags) {
    TRY(put_tag(tag, group));
  }
  TRY(check_launch(tx, group));
  group.id = model::Id<AutoScalingGroup>(
      fmt::format("arn:aws:autoscaling:{}:{}:autoScalingGroup:{}:autoScalingGroupName/{}",
                  caller.region, caller.account, tx.ids().uuid(), name));
  group.capacity_cause = fmt::format(
      "At {} a user request created an AutoScalingGroup changing the desired capacity from 0 to "
      "{}.",
      at(tx.now()), group.desired_capacity);
  tx.put(std::move(group));
  return Nothing{};
}

// ---- UpdateAutoScalingGroup ----

struct UpdateAutoScalingGroupRequest : GroupSettings {
  std::string AutoScalingGroupName;
};
BOOST_DESCRIBE_STRUCT(UpdateAutoScalingGroupRequest, (GroupSettings), (AutoScalingGroupName))

// A new minimum or maximum takes the desired capacity with it. [API reference,
// UpdateAutoScalingGroup]
Result<> change_sizes(TimePoint now, const GroupSettings& settings, AutoScalingGroup& group) {
  const int before = group.desired_capacity;
  group.min_size = settings.MinSize.value_or(group.min_size);
  group.max_size = settings.MaxSize.value_or(group.max_size);
  if (group.min_size <= group.max_size) {
    group.desired_capacity = settings.DesiredCapacity.value_or(
        std::clamp(group.desired_capacity, group.min_size, group.max_size));
  }
  TRY(check_sizes(group));
  if (group.desired_capacity != before) {
    group.capacity_cause = fmt::format(
        "At {} a user request update of AutoScalingGroup constraints to min: {}, max: {}, desired: "
        "{} changing the desired capacity from {} to {}.",
        at(now), group.min_size, group.max_size, group.desired_capacity, before,
        group.desired_capacity);
  }
  return {};
}

Result<> check_lives(const AutoScalingGroup& group) {
  if (group.deleting) {
    return refuse(faults::AutoScalingActivityInProgress, "The AutoScalingGroup {} is being deleted",
                  group.name);
  }
  return {};
}

Result<Nothing> update_auto_scaling_group(model::Transaction& tx, const model::Caller& caller,
                                          const UpdateAutoScalingGroupRequest& request) {
  TRY_ASSIGN(const auto* const found, find(tx.world(), caller, request.AutoScalingGroupName));
  TRY(check_lives(*found));
  AutoScalingGroup group = *found;
  TRY(change_sizes(tx.now(), request, group));
  TRY(apply_settings(tx.world(), caller, request, group));
  if (request.LaunchTemplate || request.VPCZoneIdentifier || !request.AvailabilityZones.empty()) {
    TRY(check_launch(tx, group));
  }
  group.launch_after = {};
  tx.put(std::move(group));
  return Nothing{};
}

// ---- SetDesiredCapacity ----

struct SetDesiredCapacityRequest {
  std::string AutoScalingGroupName;
  int DesiredCapacity = 0;
  std::optional<bool> HonorCooldown;
};
BOOST_DESCRIBE_STRUCT(SetDesiredCapacityRequest, (),
                      (AutoScalingGroupName, DesiredCapacity, HonorCooldown))

Result<Nothing> set_desired_capacity(model::Transaction& tx, const model::Caller& caller,
                                     const SetDesiredCapacityRequest& request) {
  // A cooldown begins with a scaling policy, and there are none.
  TRY(ec2::absent("HonorCooldown", request.HonorCooldown));
  TRY_ASSIGN(const auto* const found, find(tx.world(), caller, request.AutoScalingGroupName));
  TRY(check_lives(*found));
  AutoScalingGroup group = *found;
  const int before = std::exchange(group.desired_capacity, request.DesiredCapacity);
  if (group.desired_capacity < group.min_size) {
    return refuse_value(
        "New SetDesiredCapacity value {} is below min value {} for the "
        "AutoScalingGroup.",
        group.desired_capacity, group.min_size);
  }
  if (group.desired_capacity > group.max_size) {
    return refuse_value(
        "New SetDesiredCapacity value {} is above max value {} for the "
        "AutoScalingGroup.",
        group.desired_capacity, group.max_size);
  }
  group.capacity_cause = fmt::format(
      "At {} a user request explicitly set group desired capacity changing the desired capacity "
      "from {} to {}.",
      at(tx.now()), before, group.desired_capacity);
  group.launch_after = {};
  tx.put(std::move(group));
  return Nothing{};
}

// ---- DeleteAutoScalingGroup ----

struct DeleteAutoScalingGroupRequest {
  std::string AutoScalingGroupName;
  std::optional<bool> ForceDelete;
};
BOOST_DESCRIBE_STRUCT(DeleteAutoScalingGroupRequest, (), (AutoScalingGroupName, ForceDelete))

// [API reference, DeleteAutoScalingGroup; the words are recorded]
Result<Nothing> delete_auto_scaling_group(model::Transaction& tx, const model::Caller& caller,
                                          const DeleteAutoScalingGroupRequest& request) {
  TRY_ASSIGN(const auto* const found, find(tx.world(), caller, request.AutoScalingGroupName));
  if (found->instances.empty()) {
    tx.erase(model::Id<AutoScalingGroup>(found->id));
    return Nothing{};
  }
  if (!request.ForceDelete.value_or(false)) {
    return refuse(faults::AutoScalingResourceInUse,
                  "You cannot delete an AutoScalingGroup while there are instances or pending Spot "
                  "instance request(s) still in the group.");
  }
  AutoScalingGroup group = *found;
  group.deleting = true;
  group.min_size = group.max_size = group.desired_capacity = 0;
  tx.put(std::move(group));
  return Nothing{};
}

// ---- DescribeAutoScalingGroups ----

struct DescribeAutoScalingGroupsRequest {
  std::vector<std::string> AutoScalingGroupNames;
  std::vector<Filter> Filters;
  std::optional<int> MaxRecords;
  std::optional<std::string> NextToken;
};
BOOST_DESCRIBE_STRUCT(DescribeAutoScalingGroupsRequest, (),
                      (AutoScalingGroupNames, Filters, MaxRecords, NextToken))

struct DescribeAutoScalingGroupsAnswer {
  std::vector<GroupItem> AutoScalingGroups;
  std::optional<std::string> NextToken;
};
BOOST_DESCRIBE_STRUCT(DescribeAutoScalingGroupsAnswer, (), (AutoScalingGroups, NextToken))

bool has(const std::vector<std::string>& values, const std::string& value) {
  return std::ranges::find(values, value) != values.end();
}

// [API reference, Filter]
Result<bool> passes(const Filter& filter, const AutoScalingGroup& group) {
  const bool by_key = filter.Name == "tag-key";
  const bool by_value = filter.Name == "tag-value";
  const bool by_both = filter.Name.starts_with("tag:");
  if (!by_key && !by_value && !by_both) {
    return refuse_value(
        "Filter type {} is not correct. Allowed Filter types are: tag-key "
        "tag-value tag:<key>",
        filter.Name);
  }
  return std::ranges::any_of(group.tags, [&](const model::ScalingTag& tag) {
    return by_key ? has(filter.Values, tag.key)
                  : (by_value || filter.Name == "tag:" + tag.key) && has(filter.Values, tag.value);
  });
}

// Names that no group has are passed over. [recorded]
Result<DescribeAutoScalingGroupsAnswer> describe_auto_scaling_groups(
    const View& view, const DescribeAutoScalingGroupsRequest& request) {
  TRY_ASSIGN(const Page page, page_of(request.MaxRecords, request.NextToken));
  std::vector<const AutoScalingGroup*> found;
  for (const AutoScalingGroup* group : groups_of(view.world, view.caller)) {
    bool wanted =
        request.AutoScalingGroupNames.empty() || has(request.AutoScalingGroupNames, group->name);
    for (const Filter& filter : request.Filters) {
      TRY_ASSIGN(const bool passed, passes(filter, *group));
      wanted = wanted && passed;
    }
    if (wanted) {
      found.push_back(group);
    }
  }
  DescribeAutoScalingGroupsAnswer answer;
  answer.NextToken = cut_to_page(page, found, [](const auto* group) { return group->name; });
  for (const AutoScalingGroup* group : found) {
    answer.AutoScalingGroups.push_back(group_item(view.world, *group));
  }
  return answer;
}

}  // namespace

std::vector<Action> group_actions() {
  return {
      write<create_auto_scaling_group>("CreateAutoScalingGroup"),
      write<delete_auto_scaling_group>("DeleteAutoScalingGroup"),
      read<describe_auto_scaling_groups>("DescribeAutoScalingGroups"),
      write<set_desired_capacity>("SetDesiredCapacity"),
      write<update_auto_scaling_group>("UpdateAutoScalingGroup"),
  };
}

}  // namespace postern::api::autoscaling
