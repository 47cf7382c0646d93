// SPDX-License-Identifier: Apache-2.0
// Tags of roles, users, instance profiles and policies. [IAM API reference 2010-05-08]
#include "api/iam/actions.h"
#include "api/iam/entity.h"

namespace postern::api::iam {
namespace {

template <class T>
Result<Nothing> tag(model::Transaction& tx, T changed, const std::vector<Tag>& tags) {
  TRY_ASSIGN(changed.tags, with_tags(std::move(changed.tags), tags));
  tx.put(std::move(changed));
  return Nothing{};
}

template <class T>
Result<Nothing> untag(model::Transaction& tx, T changed, const std::vector<std::string>& keys) {
  for (const std::string& key : keys) {
    changed.tags.erase(key);
  }
  tx.put(std::move(changed));
  return Nothing{};
}

struct TagsAnswer {
  std::vector<Tag> Tags;
  bool IsTruncated = false;
  std::optional<std::string> Marker;
};
BOOST_DESCRIBE_STRUCT(TagsAnswer, (), (Tags, IsTruncated, Marker))

Result<TagsAnswer> list(const model::Tags& tags, const std::optional<std::string>& marker,
                        const std::optional<int>& max_items) {
  const std::vector<Tag> all = tag_list(tags);
  TRY_ASSIGN(const Page page, page_of(all.size(), marker, max_items));
  TagsAnswer out{.IsTruncated = page.truncated, .Marker = page.marker};
  for (std::size_t i = page.begin; i < page.end; ++i) {
    out.Tags.push_back(all[i]);
  }
  return out;
}

// ---- AWS's actions, for each kind of holder -----------------------------------------------------

#define POSTERN_TAG_ACTIONS(Name, find)                                                           \
  struct TagRequest {                                                                             \
    std::string Name;                                                                             \
    std::vector<Tag> Tags;                                                                        \
  };                                                                                              \
  BOOST_DESCRIBE_STRUCT(TagRequest, (), (Name, Tags))                                             \
  Result<Nothing> put(model::Transaction& tx, const model::Caller& caller, const TagRequest& r) { \
    TRY_ASSIGN(const auto* holder, find(tx.world(), caller, r.Name));                             \
    return tag(tx, *holder, r.Tags);                                                              \
  }                                                                                               \
  struct UntagRequest {                                                                           \
    std::string Name;                                                                             \
    std::vector<std::string> TagKeys;                                                             \
  };                                                                                              \
  BOOST_DESCRIBE_STRUCT(UntagRequest, (), (Name, TagKeys))                                        \
  Result<Nothing> remove(model::Transaction& tx, const model::Caller& caller,                     \
                         const UntagRequest& r) {                                                 \
    TRY_ASSIGN(const auto* holder, find(tx.world(), caller, r.Name));                             \
    return untag(tx, *holder, r.TagKeys);                                                         \
  }                                                                                               \
  struct ListTagsRequest {                                                                        \
    std::string Name;                                                                             \
    std::optional<std::string> Marker;                                                            \
    std::optional<int> MaxItems;                                                                  \
  };                                                                                              \
  BOOST_DESCRIBE_STRUCT(ListTagsRequest, (), (Name, Marker, MaxItems))                            \
  Result<TagsAnswer> all(const View& view, const ListTagsRequest& r) {                            \
    TRY_ASSIGN(const auto* holder, find(view.world, view.caller, r.Name));                        \
    return list(holder->tags, r.Marker, r.MaxItems);                                              \
  }

namespace of_role {
POSTERN_TAG_ACTIONS(RoleName, find_role)
}  // namespace of_role
namespace of_user {
POSTERN_TAG_ACTIONS(UserName, find_user)
}  // namespace of_user
namespace of_profile {
POSTERN_TAG_ACTIONS(InstanceProfileName, find_profile)
}  // namespace of_profile
namespace of_policy {
POSTERN_TAG_ACTIONS(PolicyArn, find_policy)
}  // namespace of_policy

}  // namespace

std::vector<Action> tag_actions() {
  return {write<of_role::put>("TagRole"),
          write<of_role::remove>("UntagRole"),
          read<of_role::all>("ListRoleTags"),
          write<of_user::put>("TagUser"),
          write<of_user::remove>("UntagUser"),
          read<of_user::all>("ListUserTags"),
          write<of_profile::put>("TagInstanceProfile"),
          write<of_profile::remove>("UntagInstanceProfile"),
          read<of_profile::all>("ListInstanceProfileTags"),
          write<of_policy::put>("TagPolicy"),
          write<of_policy::remove>("UntagPolicy"),
          read<of_policy::all>("ListPolicyTags")};
}

}  // namespace postern::api::iam
