// SPDX-License-Identifier: Apache-2.0
// Who is in which group. [IAM API reference 2010-05-08]
#include "api/iam/actions.h"
#include "api/iam/group.h"

namespace postern::api::iam {
namespace {

constexpr std::size_t kGroupsOfUserMax = 10;  // [IAM quotas]

struct MembershipRequest {
  std::string GroupName;
  std::string UserName;
};
BOOST_DESCRIBE_STRUCT(MembershipRequest, (), (GroupName, UserName))

// Who is in it already stays in it, and that succeeds.
Result<Nothing> add_user_to_group(model::Transaction& tx, const model::Caller& caller,
                                  const MembershipRequest& request) {
  TRY_ASSIGN(const auto* group, find_group(tx.world(), caller, request.GroupName));
  TRY_ASSIGN(const auto* user, find_user(tx.world(), caller, request.UserName));
  model::User changed = *user;
  const auto at = std::lower_bound(changed.groups.begin(), changed.groups.end(), group->id);
  if (at != changed.groups.end() && *at == group->id) {
    return Nothing{};
  }
  if (changed.groups.size() >= kGroupsOfUserMax) {
    return refuse(faults::LimitExceeded, "Cannot exceed quota for GroupsPerUser: {}",
                  kGroupsOfUserMax);
  }
  changed.groups.insert(at, group->id);
  tx.put(std::move(changed));
  return Nothing{};
}

// Who is not in it stays out of it, and that succeeds.
// [github.com/cloud-custodian/cloud-custodian/pull/4730: tried on AWS]
Result<Nothing> remove_user_from_group(model::Transaction& tx, const model::Caller& caller,
                                       const MembershipRequest& request) {
  TRY_ASSIGN(const auto* group, find_group(tx.world(), caller, request.GroupName));
  TRY_ASSIGN(const auto* user, find_user(tx.world(), caller, request.UserName));
  model::User changed = *user;
  if (std::erase(changed.groups, group->id) > 0) {
    tx.put(std::move(changed));
  }
  return Nothing{};
}

struct ListGroupsForUserRequest {
  std::string UserName;
  std::optional<std::string> Marker;
  std::optional<int> MaxItems;
};
BOOST_DESCRIBE_STRUCT(ListGroupsForUserRequest, (), (UserName, Marker, MaxItems))

struct GroupsAnswer {
  std::vector<Group> Groups;
  bool IsTruncated = false;
  std::optional<std::string> Marker;
};
BOOST_DESCRIBE_STRUCT(GroupsAnswer, (), (Groups, IsTruncated, Marker))

Result<GroupsAnswer> list_groups_for_user(const View& view,
                                          const ListGroupsForUserRequest& request) {
  TRY_ASSIGN(const auto* user, find_user(view.world, view.caller, request.UserName));
  TRY_ASSIGN(const Page page, page_of(user->groups.size(), request.Marker, request.MaxItems));
  GroupsAnswer out{.IsTruncated = page.truncated, .Marker = page.marker};
  for (std::size_t i = page.begin; i < page.end; ++i) {
    if (const auto* group = view.world.find(user->groups[i])) {
      out.Groups.push_back(described(*group));
    }
  }
  return out;
}

}  // namespace

std::vector<Action> group_membership_actions() {
  return {write<add_user_to_group>("AddUserToGroup"),
          write<remove_user_from_group>("RemoveUserFromGroup"),
          read<list_groups_for_user>("ListGroupsForUser")};
}

}  // namespace postern::api::iam
