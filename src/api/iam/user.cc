// SPDX-License-Identifier: Apache-2.0
// Users. [IAM API reference 2010-05-08]
#include "api/iam/user.h"

#include "api/iam/actions.h"
#include "model/new_credentials.h"

namespace postern::api::iam {
namespace {

User described(const model::User& from) {
  User out = listed(from);
  if (!from.tags.empty()) {
    out.Tags = tag_list(from.tags);
  }
  return out;
}

struct UserAnswer {
  User User_;
};
BOOST_DESCRIBE_STRUCT(UserAnswer, (), (User_))

// Permissions boundaries are not served: naming one is refused as an unknown parameter.
struct CreateUserRequest {
  std::optional<std::string> Path;
  std::string UserName;
  std::vector<Tag> Tags;
};
BOOST_DESCRIBE_STRUCT(CreateUserRequest, (), (Path, UserName, Tags))

Result<UserAnswer> create_user(model::Transaction& tx, const model::Caller& caller,
                               const CreateUserRequest& request) {
  TRY(check_iam_name("userName", request.UserName, {1, 64}));
  TRY_ASSIGN(const std::string path, checked_path(request.Path));
  TRY_ASSIGN(auto tags, with_tags({}, request.Tags));
  if (is_name_taken<model::User>(tx.world(), caller, request.UserName)) {
    return refuse(faults::EntityAlreadyExists, "User with name {} already exists.",
                  request.UserName);
  }
  const model::User user{.id = model::iam_id<model::User>(caller.account, request.UserName),
                         .owner = caller.account,
                         .name = request.UserName,
                         .path = path,
                         .unique_id = model::new_unique_id(tx.ids(), "AIDA"),
                         .tags = std::move(tags),
                         .created_at = tx.now()};
  tx.put(user);
  return UserAnswer{.User_ = described(user)};
}

struct GetUserRequest {
  std::optional<std::string> UserName;
};
BOOST_DESCRIBE_STRUCT(GetUserRequest, (), (UserName))

Result<UserAnswer> get_user(const View& view, const GetUserRequest& request) {
  const auto* account = view.world.find(view.caller.account);
  if (!request.UserName && model::is_root(view.caller) && account != nullptr) {
    return UserAnswer{.User_ = {.Path = "/",
                                .UserId = view.caller.user_id,
                                .Arn = view.caller.principal_arn,
                                .CreateDate = account->created_at}};
  }
  TRY_ASSIGN(const auto* user, named_user_or_caller(view.world, view.caller, request.UserName));
  return UserAnswer{.User_ = described(*user)};
}

struct ListUsersRequest {
  std::optional<std::string> PathPrefix;
  std::optional<std::string> Marker;
  std::optional<int> MaxItems;
};
BOOST_DESCRIBE_STRUCT(ListUsersRequest, (), (PathPrefix, Marker, MaxItems))

struct ListUsersAnswer {
  std::vector<User> Users;
  bool IsTruncated = false;
  std::optional<std::string> Marker;
};
BOOST_DESCRIBE_STRUCT(ListUsersAnswer, (), (Users, IsTruncated, Marker))

Result<ListUsersAnswer> list_users(const View& view, const ListUsersRequest& request) {
  TRY_ASSIGN(const auto all, below<model::User>(view.world, view.caller, request.PathPrefix));
  TRY_ASSIGN(const Page page, page_of(all.size(), request.Marker, request.MaxItems));
  ListUsersAnswer out{.IsTruncated = page.truncated, .Marker = page.marker};
  for (std::size_t i = page.begin; i < page.end; ++i) {
    out.Users.push_back(listed(*all[i]));
  }
  return out;
}

struct DeleteUserRequest {
  std::string UserName;
};
BOOST_DESCRIBE_STRUCT(DeleteUserRequest, (), (UserName))

Result<Nothing> delete_user(model::Transaction& tx, const model::Caller& caller,
                            const DeleteUserRequest& request) {
  TRY_ASSIGN(const auto* user, find_user(tx.world(), caller, request.UserName));
  if (!user->keys.empty()) {
    return refuse(faults::DeleteConflict, "Cannot delete entity, must delete access keys first.");
  }
  if (!user->groups.empty()) {
    return refuse(faults::DeleteConflict,
                  "Cannot delete entity, must remove users from group first.");
  }
  if (!user->policies.attached.empty()) {
    return refuse(faults::DeleteConflict, "Cannot delete entity, must detach all policies first.");
  }
  if (!user->policies.documents.empty()) {
    return refuse(faults::DeleteConflict, "Cannot delete entity, must delete policies first.");
  }
  const model::Id<model::User> id = user->id;
  const auto sessions = tx.world().all<model::Session>();
  for (const auto& [key, session] : sessions) {
    if (session->user == id) {
      tx.erase(key);
    }
  }
  tx.erase(id);
  return Nothing{};
}

}  // namespace

User listed(const model::User& from) {
  return {.Path = from.path,
          .UserName = from.name,
          .UserId = from.unique_id,
          .Arn = model::arn_of(from),
          .CreateDate = from.created_at};
}

std::vector<Action> user_actions() {
  return {write<create_user>("CreateUser"), read<get_user>("GetUser"),
          read<list_users>("ListUsers"), write<delete_user>("DeleteUser")};
}

}  // namespace postern::api::iam
