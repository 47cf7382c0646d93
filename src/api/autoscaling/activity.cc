// SPDX-License-Identifier: Apache-2.0
// What groups have done: DescribeScalingActivities.
#include <algorithm>

#include "api/autoscaling/actions.h"
#include "api/autoscaling/find.h"
#include "api/autoscaling/group_item.h"

namespace postern::api::autoscaling {
namespace {

struct DescribeScalingActivitiesRequest {
  std::vector<std::string> ActivityIds;
  std::optional<std::string> AutoScalingGroupName;
  std::optional<bool> IncludeDeletedGroups;  // none of theirs is kept
  std::optional<int> MaxRecords;
  std::optional<std::string> NextToken;
};
BOOST_DESCRIBE_STRUCT(DescribeScalingActivitiesRequest, (),
                      (ActivityIds, AutoScalingGroupName, IncludeDeletedGroups, MaxRecords,
                       NextToken))

struct DescribeScalingActivitiesAnswer {
  std::vector<ActivityItem> Activities;
  std::optional<std::string> NextToken;
};
BOOST_DESCRIBE_STRUCT(DescribeScalingActivitiesAnswer, (), (Activities, NextToken))

// The newest come first. [API reference, DescribeScalingActivities]
Result<DescribeScalingActivitiesAnswer> describe_scaling_activities(
    const View& view, const DescribeScalingActivitiesRequest& request) {
  TRY_ASSIGN(const Page page, page_of(request.MaxRecords, std::nullopt));
  if (request.AutoScalingGroupName) {
    TRY(find(view.world, view.caller, *request.AutoScalingGroupName));
  }
  std::vector<ActivityItem> found;
  for (const auto* group : groups_of(view.world, view.caller)) {
    if (request.AutoScalingGroupName.value_or(group->name) != group->name) {
      continue;
    }
    for (const auto& activity : group->activities) {
      const auto& ids = request.ActivityIds;
      if (ids.empty() || std::ranges::find(ids, activity.id) != ids.end()) {
        found.push_back(activity_item(*group, activity));
      }
    }
  }
  std::ranges::reverse(found);
  std::ranges::stable_sort(found, std::greater(), &ActivityItem::StartTime);
  // The token is the id of the page's first activity.
  if (request.NextToken) {
    const auto first = std::ranges::find(found, *request.NextToken, &ActivityItem::ActivityId);
    if (first == found.end()) {
      return refuse(faults::AutoScalingInvalidNextToken, "The token '{}' is not valid",
                    *request.NextToken);
    }
    found.erase(found.begin(), first);
  }
  DescribeScalingActivitiesAnswer answer;
  if (found.size() > page.items_max) {
    answer.NextToken = found[page.items_max].ActivityId;
    found.resize(page.items_max);
  }
  answer.Activities = std::move(found);
  return answer;
}

}  // namespace

std::vector<Action> activity_actions() {
  return {read<describe_scaling_activities>("DescribeScalingActivities")};
}

}  // namespace postern::api::autoscaling
