// SPDX-License-Identifier: Apache-2.0
// Users' access keys. The secret is told once. [IAM API reference 2010-05-08]
#include "api/iam/actions.h"
#include "api/iam/entity.h"
#include "model/new_credentials.h"

namespace postern::api::iam {
namespace {

constexpr std::size_t kKeysMax = 2;  // [IAM quotas]

struct AccessKey {
  std::string UserName;
  std::string AccessKeyId;
  std::string Status;
  std::optional<std::string> SecretAccessKey;
  TimePoint CreateDate;
};
BOOST_DESCRIBE_STRUCT(AccessKey, (), (UserName, AccessKeyId, Status, SecretAccessKey, CreateDate))

AccessKey without_secret(const model::User& user, const model::UserKey& key) {
  return {.UserName = user.name,
          .AccessKeyId = key.id,
          .Status = key.active ? "Active" : "Inactive",
          .CreateDate = key.created_at};
}

struct UserRequest {
  std::optional<std::string> UserName;
};
BOOST_DESCRIBE_STRUCT(UserRequest, (), (UserName))

struct CreateAccessKeyAnswer {
  AccessKey AccessKey_;
};
BOOST_DESCRIBE_STRUCT(CreateAccessKeyAnswer, (), (AccessKey_))

Result<CreateAccessKeyAnswer> create_access_key(model::Transaction& tx, const model::Caller& caller,
                                                const UserRequest& request) {
  TRY_ASSIGN(const auto* user, named_user_or_caller(tx.world(), caller, request.UserName));
  if (user->keys.size() >= kKeysMax) {
    return refuse(faults::LimitExceeded, "Cannot exceed quota for AccessKeysPerUser: {}", kKeysMax);
  }
  model::User changed = *user;
  const model::UserKey& key =
      changed.keys.emplace_back(model::UserKey{.id = model::new_access_key_id(tx.ids(), "AKIA"),
                                               .secret = model::new_secret_key(tx.ids()),
                                               .created_at = tx.now()});
  CreateAccessKeyAnswer out{.AccessKey_ = without_secret(changed, key)};
  out.AccessKey_.SecretAccessKey = key.secret;
  tx.put(std::move(changed));
  return out;
}

struct ListAccessKeysRequest {
  std::optional<std::string> UserName;
  std::optional<std::string> Marker;
  std::optional<int> MaxItems;
};
BOOST_DESCRIBE_STRUCT(ListAccessKeysRequest, (), (UserName, Marker, MaxItems))

struct ListAccessKeysAnswer {
  std::vector<AccessKey> AccessKeyMetadata;
  bool IsTruncated = false;
  std::optional<std::string> Marker;
};
BOOST_DESCRIBE_STRUCT(ListAccessKeysAnswer, (), (AccessKeyMetadata, IsTruncated, Marker))

Result<ListAccessKeysAnswer> list_access_keys(const View& view,
                                              const ListAccessKeysRequest& request) {
  TRY_ASSIGN(const auto* user, named_user_or_caller(view.world, view.caller, request.UserName));
  TRY_ASSIGN(const Page page, page_of(user->keys.size(), request.Marker, request.MaxItems));
  ListAccessKeysAnswer out{.IsTruncated = page.truncated, .Marker = page.marker};
  for (std::size_t i = page.begin; i < page.end; ++i) {
    out.AccessKeyMetadata.push_back(without_secret(*user, user->keys[i]));
  }
  return out;
}

Result<std::vector<model::UserKey>::iterator> find_key(model::User& user, const std::string& id) {
  const auto at = std::find_if(user.keys.begin(), user.keys.end(),
                               [&](const model::UserKey& key) { return key.id == id; });
  if (at == user.keys.end()) {
    return refuse(faults::NoSuchEntity, "The Access Key with id {} cannot be found.", id);
  }
  return at;
}

struct UpdateAccessKeyRequest {
  std::optional<std::string> UserName;
  std::string AccessKeyId;
  std::string Status;
};
BOOST_DESCRIBE_STRUCT(UpdateAccessKeyRequest, (), (UserName, AccessKeyId, Status))

Result<Nothing> update_access_key(model::Transaction& tx, const model::Caller& caller,
                                  const UpdateAccessKeyRequest& request) {
  TRY_ASSIGN(const auto* user, named_user_or_caller(tx.world(), caller, request.UserName));
  TRY(check_enum("status", request.Status, {"Active", "Inactive"}));
  model::User changed = *user;
  TRY_ASSIGN(const auto key, find_key(changed, request.AccessKeyId));
  key->active = request.Status == "Active";
  tx.put(std::move(changed));
  return Nothing{};
}

struct DeleteAccessKeyRequest {
  std::optional<std::string> UserName;
  std::string AccessKeyId;
};
BOOST_DESCRIBE_STRUCT(DeleteAccessKeyRequest, (), (UserName, AccessKeyId))

Result<Nothing> delete_access_key(model::Transaction& tx, const model::Caller& caller,
                                  const DeleteAccessKeyRequest& request) {
  TRY_ASSIGN(const auto* user, named_user_or_caller(tx.world(), caller, request.UserName));
  model::User changed = *user;
  TRY_ASSIGN(const auto key, find_key(changed, request.AccessKeyId));
  changed.keys.erase(key);
  tx.put(std::move(changed));
  return Nothing{};
}

}  // namespace

std::vector<Action> access_key_actions() {
  return {write<create_access_key>("CreateAccessKey"), read<list_access_keys>("ListAccessKeys"),
          write<update_access_key>("UpdateAccessKey"), write<delete_access_key>("DeleteAccessKey")};
}

}  // namespace postern::api::iam
