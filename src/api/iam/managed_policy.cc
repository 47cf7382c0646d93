// SPDX-License-Identifier: Apache-2.0
// Managed policies: the account's own, and those of AWS's that there are. [IAM API reference
// 2010-05-08] Their versions: policy_version.cc.
#include "api/iam/managed_policy.h"

#include "api/iam/actions.h"
#include "model/managed_policies.h"
#include "model/new_credentials.h"
#include "model/policy.h"

namespace postern::api::iam {
namespace {

using model::ManagedPolicy;

constexpr std::ptrdiff_t kPoliciesMax = 1500;  // [IAM quotas]
constexpr std::string_view kAwsPrefix = "arn:aws:iam::aws:policy/";

template <class T>
int attachments_of(const model::World& world, const model::Caller& caller, const std::string& arn) {
  int count = 0;
  for (const auto& [id, holder] : world.all<T>()) {
    const auto& attached = holder->policies.attached;
    count += holder->owner == caller.account &&
                     std::find(attached.begin(), attached.end(), arn) != attached.end()
                 ? 1
                 : 0;
  }
  return count;
}

int attachment_count(const model::World& world, const model::Caller& caller,
                     const std::string& arn) {
  return attachments_of<model::User>(world, caller, arn) +
         attachments_of<model::Group>(world, caller, arn) +
         attachments_of<model::Role>(world, caller, arn);
}

// As lists show it: without description and tags. [IAM API reference, ListPolicies]
Policy listed(const View& view, const ManagedPolicy& from) {
  return {.PolicyName = from.name,
          .PolicyId = from.unique_id,
          .Arn = from.id.value,
          .Path = from.path,
          .DefaultVersionId = version_id(from.default_version),
          .AttachmentCount = attachment_count(view.world, view.caller, from.id.value),
          .CreateDate = from.created_at,
          .UpdateDate = from.updated_at};
}

Policy described(const View& view, const ManagedPolicy& from) {
  Policy out = listed(view, from);
  if (!from.description.empty()) {
    out.Description = from.description;
  }
  out.Tags = tag_list(from.tags);
  return out;
}

// One of AWS's, by its name with the path before it.
Policy of_aws(const View& view, std::string_view name) {
  const std::string arn = std::string(kAwsPrefix) + std::string(name);
  const std::size_t slash = name.rfind('/');
  const std::size_t begin = slash == std::string_view::npos ? 0 : slash + 1;
  std::string id = "ANPA";
  for (const char c : name.substr(begin)) {
    id += id.size() < 21 && c >= 'a' && c <= 'z' ? static_cast<char>(c - 'a' + 'A') : 'A';
  }
  id.resize(21, 'A');
  return {.PolicyName = std::string(name.substr(begin)),
          .PolicyId = id,
          .Arn = arn,
          .Path = "/" + std::string(name.substr(0, begin)),
          .DefaultVersionId = version_id(1),
          .AttachmentCount = attachment_count(view.world, view.caller, arn)};
}

struct PolicyAnswer {
  Policy Policy_;
};
BOOST_DESCRIBE_STRUCT(PolicyAnswer, (), (Policy_))

// ---- CreatePolicy -------------------------------------------------------------------------------

struct CreatePolicyRequest {
  std::string PolicyName;
  std::optional<std::string> Path;
  std::string PolicyDocument;
  std::optional<std::string> Description;
  std::vector<Tag> Tags;
};
BOOST_DESCRIBE_STRUCT(CreatePolicyRequest, (),
                      (PolicyName, Path, PolicyDocument, Description, Tags))

Result<> check_room(const model::World& world, const model::Caller& caller) {
  const auto& policies = world.all<ManagedPolicy>();
  const auto owned = std::count_if(policies.begin(), policies.end(), [&](const auto& row) {
    return row.second->owner == caller.account;
  });
  if (owned >= kPoliciesMax) {
    return refuse(faults::LimitExceeded, "Cannot exceed quota for PoliciesPerAccount: {}",
                  kPoliciesMax);
  }
  return {};
}

Result<PolicyAnswer> create_policy(model::Transaction& tx, const model::Caller& caller,
                                   const CreatePolicyRequest& request) {
  TRY(check_iam_name("policyName", request.PolicyName, {1, 128}));
  TRY_ASSIGN(const std::string path, checked_path(request.Path));
  TRY(check_size("description", request.Description.value_or(""), {0, 1000}));
  TRY(check_policy_document(request.PolicyDocument));
  TRY_ASSIGN(auto tags, with_tags({}, request.Tags));
  if (is_name_taken<ManagedPolicy>(tx.world(), caller, request.PolicyName)) {
    return refuse(faults::EntityAlreadyExists,
                  "A policy called {} already exists. Duplicate names are not allowed.",
                  request.PolicyName);
  }
  TRY(check_room(tx.world(), caller));
  const ManagedPolicy policy{
      .id = model::Id<ManagedPolicy>(
          fmt::format("arn:aws:iam::{}:policy{}{}", caller.account, path, request.PolicyName)),
      .owner = caller.account,
      .name = request.PolicyName,
      .path = path,
      .unique_id = model::new_unique_id(tx.ids(), "ANPA"),
      .description = request.Description.value_or(""),
      .versions = {{.number = 1, .document = request.PolicyDocument, .created_at = tx.now()}},
      .tags = std::move(tags),
      .created_at = tx.now(),
      .updated_at = tx.now()};
  tx.put(policy);
  const Machine none;
  return PolicyAnswer{
      .Policy_ = described(
          {.world = tx.world(), .caller = caller, .now = tx.now(), .machine = none}, policy)};
}

// ---- GetPolicy, DeletePolicy --------------------------------------------------------------------

struct PolicyArnRequest {
  std::string PolicyArn;
};
BOOST_DESCRIBE_STRUCT(PolicyArnRequest, (), (PolicyArn))

Result<PolicyAnswer> get_policy(const View& view, const PolicyArnRequest& request) {
  if (model::managed_policy(request.PolicyArn)) {
    return PolicyAnswer{.Policy_ = of_aws(view, request.PolicyArn.substr(kAwsPrefix.size()))};
  }
  TRY_ASSIGN(const auto* policy, find_policy(view.world, view.caller, request.PolicyArn));
  return PolicyAnswer{.Policy_ = described(view, *policy)};
}

Result<Nothing> delete_policy(model::Transaction& tx, const model::Caller& caller,
                              const PolicyArnRequest& request) {
  TRY_ASSIGN(const auto* policy, find_policy(tx.world(), caller, request.PolicyArn));
  if (attachment_count(tx.world(), caller, request.PolicyArn) > 0) {
    return refuse(faults::DeleteConflict, "Cannot delete a policy attached to entities.");
  }
  if (policy->versions.size() > 1) {
    return refuse(faults::DeleteConflict,
                  "This policy has more than one version. Before you delete a policy, you must "
                  "delete the policy's versions. The default version is deleted with the policy.");
  }
  tx.erase(model::Id<ManagedPolicy>(policy->id));
  return Nothing{};
}

// ---- ListPolicies -------------------------------------------------------------------------------

struct ListPoliciesRequest {
  std::optional<std::string> Scope;
  std::optional<bool> OnlyAttached;
  std::optional<std::string> PathPrefix;
  std::optional<std::string> PolicyUsageFilter;
  std::optional<std::string> Marker;
  std::optional<int> MaxItems;
};
BOOST_DESCRIBE_STRUCT(ListPoliciesRequest, (),
                      (Scope, OnlyAttached, PathPrefix, PolicyUsageFilter, Marker, MaxItems))

struct PoliciesAnswer {
  std::vector<Policy> Policies;
  bool IsTruncated = false;
  std::optional<std::string> Marker;
};
BOOST_DESCRIBE_STRUCT(PoliciesAnswer, (), (Policies, IsTruncated, Marker))

Result<std::vector<Policy>> policies_in_scope(const View& view,
                                              const ListPoliciesRequest& request) {
  const std::string scope = request.Scope.value_or("All");
  std::vector<Policy> all;
  if (scope != "AWS") {
    TRY_ASSIGN(const auto own, below<ManagedPolicy>(view.world, view.caller, request.PathPrefix));
    for (const ManagedPolicy* policy : own) {
      all.push_back(listed(view, *policy));
    }
  }
  if (scope != "Local") {
    for (const std::string_view name : model::managed_policy_names()) {
      Policy policy = of_aws(view, name);
      if (policy.Path.starts_with(request.PathPrefix.value_or("/"))) {
        all.push_back(std::move(policy));
      }
    }
  }
  return all;
}

Result<PoliciesAnswer> list_policies(const View& view, const ListPoliciesRequest& request) {
  TRY(check_enum("scope", request.Scope, {"All", "AWS", "Local"}));
  TRY(check_enum("policyUsageFilter", request.PolicyUsageFilter,
                 {"PermissionsPolicy", "PermissionsBoundary"}));
  TRY_ASSIGN(auto all, policies_in_scope(view, request));
  // Nobody has a boundary.
  const bool boundaries = request.PolicyUsageFilter == "PermissionsBoundary";
  std::erase_if(all, [&](const Policy& policy) {
    return boundaries || (request.OnlyAttached.value_or(false) && policy.AttachmentCount == 0);
  });
  TRY_ASSIGN(const Page page, page_of(all.size(), request.Marker, request.MaxItems));
  PoliciesAnswer out{.IsTruncated = page.truncated, .Marker = page.marker};
  for (std::size_t i = page.begin; i < page.end; ++i) {
    out.Policies.push_back(std::move(all[i]));
  }
  return out;
}

// ---- ListEntitiesForPolicy ----------------------------------------------------------------------

struct ListEntitiesForPolicyRequest {
  std::string PolicyArn;
  std::optional<std::string> EntityFilter;
  std::optional<std::string> PathPrefix;
  std::optional<std::string> PolicyUsageFilter;
  std::optional<std::string> Marker;
  std::optional<int> MaxItems;
};
BOOST_DESCRIBE_STRUCT(ListEntitiesForPolicyRequest, (),
                      (PolicyArn, EntityFilter, PathPrefix, PolicyUsageFilter, Marker, MaxItems))

struct PolicyGroup {
  std::string GroupName;
  std::string GroupId;
};
BOOST_DESCRIBE_STRUCT(PolicyGroup, (), (GroupName, GroupId))

struct PolicyUser {
  std::string UserName;
  std::string UserId;
};
BOOST_DESCRIBE_STRUCT(PolicyUser, (), (UserName, UserId))

struct PolicyRole {
  std::string RoleName;
  std::string RoleId;
};
BOOST_DESCRIBE_STRUCT(PolicyRole, (), (RoleName, RoleId))

struct EntitiesAnswer {
  std::vector<PolicyGroup> PolicyGroups;
  std::vector<PolicyUser> PolicyUsers;
  std::vector<PolicyRole> PolicyRoles;
  bool IsTruncated = false;
  std::optional<std::string> Marker;
};
BOOST_DESCRIBE_STRUCT(EntitiesAnswer, (),
                      (PolicyGroups, PolicyUsers, PolicyRoles, IsTruncated, Marker))

template <class T>
Result<std::vector<const T*>> holders(const View& view,
                                      const ListEntitiesForPolicyRequest& request) {
  TRY_ASSIGN(auto all, below<T>(view.world, view.caller, request.PathPrefix));
  std::erase_if(all, [&](const T* holder) {
    const auto& attached = holder->policies.attached;
    return std::find(attached.begin(), attached.end(), request.PolicyArn) == attached.end();
  });
  return all;
}

Result<EntitiesAnswer> list_entities_for_policy(const View& view,
                                                const ListEntitiesForPolicyRequest& request) {
  TRY(check_enum("entityFilter", request.EntityFilter,
                 {"User", "Role", "Group", "LocalManagedPolicy", "AWSManagedPolicy"}));
  TRY(check_enum("policyUsageFilter", request.PolicyUsageFilter,
                 {"PermissionsPolicy", "PermissionsBoundary"}));
  TRY(get_policy(view, {.PolicyArn = request.PolicyArn}));
  const auto wants = [&](std::string_view kind) {
    return request.PolicyUsageFilter != "PermissionsBoundary" &&
           request.EntityFilter.value_or(std::string(kind)) == kind;
  };
  TRY_ASSIGN(auto groups, holders<model::Group>(view, request));
  TRY_ASSIGN(auto users, holders<model::User>(view, request));
  TRY_ASSIGN(auto roles, holders<model::Role>(view, request));
  groups.resize(wants("Group") ? groups.size() : 0);
  users.resize(wants("User") ? users.size() : 0);
  roles.resize(wants("Role") ? roles.size() : 0);
  const std::size_t first_user = groups.size();
  const std::size_t first_role = first_user + users.size();
  TRY_ASSIGN(const Page page, page_of(first_role + roles.size(), request.Marker, request.MaxItems));
  EntitiesAnswer out{.IsTruncated = page.truncated, .Marker = page.marker};
  for (std::size_t i = page.begin; i < page.end; ++i) {
    if (i < first_user) {
      out.PolicyGroups.push_back({groups[i]->name, groups[i]->unique_id});
    } else if (i < first_role) {
      const model::User& user = *users[i - first_user];
      out.PolicyUsers.push_back({user.name, user.unique_id});
    } else {
      const model::Role& role = *roles[i - first_role];
      out.PolicyRoles.push_back({role.name, role.unique_id});
    }
  }
  return out;
}

}  // namespace

Result<> check_policy_document(const std::string& document) {
  constexpr std::ptrdiff_t kSizeMax = 6144;
  TRY(check_size("policyDocument", document, {1, 131072}));
  TRY(model::parse_permission_policy(document));
  const auto size = std::count_if(document.begin(), document.end(), [](char c) {
    return c != ' ' && c != '\n' && c != '\r' && c != '\t';
  });
  if (size > kSizeMax) {
    return refuse(faults::LimitExceeded, "Cannot exceed quota for PolicySize: {}", kSizeMax);
  }
  return {};
}

std::string version_id(int number) {
  return fmt::format("v{}", number);
}

std::vector<Action> managed_policy_actions() {
  return {write<create_policy>("CreatePolicy"), read<get_policy>("GetPolicy"),
          write<delete_policy>("DeletePolicy"), read<list_policies>("ListPolicies"),
          read<list_entities_for_policy>("ListEntitiesForPolicy")};
}

}  // namespace postern::api::iam
