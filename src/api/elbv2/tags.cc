// SPDX-License-Identifier: Apache-2.0
#include "api/elbv2/tags.h"

#include <algorithm>
#include <set>

#include "api/elbv2/constraint.h"
#include "api/elbv2/find.h"
#include "base/check.h"

namespace postern::api::elbv2 {
namespace {

constexpr std::size_t kTagsMax = 50;
constexpr std::size_t kArnsMax = 20;  // of one DescribeTags [API reference]

Result<> check_tag(const Tag& tag, std::size_t index) {
  const std::string path = fmt::format("tags.{}.member", index);
  TRY(check_size(path + ".key", tag.Key, {1, 128}));
  TRY(check_tag_characters(faults::ValidationError, path + ".key", tag.Key));
  const std::string value = tag.Value.value_or("");
  TRY(check_size(path + ".value", value, {0, 256}));
  TRY(check_tag_characters(faults::ValidationError, path + ".value", value));
  if (tag.Key.starts_with("aws:")) {
    return refuse(faults::ValidationError,
                  "Tag keys that begin with 'aws:' are reserved: '{}' cannot be set", tag.Key);
  }
  return {};
}

// An ARN's tags as they are now. `write` puts the record back with others; a listener's default
// rule has none and cannot have any.
struct Tagged {
  model::Tags tags;
  std::function<void(model::Transaction&, model::Tags)> write;
};

template <class T>
Result<Tagged> find_tagged(const model::World& world, const model::Caller& caller,
                           const std::string& arn) {
  TRY_ASSIGN(const T* const record, find<T>(world, caller, arn));
  return Tagged{.tags = record->tags,
                .write = [copy = *record](model::Transaction& tx, model::Tags tags) mutable {
                  copy.tags = std::move(tags);
                  tx.put(std::move(copy));
                }};
}

// A default rule has none.
Result<Tagged> find_tagged_rule(const model::World& world, const model::Caller& caller,
                                const std::string& arn) {
  const auto* listener = world.find(listener_of_rule(arn));
  if (listener == nullptr || !model::owns(caller, *listener)) {
    return refuse(faults::RuleNotFound, "One or more rules not found");
  }
  if (default_rule_arn(*listener) == arn) {
    return Tagged{};
  }
  const auto rule = std::ranges::find(listener->rules, arn, &model::ListenerRule::id);
  if (rule == listener->rules.end()) {
    return refuse(faults::RuleNotFound, "One or more rules not found");
  }
  const auto at = static_cast<std::size_t>(rule - listener->rules.begin());
  return Tagged{.tags = rule->tags,
                .write = [copy = *listener, at](model::Transaction& tx, model::Tags tags) mutable {
                  copy.rules[at].tags = std::move(tags);
                  tx.put(std::move(copy));
                }};
}

Result<Tagged> find_tagged(const model::World& world, const model::Caller& caller,
                           const std::string& arn) {
  const auto kind = arn_kind(arn);
  if (!kind) {
    return refuse(faults::ValidationError, "'{}' is not a valid resource ARN", arn);
  }
  switch (*kind) {
    case ArnKind::LoadBalancer:
      return find_tagged<model::LoadBalancer>(world, caller, arn);
    case ArnKind::TargetGroup:
      return find_tagged<model::TargetGroup>(world, caller, arn);
    case ArnKind::Listener:
      return find_tagged<model::Listener>(world, caller, arn);
    case ArnKind::Rule:
      return find_tagged_rule(world, caller, arn);
  }
  POSTERN_CHECK(false, "every kind of ARN is handled");
}

// Changes the tags of each ARN by `change`.
template <class Change>
Result<Nothing> change_tags(model::Transaction& tx, const model::Caller& caller,
                            const std::vector<std::string>& arns, Change change) {
  for (const std::string& arn : arns) {
    TRY_ASSIGN(Tagged tagged, find_tagged(tx.world(), caller, arn));
    if (!tagged.write) {
      return refuse(faults::ValidationError, "The default rule of a listener cannot be tagged");
    }
    TRY(change(tagged.tags));
    tagged.write(tx, std::move(tagged.tags));
  }
  return Nothing{};
}

struct AddTagsRequest {
  std::vector<std::string> ResourceArns;
  std::vector<Tag> Tags;
};
BOOST_DESCRIBE_STRUCT(AddTagsRequest, (), (ResourceArns, Tags))

Result<Nothing> add_tags_to(model::Transaction& tx, const model::Caller& caller,
                            const AddTagsRequest& request) {
  return change_tags(tx, caller, request.ResourceArns,
                     [&](model::Tags& tags) { return add_tags(tags, request.Tags); });
}

struct RemoveTagsRequest {
  std::vector<std::string> ResourceArns;
  std::vector<std::string> TagKeys;
};
BOOST_DESCRIBE_STRUCT(RemoveTagsRequest, (), (ResourceArns, TagKeys))

Result<Nothing> remove_tags(model::Transaction& tx, const model::Caller& caller,
                            const RemoveTagsRequest& request) {
  return change_tags(tx, caller, request.ResourceArns, [&](model::Tags& tags) -> Result<> {
    for (const std::string& key : request.TagKeys) {
      tags.erase(key);
    }
    return {};
  });
}

struct DescribeTagsRequest {
  std::vector<std::string> ResourceArns;
};
BOOST_DESCRIBE_STRUCT(DescribeTagsRequest, (), (ResourceArns))

struct TagDescription {
  std::string ResourceArn;
  std::vector<Tag> Tags;
};
BOOST_DESCRIBE_STRUCT(TagDescription, (), (ResourceArn, Tags))

struct DescribeTagsAnswer {
  std::vector<TagDescription> TagDescriptions;
};
BOOST_DESCRIBE_STRUCT(DescribeTagsAnswer, (), (TagDescriptions))

// One description for each ARN, also for one without tags. [API reference, DescribeTags]
Result<DescribeTagsAnswer> describe_tags(const View& view, const DescribeTagsRequest& request) {
  if (request.ResourceArns.size() > kArnsMax) {
    return refuse(faults::ValidationError, "At most {} resource ARNs can be specified", kArnsMax);
  }
  DescribeTagsAnswer answer;
  for (const std::string& arn : request.ResourceArns) {
    TRY_ASSIGN(const Tagged tagged, find_tagged(view.world, view.caller, arn));
    answer.TagDescriptions.push_back({.ResourceArn = arn, .Tags = tag_list(tagged.tags)});
  }
  return answer;
}

}  // namespace

Result<> add_tags(model::Tags& tags, const std::vector<Tag>& added) {
  model::Tags result = tags;
  std::set<std::string> seen;
  for (const Tag& tag : added) {
    TRY(check_tag(tag, seen.size() + 1));
    if (!seen.insert(tag.Key).second) {
      return refuse(faults::DuplicateTagKeys, "Tag key was specified more than once: {}", tag.Key);
    }
    result.insert_or_assign(tag.Key, tag.Value.value_or(""));
  }
  if (result.size() > kTagsMax) {
    return refuse(faults::TooManyTags, "A resource can have at most {} tags", kTagsMax);
  }
  tags = std::move(result);
  return {};
}

std::vector<Tag> tag_list(const model::Tags& tags) {
  std::vector<Tag> list;
  for (const auto& [key, value] : tags) {
    list.push_back({.Key = key, .Value = value});
  }
  return list;
}

std::vector<Action> tag_actions() {
  return {write<add_tags_to>("AddTags"), write<remove_tags>("RemoveTags"),
          read<describe_tags>("DescribeTags")};
}

}  // namespace postern::api::elbv2
