// SPDX-License-Identifier: Apache-2.0
// Tags of groups: CreateOrUpdateTags, DeleteTags, DescribeTags.
#include <algorithm>

#include "api/autoscaling/actions.h"
#include "api/autoscaling/find.h"
#include "api/autoscaling/group_item.h"
#include "api/autoscaling/group_settings.h"

namespace postern::api::autoscaling {
namespace {

using model::AutoScalingGroup;

struct TagsRequest {
  std::vector<RequestTag> Tags;
};
BOOST_DESCRIBE_STRUCT(TagsRequest, (), (Tags))

Result<AutoScalingGroup> tagged_group(const model::World& world, const model::Caller& caller,
                                      const RequestTag& tag) {
  if (tag.ResourceType.value_or("auto-scaling-group") != "auto-scaling-group") {
    return refuse_value("The resource type {} is not valid.", *tag.ResourceType);
  }
  TRY_ASSIGN(const auto* const found, find(world, caller, tag.ResourceId.value_or("")));
  return *found;
}

// Instances that are there keep the tags that they have. [EC2 Auto Scaling user guide, "Tag Auto
// Scaling groups and instances"]
Result<Nothing> create_or_update_tags(model::Transaction& tx, const model::Caller& caller,
                                      const TagsRequest& request) {
  for (const RequestTag& tag : request.Tags) {
    TRY_ASSIGN(AutoScalingGroup group, tagged_group(tx.world(), caller, tag));
    TRY(put_tag(tag, group));
    tx.put(std::move(group));
  }
  return Nothing{};
}

// One with a value goes only if the tag has that value.
Result<Nothing> delete_tags(model::Transaction& tx, const model::Caller& caller,
                            const TagsRequest& request) {
  for (const RequestTag& tag : request.Tags) {
    TRY_ASSIGN(AutoScalingGroup group, tagged_group(tx.world(), caller, tag));
    std::erase_if(group.tags, [&](const model::ScalingTag& each) {
      return each.key == tag.Key && tag.Value.value_or(each.value) == each.value;
    });
    tx.put(std::move(group));
  }
  return Nothing{};
}

struct DescribeTagsRequest {
  std::vector<Filter> Filters;
  std::optional<int> MaxRecords;
  std::optional<std::string> NextToken;
};
BOOST_DESCRIBE_STRUCT(DescribeTagsRequest, (), (Filters, MaxRecords, NextToken))

struct DescribeTagsAnswer {
  std::vector<TagItem> Tags;
  std::optional<std::string> NextToken;
};
BOOST_DESCRIBE_STRUCT(DescribeTagsAnswer, (), (Tags, NextToken))

// [API reference, Filter]
Result<std::string> filtered_text(const Filter& filter, const TagItem& tag) {
  if (filter.Name == "auto-scaling-group") {
    return tag.ResourceId;
  }
  if (filter.Name == "key") {
    return tag.Key;
  }
  if (filter.Name == "value") {
    return tag.Value;
  }
  if (filter.Name == "propagate-at-launch") {
    return std::string(tag.PropagateAtLaunch ? "true" : "false");
  }
  return refuse_value(
      "Filter type {} is not correct. Allowed Filter types are: "
      "auto-scaling-group key value propagate-at-launch",
      filter.Name);
}

Result<DescribeTagsAnswer> describe_tags(const View& view, const DescribeTagsRequest& request) {
  TRY_ASSIGN(const Page page, page_of(request.MaxRecords, request.NextToken));
  DescribeTagsAnswer answer;
  for (const AutoScalingGroup* group : groups_of(view.world, view.caller)) {
    for (const model::ScalingTag& tag : group->tags) {
      TagItem item = tag_item(*group, tag);
      bool wanted = true;
      for (const Filter& filter : request.Filters) {
        TRY_ASSIGN(const std::string text, filtered_text(filter, item));
        wanted = wanted && std::ranges::find(filter.Values, text) != filter.Values.end();
      }
      if (wanted) {
        answer.Tags.push_back(std::move(item));
      }
    }
  }
  const auto key = [](const TagItem& item) { return item.ResourceId + ":" + item.Key; };
  std::ranges::sort(answer.Tags, {}, key);
  answer.NextToken = cut_to_page(page, answer.Tags, key);
  return answer;
}

}  // namespace

std::vector<Action> tag_actions() {
  return {write<create_or_update_tags>("CreateOrUpdateTags"), write<delete_tags>("DeleteTags"),
          read<describe_tags>("DescribeTags")};
}

}  // namespace postern::api::autoscaling
