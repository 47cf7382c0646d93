// SPDX-License-Identifier: Apache-2.0
// Roles and whom they trust. [IAM API reference 2010-05-08]
#include "api/iam/role.h"

#include "api/iam/actions.h"
#include "api/wire/sigv4_text.h"
#include "model/new_credentials.h"
#include "model/policy.h"

namespace postern::api::iam {
namespace {

constexpr int kTrustPolicySizeMax = 2048;  // [IAM quotas]

// Whether the principal is a user or role that is not there.
bool is_missing(const model::World& world, const std::string& principal) {
  const auto has = [&](const auto& table) {
    return std::any_of(table.begin(), table.end(),
                       [&](const auto& row) { return model::arn_of(*row.second) == principal; });
  };
  return principal.starts_with("arn:aws:iam::") && !principal.ends_with(":root") &&
         !has(world.all<model::User>()) && !has(world.all<model::Role>());
}

Result<> check_trust_policy(const model::World& world, const std::string& text) {
  TRY(check_size("assumeRolePolicyDocument", text, {1, 131072}));
  if (text.size() > kTrustPolicySizeMax) {
    return refuse(faults::LimitExceeded, "Cannot exceed quota for ACLSizePerRole: {}",
                  kTrustPolicySizeMax);
  }
  TRY_ASSIGN(const auto policy, model::parse_trust_policy(text));
  for (const auto& statement : policy.statements) {
    for (const std::string& principal : statement.principals) {
      if (is_missing(world, principal)) {
        return refuse(faults::MalformedPolicyDocument,
                      "Invalid principal in policy: \"AWS\":\"{}\"", principal);
      }
    }
  }
  return {};
}

struct RoleAnswer {
  Role Role_;
};
BOOST_DESCRIBE_STRUCT(RoleAnswer, (), (Role_))

// ---- CreateRole ---------------------------------------------------------------------------------

// Permissions boundaries are not served: naming one is refused as an unknown parameter.
struct CreateRoleRequest {
  std::optional<std::string> Path;
  std::string RoleName;
  std::string AssumeRolePolicyDocument;
  std::optional<std::string> Description;
  std::optional<int> MaxSessionDuration;
  std::vector<Tag> Tags;
};
BOOST_DESCRIBE_STRUCT(CreateRoleRequest, (),
                      (Path, RoleName, AssumeRolePolicyDocument, Description, MaxSessionDuration,
                       Tags))

Result<RoleAnswer> create_role(model::Transaction& tx, const model::Caller& caller,
                               const CreateRoleRequest& request) {
  TRY(check_iam_name("roleName", request.RoleName, {1, 64}));
  TRY(check_size("description", request.Description.value_or(""), {0, 1000}));
  const int seconds = request.MaxSessionDuration.value_or(3600);
  TRY(check_number("maxSessionDuration", seconds, {3600, 43200}));
  TRY_ASSIGN(const std::string path, checked_path(request.Path));
  TRY_ASSIGN(auto tags, with_tags({}, request.Tags));
  TRY(check_trust_policy(tx.world(), request.AssumeRolePolicyDocument));
  if (is_name_taken<model::Role>(tx.world(), caller, request.RoleName)) {
    return refuse(faults::EntityAlreadyExists, "Role with name {} already exists.",
                  request.RoleName);
  }
  const model::Role role{.id = model::iam_id<model::Role>(caller.account, request.RoleName),
                         .owner = caller.account,
                         .name = request.RoleName,
                         .path = path,
                         .unique_id = model::new_unique_id(tx.ids(), "AROA"),
                         .trust_policy = request.AssumeRolePolicyDocument,
                         .description = request.Description.value_or(""),
                         .max_session_seconds = seconds,
                         .tags = std::move(tags),
                         .created_at = tx.now()};
  tx.put(role);
  return RoleAnswer{.Role_ = described(role)};
}

// ---- GetRole, ListRoles -------------------------------------------------------------------------

struct RoleRequest {
  std::string RoleName;
};
BOOST_DESCRIBE_STRUCT(RoleRequest, (), (RoleName))

Result<RoleAnswer> get_role(const View& view, const RoleRequest& request) {
  TRY_ASSIGN(const auto* role, find_role(view.world, view.caller, request.RoleName));
  return RoleAnswer{.Role_ = described(*role)};
}

struct ListRolesRequest {
  std::optional<std::string> PathPrefix;
  std::optional<std::string> Marker;
  std::optional<int> MaxItems;
};
BOOST_DESCRIBE_STRUCT(ListRolesRequest, (), (PathPrefix, Marker, MaxItems))

struct ListRolesAnswer {
  std::vector<Role> Roles;
  bool IsTruncated = false;
  std::optional<std::string> Marker;
};
BOOST_DESCRIBE_STRUCT(ListRolesAnswer, (), (Roles, IsTruncated, Marker))

Result<ListRolesAnswer> list_roles(const View& view, const ListRolesRequest& request) {
  TRY_ASSIGN(const auto all, below<model::Role>(view.world, view.caller, request.PathPrefix));
  TRY_ASSIGN(const Page page, page_of(all.size(), request.Marker, request.MaxItems));
  ListRolesAnswer out{.IsTruncated = page.truncated, .Marker = page.marker};
  for (std::size_t i = page.begin; i < page.end; ++i) {
    out.Roles.push_back(listed(*all[i]));
  }
  return out;
}

// ---- Changes ------------------------------------------------------------------------------------

struct UpdateAssumeRolePolicyRequest {
  std::string RoleName;
  std::string PolicyDocument;
};
BOOST_DESCRIBE_STRUCT(UpdateAssumeRolePolicyRequest, (), (RoleName, PolicyDocument))

Result<Nothing> update_assume_role_policy(model::Transaction& tx, const model::Caller& caller,
                                          const UpdateAssumeRolePolicyRequest& request) {
  TRY_ASSIGN(const auto* role, find_role(tx.world(), caller, request.RoleName));
  TRY(check_trust_policy(tx.world(), request.PolicyDocument));
  model::Role changed = *role;
  changed.trust_policy = request.PolicyDocument;
  tx.put(std::move(changed));
  return Nothing{};
}

struct UpdateRoleRequest {
  std::string RoleName;
  std::optional<std::string> Description;
  std::optional<int> MaxSessionDuration;
};
BOOST_DESCRIBE_STRUCT(UpdateRoleRequest, (), (RoleName, Description, MaxSessionDuration))

Result<Nothing> update_role(model::Transaction& tx, const model::Caller& caller,
                            const UpdateRoleRequest& request) {
  TRY_ASSIGN(const auto* role, find_role(tx.world(), caller, request.RoleName));
  model::Role changed = *role;
  changed.description = request.Description.value_or(role->description);
  changed.max_session_seconds = request.MaxSessionDuration.value_or(role->max_session_seconds);
  TRY(check_size("description", changed.description, {0, 1000}));
  TRY(check_number("maxSessionDuration", changed.max_session_seconds, {3600, 43200}));
  tx.put(std::move(changed));
  return Nothing{};
}

struct UpdateRoleDescriptionRequest {
  std::string RoleName;
  std::string Description;
};
BOOST_DESCRIBE_STRUCT(UpdateRoleDescriptionRequest, (), (RoleName, Description))

Result<RoleAnswer> update_role_description(model::Transaction& tx, const model::Caller& caller,
                                           const UpdateRoleDescriptionRequest& request) {
  TRY(update_role(tx, caller, {.RoleName = request.RoleName, .Description = request.Description}));
  TRY_ASSIGN(const auto* role, find_role(tx.world(), caller, request.RoleName));
  return RoleAnswer{.Role_ = described(*role)};
}

// Its sessions end with it.
void end_sessions(model::Transaction& tx, const model::Id<model::Role>& role) {
  const auto sessions = tx.world().all<model::Session>();
  for (const auto& [id, session] : sessions) {
    if (session->role == role) {
      tx.erase(id);
    }
  }
}

Result<Nothing> delete_role(model::Transaction& tx, const model::Caller& caller,
                            const RoleRequest& request) {
  TRY_ASSIGN(const auto* role, find_role(tx.world(), caller, request.RoleName));
  const model::Id<model::Role> id = role->id;
  for (const auto& [other, profile] : tx.world().all<model::InstanceProfile>()) {
    if (std::find(profile->roles.begin(), profile->roles.end(), id) != profile->roles.end()) {
      return refuse(faults::DeleteConflict,
                    "Cannot delete entity, must remove roles from instance profile first.");
    }
  }
  if (!role->policies.attached.empty()) {
    return refuse(faults::DeleteConflict, "Cannot delete entity, must detach all policies first.");
  }
  if (!role->policies.documents.empty()) {
    return refuse(faults::DeleteConflict, "Cannot delete entity, must delete policies first.");
  }
  end_sessions(tx, id);
  tx.erase(id);
  return Nothing{};
}

}  // namespace

Role listed(const model::Role& from) {
  Role out{.Path = from.path,
           .RoleName = from.name,
           .RoleId = from.unique_id,
           .Arn = model::arn_of(from),
           .CreateDate = from.created_at,
           .AssumeRolePolicyDocument = wire::percent_encoded(from.trust_policy),
           .MaxSessionDuration = from.max_session_seconds};
  if (!from.description.empty()) {
    out.Description = from.description;
  }
  return out;
}

Role described(const model::Role& from) {
  Role out = listed(from);
  if (!from.tags.empty()) {
    out.Tags = tag_list(from.tags);
  }
  return out;
}

std::vector<Action> role_actions() {
  return {
      write<create_role>("CreateRole"), read<get_role>("GetRole"),
      read<list_roles>("ListRoles"),    write<update_assume_role_policy>("UpdateAssumeRolePolicy"),
      write<update_role>("UpdateRole"), write<update_role_description>("UpdateRoleDescription"),
      write<delete_role>("DeleteRole")};
}

}  // namespace postern::api::iam
