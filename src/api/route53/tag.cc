// SPDX-License-Identifier: Apache-2.0
// Tags of hosted zones. [Route 53 API reference, ChangeTagsForResource]
#include "api/route53/actions.h"
#include "api/route53/zone.h"

namespace postern::api::route53 {
namespace {

constexpr std::size_t kTagsMax = 50;

struct Tag {
  std::string Key;
  std::optional<std::string> Value;
};
BOOST_DESCRIBE_STRUCT(Tag, (), (Key, Value))

Result<> check_type(const std::string& type) {
  if (type == "healthcheck") {
    return refuse(faults::InvalidInput, "There are no health checks");
  }
  if (type != "hostedzone") {
    return refuse(faults::InvalidInput, "Value '{}' at 'resourceType' is invalid", type);
  }
  return {};
}

struct ListTagsRequest {
  std::string ResourceType;
  std::string ResourceId;
};
BOOST_DESCRIBE_STRUCT(ListTagsRequest, (), (ResourceType, ResourceId))

struct ResourceTags {
  std::string ResourceType;
  std::string ResourceId;
  std::vector<Tag> Tags;
};
BOOST_DESCRIBE_STRUCT(ResourceTags, (), (ResourceType, ResourceId, Tags))

struct ListTagsAnswer {
  ResourceTags ResourceTagSet;
};
BOOST_DESCRIBE_STRUCT(ListTagsAnswer, (), (ResourceTagSet))

Result<ListTagsAnswer> list_tags(const View& view, const ListTagsRequest& request) {
  TRY(check_type(request.ResourceType));
  TRY_ASSIGN(const auto* zone, find_zone(view.world, view.caller, request.ResourceId));
  ListTagsAnswer answer{
      .ResourceTagSet = {.ResourceType = request.ResourceType, .ResourceId = zone->id.value}};
  for (const auto& [key, value] : zone->tags) {
    answer.ResourceTagSet.Tags.push_back({key, value});
  }
  return answer;
}

struct ChangeTagsRequest {
  std::string ResourceType;
  std::string ResourceId;
  std::vector<Tag> AddTags;
  std::vector<std::string> RemoveTagKeys;
};
BOOST_DESCRIBE_STRUCT(ChangeTagsRequest, (), (ResourceType, ResourceId, AddTags, RemoveTagKeys))

Result<Nothing> change_tags(model::Transaction& tx, const model::Caller& caller,
                            const ChangeTagsRequest& request) {
  TRY(check_type(request.ResourceType));
  TRY_ASSIGN(const auto* found, find_zone(tx.world(), caller, request.ResourceId));
  if (request.AddTags.empty() && request.RemoveTagKeys.empty()) {
    return refuse(faults::InvalidInput, "AddTags or RemoveTagKeys must be given");
  }
  model::HostedZone zone = *found;
  for (const std::string& key : request.RemoveTagKeys) {
    zone.tags.erase(key);
  }
  for (const Tag& tag : request.AddTags) {
    if (tag.Key.empty() || tag.Key.size() > 128 || tag.Value.value_or("").size() > 256) {
      return refuse(faults::InvalidInput,
                    "A tag's key has 1 to 128 characters, its value 0 to 256");
    }
    zone.tags[tag.Key] = tag.Value.value_or("");
  }
  if (zone.tags.size() > kTagsMax) {
    return refuse(faults::InvalidInput, "A resource has up to {} tags", kTagsMax);
  }
  tx.put(std::move(zone));
  return Nothing{};
}

}  // namespace

std::vector<Action> tag_actions() {
  return {read<list_tags>("ListTagsForResource"), write<change_tags>("ChangeTagsForResource")};
}

}  // namespace postern::api::route53
