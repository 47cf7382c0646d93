// SPDX-License-Identifier: Apache-2.0
// Groups of users. [IAM API reference 2010-05-08] Who is in them: group_membership.cc; what they
// may do: permission_policy.cc.
#include "api/iam/group.h"

#include "api/iam/actions.h"
#include "api/iam/user.h"
#include "model/new_credentials.h"

namespace postern::api::iam {
namespace {

constexpr std::ptrdiff_t kGroupsMax = 300;  // [IAM quotas]

Result<> check_new_name(const model::World& world, const model::Caller& caller,
                        const std::string& name) {
  if (is_name_taken<model::Group>(world, caller, name)) {
    return refuse(faults::EntityAlreadyExists, "Group with name {} already exists.", name);
  }
  return {};
}

// ---- CreateGroup --------------------------------------------------------------------------------

struct CreateGroupRequest {
  std::optional<std::string> Path;
  std::string GroupName;
};
BOOST_DESCRIBE_STRUCT(CreateGroupRequest, (), (Path, GroupName))

struct CreateGroupAnswer {
  Group Group_;
};
BOOST_DESCRIBE_STRUCT(CreateGroupAnswer, (), (Group_))

Result<> check_group_room(const model::World& world, const model::Caller& caller) {
  const auto& groups = world.all<model::Group>();
  const auto owned = std::count_if(groups.begin(), groups.end(), [&](const auto& row) {
    return row.second->owner == caller.account;
  });
  if (owned >= kGroupsMax) {
    return refuse(faults::LimitExceeded, "Cannot exceed quota for GroupsPerAccount: {}",
                  kGroupsMax);
  }
  return {};
}

Result<CreateGroupAnswer> create_group(model::Transaction& tx, const model::Caller& caller,
                                       const CreateGroupRequest& request) {
  TRY(check_iam_name("groupName", request.GroupName, {1, 128}));
  TRY_ASSIGN(const std::string path, checked_path(request.Path));
  TRY(check_new_name(tx.world(), caller, request.GroupName));
  TRY(check_group_room(tx.world(), caller));
  const model::Group group{.id = model::iam_id<model::Group>(caller.account, request.GroupName),
                           .owner = caller.account,
                           .name = request.GroupName,
                           .path = path,
                           .unique_id = model::new_unique_id(tx.ids(), "AGPA"),
                           .created_at = tx.now()};
  tx.put(group);
  return CreateGroupAnswer{.Group_ = described(group)};
}

// ---- GetGroup, ListGroups -----------------------------------------------------------------------

struct GetGroupRequest {
  std::string GroupName;
  std::optional<std::string> Marker;
  std::optional<int> MaxItems;
};
BOOST_DESCRIBE_STRUCT(GetGroupRequest, (), (GroupName, Marker, MaxItems))

struct GetGroupAnswer {
  Group Group_;
  std::vector<User> Users;
  bool IsTruncated = false;
  std::optional<std::string> Marker;
};
BOOST_DESCRIBE_STRUCT(GetGroupAnswer, (), (Group_, Users, IsTruncated, Marker))

Result<GetGroupAnswer> get_group(const View& view, const GetGroupRequest& request) {
  TRY_ASSIGN(const auto* group, find_group(view.world, view.caller, request.GroupName));
  const auto members = members_of(view.world, group->id);
  TRY_ASSIGN(const Page page, page_of(members.size(), request.Marker, request.MaxItems));
  GetGroupAnswer out{
      .Group_ = described(*group), .IsTruncated = page.truncated, .Marker = page.marker};
  for (std::size_t i = page.begin; i < page.end; ++i) {
    out.Users.push_back(listed(*members[i]));
  }
  return out;
}

struct ListGroupsRequest {
  std::optional<std::string> PathPrefix;
  std::optional<std::string> Marker;
  std::optional<int> MaxItems;
};
BOOST_DESCRIBE_STRUCT(ListGroupsRequest, (), (PathPrefix, Marker, MaxItems))

struct ListGroupsAnswer {
  std::vector<Group> Groups;
  bool IsTruncated = false;
  std::optional<std::string> Marker;
};
BOOST_DESCRIBE_STRUCT(ListGroupsAnswer, (), (Groups, IsTruncated, Marker))

Result<ListGroupsAnswer> list_groups(const View& view, const ListGroupsRequest& request) {
  TRY_ASSIGN(const auto all, below<model::Group>(view.world, view.caller, request.PathPrefix));
  TRY_ASSIGN(const Page page, page_of(all.size(), request.Marker, request.MaxItems));
  ListGroupsAnswer out{.IsTruncated = page.truncated, .Marker = page.marker};
  for (std::size_t i = page.begin; i < page.end; ++i) {
    out.Groups.push_back(described(*all[i]));
  }
  return out;
}

// ---- UpdateGroup, DeleteGroup -------------------------------------------------------------------

struct UpdateGroupRequest {
  std::string GroupName;
  std::optional<std::string> NewPath;
  std::optional<std::string> NewGroupName;
};
BOOST_DESCRIBE_STRUCT(UpdateGroupRequest, (), (GroupName, NewPath, NewGroupName))

// Its record is found by its name: with another one it is another record, and its members say so.
void rename_group(model::Transaction& tx, model::Group group, const std::string& name) {
  const model::Id<model::Group> before = group.id;
  group.id = model::iam_id<model::Group>(group.owner, name);
  group.name = name;
  for (const model::User* member : members_of(tx.world(), before)) {
    model::User changed = *member;
    std::replace(changed.groups.begin(), changed.groups.end(), before, group.id);
    std::sort(changed.groups.begin(), changed.groups.end());
    tx.put(std::move(changed));
  }
  tx.put(std::move(group));
}

// Its members, its policies and its unique id stay. [IAM user guide, "Rename an IAM user group"]
Result<Nothing> update_group(model::Transaction& tx, const model::Caller& caller,
                             const UpdateGroupRequest& request) {
  TRY_ASSIGN(const auto* group, find_group(tx.world(), caller, request.GroupName));
  model::Group changed = *group;
  TRY_ASSIGN(changed.path, checked_path(request.NewPath.value_or(group->path)));
  const std::string name = request.NewGroupName.value_or(group->name);
  TRY(check_iam_name("newGroupName", name, {1, 128}));
  tx.erase(changed.id);  // its own name is not in its way
  TRY(check_new_name(tx.world(), caller, name));
  rename_group(tx, std::move(changed), name);
  return Nothing{};
}

struct DeleteGroupRequest {
  std::string GroupName;
};
BOOST_DESCRIBE_STRUCT(DeleteGroupRequest, (), (GroupName))

Result<Nothing> delete_group(model::Transaction& tx, const model::Caller& caller,
                             const DeleteGroupRequest& request) {
  TRY_ASSIGN(const auto* group, find_group(tx.world(), caller, request.GroupName));
  if (!members_of(tx.world(), group->id).empty()) {
    return refuse(faults::DeleteConflict,
                  "Cannot delete entity, must remove users from group first.");
  }
  if (!group->policies.attached.empty()) {
    return refuse(faults::DeleteConflict, "Cannot delete entity, must detach all policies first.");
  }
  if (!group->policies.documents.empty()) {
    return refuse(faults::DeleteConflict, "Cannot delete entity, must delete policies first.");
  }
  tx.erase(model::Id<model::Group>(group->id));
  return Nothing{};
}

}  // namespace

Group described(const model::Group& from) {
  return {.Path = from.path,
          .GroupName = from.name,
          .GroupId = from.unique_id,
          .Arn = model::arn_of(from),
          .CreateDate = from.created_at};
}

std::vector<const model::User*> members_of(const model::World& world,
                                           const model::Id<model::Group>& group) {
  std::vector<const model::User*> out;
  for (const auto& [id, user] : world.all<model::User>()) {
    if (std::find(user->groups.begin(), user->groups.end(), group) != user->groups.end()) {
      out.push_back(user.get());
    }
  }
  return out;
}

std::vector<Action> group_actions() {
  return {write<create_group>("CreateGroup"), read<get_group>("GetGroup"),
          read<list_groups>("ListGroups"), write<update_group>("UpdateGroup"),
          write<delete_group>("DeleteGroup")};
}

}  // namespace postern::api::iam
