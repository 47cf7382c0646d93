// SPDX-License-Identifier: Apache-2.0
// Versions of managed policies: up to five, of which one is in force. [IAM API reference
// 2010-05-08]
#include "api/iam/actions.h"
#include "api/iam/managed_policy.h"
#include "api/wire/sigv4_text.h"
#include "model/managed_policies.h"

namespace postern::api::iam {
namespace {

using model::ManagedPolicy;

constexpr std::size_t kVersionsMax = 5;  // [IAM quotas]

struct PolicyVersion {
  std::optional<std::string> Document;  // percent-encoded; lists do not have it
  std::string VersionId;
  bool IsDefaultVersion = false;
  TimePoint CreateDate;
};
BOOST_DESCRIBE_STRUCT(PolicyVersion, (), (Document, VersionId, IsDefaultVersion, CreateDate))

PolicyVersion listed(const ManagedPolicy& policy, const model::PolicyVersion& version) {
  return {.VersionId = version_id(version.number),
          .IsDefaultVersion = version.number == policy.default_version,
          .CreateDate = version.created_at};
}

std::unexpected<Error> no_version(const std::string& arn, const std::string& id) {
  return refuse(faults::NoSuchEntity, "Policy {} version {} does not exist or is not attachable.",
                arn, id);
}

Result<const model::PolicyVersion*> find_version(const ManagedPolicy& policy,
                                                 const std::string& id) {
  for (const model::PolicyVersion& version : policy.versions) {
    if (version_id(version.number) == id) {
      return &version;
    }
  }
  return no_version(policy.id.value, id);
}

struct VersionAnswer {
  PolicyVersion PolicyVersion_;
};
BOOST_DESCRIBE_STRUCT(VersionAnswer, (), (PolicyVersion_))

struct CreatePolicyVersionRequest {
  std::string PolicyArn;
  std::string PolicyDocument;
  std::optional<bool> SetAsDefault;
};
BOOST_DESCRIBE_STRUCT(CreatePolicyVersionRequest, (), (PolicyArn, PolicyDocument, SetAsDefault))

Result<VersionAnswer> create_policy_version(model::Transaction& tx, const model::Caller& caller,
                                            const CreatePolicyVersionRequest& request) {
  TRY_ASSIGN(const auto* found, find_policy(tx.world(), caller, request.PolicyArn));
  TRY(check_policy_document(request.PolicyDocument));
  if (found->versions.size() >= kVersionsMax) {
    return refuse(faults::LimitExceeded,
                  "A managed policy can have up to {} versions. Before you create a new version, "
                  "you must delete an existing version.",
                  kVersionsMax);
  }
  ManagedPolicy policy = *found;
  policy.versions.push_back({.number = ++policy.last_version,
                             .document = request.PolicyDocument,
                             .created_at = tx.now()});
  policy.updated_at = tx.now();
  if (request.SetAsDefault.value_or(false)) {
    policy.default_version = policy.last_version;
  }
  tx.put(policy);
  return VersionAnswer{.PolicyVersion_ = listed(policy, policy.versions.back())};
}

struct VersionRequest {
  std::string PolicyArn;
  std::string VersionId;
};
BOOST_DESCRIBE_STRUCT(VersionRequest, (), (PolicyArn, VersionId))

Result<VersionAnswer> get_policy_version(const View& view, const VersionRequest& request) {
  if (const auto document = model::managed_policy(request.PolicyArn)) {
    if (request.VersionId != version_id(1)) {
      return no_version(request.PolicyArn, request.VersionId);
    }
    return VersionAnswer{.PolicyVersion_ = {.Document = wire::percent_encoded(*document),
                                            .VersionId = request.VersionId,
                                            .IsDefaultVersion = true}};
  }
  TRY_ASSIGN(const auto* policy, find_policy(view.world, view.caller, request.PolicyArn));
  TRY_ASSIGN(const auto* version, find_version(*policy, request.VersionId));
  VersionAnswer answer{.PolicyVersion_ = listed(*policy, *version)};
  answer.PolicyVersion_.Document = wire::percent_encoded(version->document);
  return answer;
}

struct ListPolicyVersionsRequest {
  std::string PolicyArn;
  std::optional<std::string> Marker;
  std::optional<int> MaxItems;
};
BOOST_DESCRIBE_STRUCT(ListPolicyVersionsRequest, (), (PolicyArn, Marker, MaxItems))

struct VersionsAnswer {
  std::vector<PolicyVersion> Versions;
  bool IsTruncated = false;
  std::optional<std::string> Marker;
};
BOOST_DESCRIBE_STRUCT(VersionsAnswer, (), (Versions, IsTruncated, Marker))

// The newest first, as AWS lists them.
Result<VersionsAnswer> list_policy_versions(const View& view,
                                            const ListPolicyVersionsRequest& request) {
  std::vector<PolicyVersion> all;
  if (model::managed_policy(request.PolicyArn)) {
    all.push_back({.VersionId = version_id(1), .IsDefaultVersion = true});
  } else {
    TRY_ASSIGN(const auto* policy, find_policy(view.world, view.caller, request.PolicyArn));
    for (const model::PolicyVersion& version : policy->versions) {
      all.insert(all.begin(), listed(*policy, version));
    }
  }
  TRY_ASSIGN(const Page page, page_of(all.size(), request.Marker, request.MaxItems));
  VersionsAnswer out{.IsTruncated = page.truncated, .Marker = page.marker};
  out.Versions.assign(all.begin() + static_cast<std::ptrdiff_t>(page.begin),
                      all.begin() + static_cast<std::ptrdiff_t>(page.end));
  return out;
}

Result<Nothing> set_default_policy_version(model::Transaction& tx, const model::Caller& caller,
                                           const VersionRequest& request) {
  TRY_ASSIGN(const auto* found, find_policy(tx.world(), caller, request.PolicyArn));
  TRY_ASSIGN(const auto* version, find_version(*found, request.VersionId));
  ManagedPolicy policy = *found;
  policy.default_version = version->number;
  policy.updated_at = tx.now();
  tx.put(std::move(policy));
  return Nothing{};
}

Result<Nothing> delete_policy_version(model::Transaction& tx, const model::Caller& caller,
                                      const VersionRequest& request) {
  TRY_ASSIGN(const auto* found, find_policy(tx.world(), caller, request.PolicyArn));
  TRY_ASSIGN(const auto* version, find_version(*found, request.VersionId));
  if (version->number == found->default_version) {
    return refuse(faults::DeleteConflict, "Cannot delete the default version of a policy.");
  }
  ManagedPolicy policy = *found;
  std::erase_if(policy.versions, [number = version->number](const model::PolicyVersion& each) {
    return each.number == number;
  });
  policy.updated_at = tx.now();
  tx.put(std::move(policy));
  return Nothing{};
}

}  // namespace

std::vector<Action> policy_version_actions() {
  return {write<create_policy_version>("CreatePolicyVersion"),
          read<get_policy_version>("GetPolicyVersion"),
          read<list_policy_versions>("ListPolicyVersions"),
          write<set_default_policy_version>("SetDefaultPolicyVersion"),
          write<delete_policy_version>("DeletePolicyVersion")};
}

}  // namespace postern::api::iam
