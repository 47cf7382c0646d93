// SPDX-License-Identifier: Apache-2.0
// The target groups that a group's instances are registered in: AttachLoadBalancerTargetGroups,
// DetachLoadBalancerTargetGroups, DescribeLoadBalancerTargetGroups.
#include <algorithm>

#include "api/autoscaling/actions.h"
#include "api/autoscaling/find.h"
#include "api/autoscaling/group_settings.h"

namespace postern::api::autoscaling {
namespace {

using model::AutoScalingGroup;

struct TargetGroupsRequest {
  std::string AutoScalingGroupName;
  std::vector<std::string> TargetGroupARNs;
};
BOOST_DESCRIBE_STRUCT(TargetGroupsRequest, (), (AutoScalingGroupName, TargetGroupARNs))

Result<Nothing> attach_target_groups(model::Transaction& tx, const model::Caller& caller,
                                     const TargetGroupsRequest& request) {
  TRY_ASSIGN(const auto* const found, find(tx.world(), caller, request.AutoScalingGroupName));
  AutoScalingGroup group = *found;
  TRY(add_target_groups(tx.world(), caller, request.TargetGroupARNs, group));
  tx.put(std::move(group));
  return Nothing{};
}

// [the words are recorded]
Result<Nothing> detach_target_groups(model::Transaction& tx, const model::Caller& caller,
                                     const TargetGroupsRequest& request) {
  TRY_ASSIGN(const auto* const found, find(tx.world(), caller, request.AutoScalingGroupName));
  AutoScalingGroup group = *found;
  for (const std::string& arn : request.TargetGroupARNs) {
    if (std::erase(group.target_groups, model::Id<model::TargetGroup>(arn)) == 0) {
      return refuse_value("Trying to remove Target Groups that are not part of the group");
    }
  }
  tx.put(std::move(group));
  return Nothing{};
}

struct DescribeTargetGroupsRequest {
  std::string AutoScalingGroupName;
  std::optional<int> MaxRecords;
  std::optional<std::string> NextToken;
};
BOOST_DESCRIBE_STRUCT(DescribeTargetGroupsRequest, (),
                      (AutoScalingGroupName, MaxRecords, NextToken))

struct TargetGroupState {
  std::string LoadBalancerTargetGroupARN;
  std::string State;
};
BOOST_DESCRIBE_STRUCT(TargetGroupState, (), (LoadBalancerTargetGroupARN, State))

struct DescribeTargetGroupsAnswer {
  std::vector<TargetGroupState> LoadBalancerTargetGroups;
  std::optional<std::string> NextToken;
};
BOOST_DESCRIBE_STRUCT(DescribeTargetGroupsAnswer, (), (LoadBalancerTargetGroups, NextToken))

// InService once an instance passes its health check there. [API reference,
// LoadBalancerTargetGroupState]
std::string state_of(const AutoScalingGroup& group, const model::World& world,
                     const model::Id<model::TargetGroup>& id) {
  const auto& targets = world.all<model::Target>();
  bool all_in = true;
  bool healthy = false;
  for (const model::ScalingInstance& instance : group.instances) {
    const auto& in = instance.registered_in;
    all_in = all_in && std::ranges::find(in, id) != in.end();
    healthy = healthy || std::ranges::any_of(targets, [&](const auto& entry) {
                return entry.second->target_group == id && entry.second->target_id == instance.id &&
                       entry.second->verdict == model::HealthVerdict::Healthy;
              });
  }
  return healthy ? "InService" : all_in ? "Added" : "Adding";
}

Result<DescribeTargetGroupsAnswer> describe_target_groups(
    const View& view, const DescribeTargetGroupsRequest& request) {
  TRY_ASSIGN(const Page page, page_of(request.MaxRecords, request.NextToken));
  TRY_ASSIGN(const auto* const group, find(view.world, view.caller, request.AutoScalingGroupName));
  DescribeTargetGroupsAnswer answer;
  for (const auto& id : group->target_groups) {
    answer.LoadBalancerTargetGroups.push_back({id.value, state_of(*group, view.world, id)});
  }
  const auto arn = [](const TargetGroupState& item) { return item.LoadBalancerTargetGroupARN; };
  std::ranges::sort(answer.LoadBalancerTargetGroups, {}, arn);
  answer.NextToken = cut_to_page(page, answer.LoadBalancerTargetGroups, arn);
  return answer;
}

}  // namespace

std::vector<Action> target_group_actions() {
  return {write<attach_target_groups>("AttachLoadBalancerTargetGroups"),
          read<describe_target_groups>("DescribeLoadBalancerTargetGroups"),
          write<detach_target_groups>("DetachLoadBalancerTargetGroups")};
}

}  // namespace postern::api::autoscaling
