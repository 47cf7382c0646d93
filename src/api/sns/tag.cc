// SPDX-License-Identifier: Apache-2.0
// Tags of topics: TagResource, UntagResource, ListTagsForResource.
#include "api/action/constraint.h"
#include "api/sns/actions.h"
#include "api/sns/find.h"
#include "api/sns/tags.h"

namespace postern::api::sns {
namespace {

constexpr std::size_t kTagsMax = 50;

// Here the fault is another than elsewhere in SNS. [SNS API reference, TagResource]
Result<const model::Topic*> tagged_topic(const model::World& world, const model::Caller& caller,
                                         const std::string& arn) {
  const auto* topic = world.find(model::Id<model::Topic>(arn));
  if (topic == nullptr || topic->owner != caller.account) {
    return refuse(faults::SnsResourceNotFound, "Resource does not exist");
  }
  return topic;
}

struct TagRequest {
  std::string ResourceArn;
  std::vector<Tag> Tags;
};
BOOST_DESCRIBE_STRUCT(TagRequest, (), (ResourceArn, Tags))

Result<Nothing> tag_resource(model::Transaction& tx, const model::Caller& caller,
                             const TagRequest& request) {
  TRY_ASSIGN(const auto* const found, tagged_topic(tx.world(), caller, request.ResourceArn));
  model::Topic topic = *found;
  TRY_ASSIGN(topic.tags, with_tags(std::move(topic.tags), request.Tags));
  tx.put(std::move(topic));
  return Nothing{};
}

struct UntagRequest {
  std::string ResourceArn;
  std::vector<std::string> TagKeys;
};
BOOST_DESCRIBE_STRUCT(UntagRequest, (), (ResourceArn, TagKeys))

Result<Nothing> untag_resource(model::Transaction& tx, const model::Caller& caller,
                               const UntagRequest& request) {
  TRY_ASSIGN(const auto* const found, tagged_topic(tx.world(), caller, request.ResourceArn));
  model::Topic topic = *found;
  for (const std::string& key : request.TagKeys) {
    topic.tags.erase(key);
  }
  tx.put(std::move(topic));
  return Nothing{};
}

struct ListTagsRequest {
  std::string ResourceArn;
};
BOOST_DESCRIBE_STRUCT(ListTagsRequest, (), (ResourceArn))

struct TagsAnswer {
  std::vector<Tag> Tags;
};
BOOST_DESCRIBE_STRUCT(TagsAnswer, (), (Tags))

Result<TagsAnswer> list_tags(const View& view, const ListTagsRequest& request) {
  TRY_ASSIGN(const auto* const topic, tagged_topic(view.world, view.caller, request.ResourceArn));
  return TagsAnswer{tag_list(topic->tags)};
}

}  // namespace

Result<model::Tags> with_tags(model::Tags tags, const std::vector<Tag>& more) {
  for (const Tag& tag : more) {
    TRY(check_size("tags.member.key", tag.Key, {1, 128}));
    TRY(check_size("tags.member.value", tag.Value, {0, 256}));
    if (tag.Key.starts_with("aws:")) {
      return invalid("Tags", "Tag keys that begin with aws: are reserved");
    }
    tags[tag.Key] = tag.Value;
  }
  if (tags.size() > kTagsMax) {
    return refuse(faults::TagLimitExceeded,
                  "Could not complete request: tag quota of per resource "
                  "exceeded");
  }
  return tags;
}

std::vector<Tag> tag_list(const model::Tags& tags) {
  std::vector<Tag> out;
  for (const auto& [key, value] : tags) {
    out.push_back({key, value});
  }
  return out;
}

std::vector<Action> tag_actions() {
  return {read<list_tags>("ListTagsForResource"), write<tag_resource>("TagResource"),
          write<untag_resource>("UntagResource")};
}

}  // namespace postern::api::sns
