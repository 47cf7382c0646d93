// SPDX-License-Identifier: Apache-2.0
// Tags of roles and users. [IAM API reference 2010-05-08]
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

// ---- Roles --------------------------------------------------------------------------------------

struct TagRoleRequest {
  std::string RoleName;
  std::vector<Tag> Tags;
};
BOOST_DESCRIBE_STRUCT(TagRoleRequest, (), (RoleName, Tags))

Result<Nothing> tag_role(model::Transaction& tx, const model::Caller& caller,
                         const TagRoleRequest& request) {
  TRY_ASSIGN(const auto* role, find_role(tx.world(), caller, request.RoleName));
  return tag(tx, *role, request.Tags);
}

struct UntagRoleRequest {
  std::string RoleName;
  std::vector<std::string> TagKeys;
};
BOOST_DESCRIBE_STRUCT(UntagRoleRequest, (), (RoleName, TagKeys))

Result<Nothing> untag_role(model::Transaction& tx, const model::Caller& caller,
                           const UntagRoleRequest& request) {
  TRY_ASSIGN(const auto* role, find_role(tx.world(), caller, request.RoleName));
  return untag(tx, *role, request.TagKeys);
}

struct ListRoleTagsRequest {
  std::string RoleName;
  std::optional<std::string> Marker;
  std::optional<int> MaxItems;
};
BOOST_DESCRIBE_STRUCT(ListRoleTagsRequest, (), (RoleName, Marker, MaxItems))

Result<TagsAnswer> list_role_tags(const View& view, const ListRoleTagsRequest& request) {
  TRY_ASSIGN(const auto* role, find_role(view.world, view.caller, request.RoleName));
  return list(role->tags, request.Marker, request.MaxItems);
}

// ---- Users --------------------------------------------------------------------------------------

struct TagUserRequest {
  std::string UserName;
  std::vector<Tag> Tags;
};
BOOST_DESCRIBE_STRUCT(TagUserRequest, (), (UserName, Tags))

Result<Nothing> tag_user(model::Transaction& tx, const model::Caller& caller,
                         const TagUserRequest& request) {
  TRY_ASSIGN(const auto* user, find_user(tx.world(), caller, request.UserName));
  return tag(tx, *user, request.Tags);
}

struct UntagUserRequest {
  std::string UserName;
  std::vector<std::string> TagKeys;
};
BOOST_DESCRIBE_STRUCT(UntagUserRequest, (), (UserName, TagKeys))

Result<Nothing> untag_user(model::Transaction& tx, const model::Caller& caller,
                           const UntagUserRequest& request) {
  TRY_ASSIGN(const auto* user, find_user(tx.world(), caller, request.UserName));
  return untag(tx, *user, request.TagKeys);
}

struct ListUserTagsRequest {
  std::string UserName;
  std::optional<std::string> Marker;
  std::optional<int> MaxItems;
};
BOOST_DESCRIBE_STRUCT(ListUserTagsRequest, (), (UserName, Marker, MaxItems))

Result<TagsAnswer> list_user_tags(const View& view, const ListUserTagsRequest& request) {
  TRY_ASSIGN(const auto* user, find_user(view.world, view.caller, request.UserName));
  return list(user->tags, request.Marker, request.MaxItems);
}

}  // namespace

std::vector<Action> tag_actions() {
  return {write<tag_role>("TagRole"),           write<untag_role>("UntagRole"),
          read<list_role_tags>("ListRoleTags"), write<tag_user>("TagUser"),
          write<untag_user>("UntagUser"),       read<list_user_tags>("ListUserTags")};
}

}  // namespace postern::api::iam
