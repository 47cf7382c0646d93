// SPDX-License-Identifier: Apache-2.0
// AddTagsToResource, ListTagsForResource, RemoveTagsFromResource, of parameters.
#include "api/action/json_action.h"
#include "api/ssm/actions.h"
#include "api/ssm/check.h"
#include "api/ssm/tags.h"
#include "model/parameters.h"

namespace postern::api::ssm {
namespace {

constexpr std::size_t kTagsMax = 50;

Result<> check_tag_text(std::string_view path, const std::string& text, Between sizes) {
  TRY(check_length(path, text, sizes));
  return check_tag_characters(faults::ValidationException, path, text);
}

// The caller's, not a public one.
Result<const model::Parameter*> tagged_parameter(const model::World& world,
                                                 const model::Caller& caller,
                                                 const std::string& type, const std::string& name) {
  TRY(check_word("resourceType", type,
                 {"Document", "ManagedInstance", "MaintenanceWindow", "Parameter", "PatchBaseline",
                  "OpsItem", "OpsMetadata", "Automation", "Association"}));
  if (type != "Parameter") {
    return refuse(faults::SsmInvalidResourceType,
                  "The resource type {} is not served: of Systems Manager there is only Parameter "
                  "Store",
                  type);
  }
  const auto* found = world.find(model::parameter_id(caller.account, caller.region, name));
  if (found == nullptr) {
    return refuse(faults::SsmInvalidResourceId,
                  "The resource ID \"{}\" is not valid. Verify that you entered the correct ID and "
                  "try again.",
                  name);
  }
  return found;
}

struct AddTagsRequest {
  std::string ResourceType;
  std::string ResourceId;
  std::vector<Tag> Tags;
};
BOOST_DESCRIBE_STRUCT(AddTagsRequest, (), (ResourceType, ResourceId, Tags))

Result<Nothing> add_tags_to_resource(model::Transaction& tx, const model::Caller& caller,
                                     const AddTagsRequest& request) {
  TRY_ASSIGN(const auto* const found,
             tagged_parameter(tx.world(), caller, request.ResourceType, request.ResourceId));
  model::Parameter changed = *found;
  TRY(add_tags(changed.tags, request.Tags));
  tx.put(std::move(changed));
  return Nothing{};
}

struct ListTagsRequest {
  std::string ResourceType;
  std::string ResourceId;
};
BOOST_DESCRIBE_STRUCT(ListTagsRequest, (), (ResourceType, ResourceId))

struct ListTagsAnswer {
  std::vector<Tag> TagList;
};
BOOST_DESCRIBE_STRUCT(ListTagsAnswer, (), (TagList))

Result<ListTagsAnswer> list_tags_for_resource(const View& view, const ListTagsRequest& request) {
  TRY_ASSIGN(const auto* const found,
             tagged_parameter(view.world, view.caller, request.ResourceType, request.ResourceId));
  ListTagsAnswer answer;
  for (const auto& [key, value] : found->tags) {
    answer.TagList.push_back({.Key = key, .Value = value});
  }
  return answer;
}

struct RemoveTagsRequest {
  std::string ResourceType;
  std::string ResourceId;
  std::vector<std::string> TagKeys;
};
BOOST_DESCRIBE_STRUCT(RemoveTagsRequest, (), (ResourceType, ResourceId, TagKeys))

Result<Nothing> remove_tags_from_resource(model::Transaction& tx, const model::Caller& caller,
                                          const RemoveTagsRequest& request) {
  TRY_ASSIGN(const auto* const found,
             tagged_parameter(tx.world(), caller, request.ResourceType, request.ResourceId));
  model::Parameter changed = *found;
  for (const std::string& key : request.TagKeys) {
    changed.tags.erase(key);
  }
  tx.put(std::move(changed));
  return Nothing{};
}

}  // namespace

// [API reference, Tag; Systems Manager user guide, "Tag naming and usage conventions"]
Result<> add_tags(model::Tags& tags, const std::vector<Tag>& added) {
  for (const Tag& tag : added) {
    TRY(check_tag_text("tags.1.member.key", tag.Key, {1, 128}));
    TRY(check_tag_text("tags.1.member.value", tag.Value, {1, 256}));
    if (tag.Key.starts_with("aws:")) {
      return refuse(faults::ValidationException,
                    "aws: prefixed tag key names are not allowed for external use.");
    }
    tags[tag.Key] = tag.Value;
  }
  if (tags.size() > kTagsMax) {
    return refuse(faults::SsmTooManyTags, "A parameter has up to {} tags", kTagsMax);
  }
  return {};
}

std::vector<Action> tag_actions() {
  return {json_write<add_tags_to_resource>("AddTagsToResource"),
          json_read<list_tags_for_resource>("ListTagsForResource"),
          json_write<remove_tags_from_resource>("RemoveTagsFromResource")};
}

}  // namespace postern::api::ssm
