// SPDX-License-Identifier: Apache-2.0
// What roles, users and groups may do: documents of their own, and managed policies, AWS's and the
// account's. One set of rules for all. [IAM API reference 2010-05-08]
#include "api/iam/actions.h"
#include "api/iam/entity.h"
#include "api/wire/sigv4_text.h"
#include "model/managed_policies.h"
#include "model/policy.h"

namespace postern::api::iam {
namespace {

constexpr std::size_t kAttachedMax = 10;              // [IAM quotas]
constexpr std::size_t kRoleDocumentsSizeMax = 10240;  // all of a role's together
constexpr std::size_t kUserDocumentsSizeMax = 2048;
constexpr std::size_t kGroupDocumentsSizeMax = 5120;

Result<const model::Role*> find(const model::Role*, const model::World& world,
                                const model::Caller& caller, const std::string& name) {
  return find_role(world, caller, name);
}
Result<const model::User*> find(const model::User*, const model::World& world,
                                const model::Caller& caller, const std::string& name) {
  return find_user(world, caller, name);
}
Result<const model::Group*> find(const model::Group*, const model::World& world,
                                 const model::Caller& caller, const std::string& name) {
  return find_group(world, caller, name);
}

template <class T>
Result<const T*> find(const model::World& world, const model::Caller& caller,
                      const std::string& name) {
  return find(static_cast<const T*>(nullptr), world, caller, name);
}

// ---- Documents ----------------------------------------------------------------------------------

struct Document {
  std::string name;
  std::string text;
};

template <class T>
Result<Nothing> put_document(model::Transaction& tx, const model::Caller& caller,
                             const std::string& of, const Document& document,
                             std::size_t size_max) {
  TRY_ASSIGN(const T* holder, find<T>(tx.world(), caller, of));
  TRY(check_iam_name("policyName", document.name, {1, 128}));
  TRY(check_size("policyDocument", document.text, {1, 131072}));
  TRY(model::parse_permission_policy(document.text));
  T changed = *holder;
  changed.policies.documents[document.name] = document.text;
  std::size_t size = 0;
  for (const auto& [name, text] : changed.policies.documents) {
    size += text.size();
  }
  if (size > size_max) {
    return refuse(faults::LimitExceeded, "Maximum policy size of {} bytes exceeded for {}",
                  size_max, of);
  }
  tx.put(std::move(changed));
  return Nothing{};
}

std::unexpected<Error> no_document(const std::string& policy) {
  return refuse(faults::NoSuchEntity, "The policy with name {} cannot be found.", policy);
}

template <class T>
Result<std::string> get_document(const View& view, const std::string& of,
                                 const std::string& policy) {
  TRY_ASSIGN(const T* holder, find<T>(view.world, view.caller, of));
  const auto at = holder->policies.documents.find(policy);
  if (at == holder->policies.documents.end()) {
    return no_document(policy);
  }
  return wire::percent_encoded(at->second);
}

template <class T>
Result<Nothing> delete_document(model::Transaction& tx, const model::Caller& caller,
                                const std::string& of, const std::string& policy) {
  TRY_ASSIGN(const T* holder, find<T>(tx.world(), caller, of));
  T changed = *holder;
  if (changed.policies.documents.erase(policy) == 0) {
    return no_document(policy);
  }
  tx.put(std::move(changed));
  return Nothing{};
}

struct PolicyNamesAnswer {
  std::vector<std::string> PolicyNames;
  bool IsTruncated = false;
  std::optional<std::string> Marker;
};
BOOST_DESCRIBE_STRUCT(PolicyNamesAnswer, (), (PolicyNames, IsTruncated, Marker))

template <class T>
Result<PolicyNamesAnswer> list_documents(const View& view, const std::string& of,
                                         const std::optional<std::string>& marker,
                                         const std::optional<int>& max_items) {
  TRY_ASSIGN(const T* holder, find<T>(view.world, view.caller, of));
  std::vector<std::string> names;
  for (const auto& [name, text] : holder->policies.documents) {
    names.push_back(name);
  }
  TRY_ASSIGN(const Page page, page_of(names.size(), marker, max_items));
  PolicyNamesAnswer out{.IsTruncated = page.truncated, .Marker = page.marker};
  for (std::size_t i = page.begin; i < page.end; ++i) {
    out.PolicyNames.push_back(names[i]);
  }
  return out;
}

// ---- Attached policies --------------------------------------------------------------------------

template <class T>
Result<Nothing> attach(model::Transaction& tx, const model::Caller& caller, const std::string& to,
                       const std::string& arn) {
  TRY_ASSIGN(const T* holder, find<T>(tx.world(), caller, to));
  TRY(check_size("policyArn", arn, {20, 2048}));
  if (!model::policy_document(tx.world(), caller.account, arn)) {
    return refuse(faults::NoSuchEntity, "Policy {} does not exist or is not attachable.", arn);
  }
  T changed = *holder;
  auto& attached = changed.policies.attached;
  if (std::find(attached.begin(), attached.end(), arn) != attached.end()) {
    return Nothing{};
  }
  if (attached.size() >= kAttachedMax) {
    return refuse(faults::LimitExceeded, "Cannot exceed quota for attached policies: {}",
                  kAttachedMax);
  }
  attached.push_back(arn);
  tx.put(std::move(changed));
  return Nothing{};
}

template <class T>
Result<Nothing> detach(model::Transaction& tx, const model::Caller& caller, const std::string& from,
                       const std::string& arn) {
  TRY_ASSIGN(const T* holder, find<T>(tx.world(), caller, from));
  T changed = *holder;
  if (std::erase(changed.policies.attached, arn) == 0) {
    return refuse(faults::NoSuchEntity, "Policy {} was not found.", arn);
  }
  tx.put(std::move(changed));
  return Nothing{};
}

struct AttachedPolicy {
  std::string PolicyName;
  std::string PolicyArn;
};
BOOST_DESCRIBE_STRUCT(AttachedPolicy, (), (PolicyName, PolicyArn))

struct AttachedPoliciesAnswer {
  std::vector<AttachedPolicy> AttachedPolicies;
  bool IsTruncated = false;
  std::optional<std::string> Marker;
};
BOOST_DESCRIBE_STRUCT(AttachedPoliciesAnswer, (), (AttachedPolicies, IsTruncated, Marker))

template <class T, class Request>
Result<AttachedPoliciesAnswer> list_attached(const View& view, const std::string& of,
                                             const Request& request) {
  TRY_ASSIGN(const T* holder, find<T>(view.world, view.caller, of));
  std::vector<AttachedPolicy> all;
  for (const std::string& arn : holder->policies.attached) {
    // arn:aws:iam::aws:policy<path><name>
    const std::string path_and_name = arn.substr(arn.find('/'));
    const std::size_t name = path_and_name.rfind('/') + 1;
    if (path_and_name.substr(0, name).starts_with(request.PathPrefix.value_or("/"))) {
      all.push_back({.PolicyName = path_and_name.substr(name), .PolicyArn = arn});
    }
  }
  TRY_ASSIGN(const Page page, page_of(all.size(), request.Marker, request.MaxItems));
  AttachedPoliciesAnswer out{.IsTruncated = page.truncated, .Marker = page.marker};
  for (std::size_t i = page.begin; i < page.end; ++i) {
    out.AttachedPolicies.push_back(all[i]);
  }
  return out;
}

// ---- AWS's actions, for each kind of holder -----------------------------------------------------

#define POSTERN_POLICY_ACTIONS(Kind, Name, size_max)                                              \
  struct Put##Kind##PolicyRequest {                                                               \
    std::string Name;                                                                             \
    std::string PolicyName;                                                                       \
    std::string PolicyDocument;                                                                   \
  };                                                                                              \
  BOOST_DESCRIBE_STRUCT(Put##Kind##PolicyRequest, (), (Name, PolicyName, PolicyDocument))         \
  Result<Nothing> put_policy(model::Transaction& tx, const model::Caller& caller,                 \
                             const Put##Kind##PolicyRequest& r) {                                 \
    return put_document<model::Kind>(tx, caller, r.Name,                                          \
                                     {.name = r.PolicyName, .text = r.PolicyDocument}, size_max); \
  }                                                                                               \
  struct Kind##PolicyRequest {                                                                    \
    std::string Name;                                                                             \
    std::string PolicyName;                                                                       \
  };                                                                                              \
  BOOST_DESCRIBE_STRUCT(Kind##PolicyRequest, (), (Name, PolicyName))                              \
  struct Get##Kind##PolicyAnswer {                                                                \
    std::string Name;                                                                             \
    std::string PolicyName;                                                                       \
    std::string PolicyDocument;                                                                   \
  };                                                                                              \
  BOOST_DESCRIBE_STRUCT(Get##Kind##PolicyAnswer, (), (Name, PolicyName, PolicyDocument))          \
  Result<Get##Kind##PolicyAnswer> get_policy(const View& view, const Kind##PolicyRequest& r) {    \
    TRY_ASSIGN(auto text, get_document<model::Kind>(view, r.Name, r.PolicyName));                 \
    return Get##Kind##PolicyAnswer{                                                               \
        .Name = r.Name, .PolicyName = r.PolicyName, .PolicyDocument = std::move(text)};           \
  }                                                                                               \
  Result<Nothing> delete_policy(model::Transaction& tx, const model::Caller& caller,              \
                                const Kind##PolicyRequest& r) {                                   \
    return delete_document<model::Kind>(tx, caller, r.Name, r.PolicyName);                        \
  }                                                                                               \
  struct List##Kind##PoliciesRequest {                                                            \
    std::string Name;                                                                             \
    std::optional<std::string> Marker;                                                            \
    std::optional<int> MaxItems;                                                                  \
  };                                                                                              \
  BOOST_DESCRIBE_STRUCT(List##Kind##PoliciesRequest, (), (Name, Marker, MaxItems))                \
  Result<PolicyNamesAnswer> list_policies(const View& view,                                       \
                                          const List##Kind##PoliciesRequest& r) {                 \
    return list_documents<model::Kind>(view, r.Name, r.Marker, r.MaxItems);                       \
  }                                                                                               \
  struct Attach##Kind##PolicyRequest {                                                            \
    std::string Name;                                                                             \
    std::string PolicyArn;                                                                        \
  };                                                                                              \
  BOOST_DESCRIBE_STRUCT(Attach##Kind##PolicyRequest, (), (Name, PolicyArn))                       \
  Result<Nothing> attach_policy(model::Transaction& tx, const model::Caller& caller,              \
                                const Attach##Kind##PolicyRequest& r) {                           \
    return attach<model::Kind>(tx, caller, r.Name, r.PolicyArn);                                  \
  }                                                                                               \
  Result<Nothing> detach_policy(model::Transaction& tx, const model::Caller& caller,              \
                                const Attach##Kind##PolicyRequest& r) {                           \
    return detach<model::Kind>(tx, caller, r.Name, r.PolicyArn);                                  \
  }                                                                                               \
  struct ListAttached##Kind##PoliciesRequest {                                                    \
    std::string Name;                                                                             \
    std::optional<std::string> PathPrefix;                                                        \
    std::optional<std::string> Marker;                                                            \
    std::optional<int> MaxItems;                                                                  \
  };                                                                                              \
  BOOST_DESCRIBE_STRUCT(ListAttached##Kind##PoliciesRequest, (),                                  \
                        (Name, PathPrefix, Marker, MaxItems))                                     \
  Result<AttachedPoliciesAnswer> list_attached_policies(                                          \
      const View& view, const ListAttached##Kind##PoliciesRequest& r) {                           \
    return list_attached<model::Kind>(view, r.Name, r);                                           \
  }

namespace of_role {
POSTERN_POLICY_ACTIONS(Role, RoleName, kRoleDocumentsSizeMax)
}  // namespace of_role
namespace of_user {
POSTERN_POLICY_ACTIONS(User, UserName, kUserDocumentsSizeMax)
}  // namespace of_user
namespace of_group {
POSTERN_POLICY_ACTIONS(Group, GroupName, kGroupDocumentsSizeMax)
}  // namespace of_group

}  // namespace

std::vector<Action> permission_policy_actions() {
  return {write<of_role::put_policy>("PutRolePolicy"),
          read<of_role::get_policy>("GetRolePolicy"),
          write<of_role::delete_policy>("DeleteRolePolicy"),
          read<of_role::list_policies>("ListRolePolicies"),
          write<of_role::attach_policy>("AttachRolePolicy"),
          write<of_role::detach_policy>("DetachRolePolicy"),
          read<of_role::list_attached_policies>("ListAttachedRolePolicies"),
          write<of_user::put_policy>("PutUserPolicy"),
          read<of_user::get_policy>("GetUserPolicy"),
          write<of_user::delete_policy>("DeleteUserPolicy"),
          read<of_user::list_policies>("ListUserPolicies"),
          write<of_user::attach_policy>("AttachUserPolicy"),
          write<of_user::detach_policy>("DetachUserPolicy"),
          read<of_user::list_attached_policies>("ListAttachedUserPolicies"),
          write<of_group::put_policy>("PutGroupPolicy"),
          read<of_group::get_policy>("GetGroupPolicy"),
          write<of_group::delete_policy>("DeleteGroupPolicy"),
          read<of_group::list_policies>("ListGroupPolicies"),
          write<of_group::attach_policy>("AttachGroupPolicy"),
          write<of_group::detach_policy>("DetachGroupPolicy"),
          read<of_group::list_attached_policies>("ListAttachedGroupPolicies")};
}

}  // namespace postern::api::iam
