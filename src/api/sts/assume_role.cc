// SPDX-License-Identifier: Apache-2.0
// AssumeRole: a session of a role, for whom the role trusts. [STS API reference 2011-06-15]
#include "api/action/constraint.h"
#include "api/sts/actions.h"
#include "api/sts/credentials.h"
#include "model/permissions.h"

namespace postern::api::sts {
namespace {

using model::Role;

// Session tags, managed session policies, MFA and source identities are not served: naming them is
// refused as an unknown parameter.
struct AssumeRoleRequest {
  std::string RoleArn;
  std::string RoleSessionName;
  std::optional<std::string> Policy;
  std::optional<int> DurationSeconds;
  std::optional<std::string> ExternalId;
};
BOOST_DESCRIBE_STRUCT(AssumeRoleRequest, (),
                      (RoleArn, RoleSessionName, Policy, DurationSeconds, ExternalId))

struct AssumedRoleUser {
  std::string AssumedRoleId;
  std::string Arn;
};
BOOST_DESCRIBE_STRUCT(AssumedRoleUser, (), (AssumedRoleId, Arn))

struct AssumeRoleAnswer {
  Credentials Credentials_;
  AssumedRoleUser AssumedRoleUser_;
  std::optional<int> PackedPolicySize;
};
BOOST_DESCRIBE_STRUCT(AssumeRoleAnswer, (), (Credentials_, AssumedRoleUser_, PackedPolicySize))

constexpr int kPolicySizeMax = 2048;
constexpr int kRoleDurationDefault = 3600;
constexpr int kChainedMax = 3600;

Result<> check_form(const AssumeRoleRequest& request) {
  TRY(check_size("roleArn", request.RoleArn, {20, 2048}));
  TRY(check_iam_name("roleSessionName", request.RoleSessionName, {2, 64}));
  if (request.DurationSeconds) {
    TRY(check_number("durationSeconds", *request.DurationSeconds, {900, 43200}));
  }
  if (request.ExternalId) {
    TRY(check_size("externalId", *request.ExternalId, {2, 1224}));
    TRY(check_characters("externalId", *request.ExternalId, ":/", "[\\w+=,.@:\\/-]*"));
  }
  if (request.Policy) {
    TRY(check_size("policy", *request.Policy, {1, kPolicySizeMax}));
    TRY(model::parse_permission_policy(*request.Policy));
  }
  if (!request.RoleArn.starts_with("arn:")) {
    return refuse(faults::ValidationError, "{} is invalid", request.RoleArn);
  }
  return {};
}

const Role* find_role(const model::World& world, const std::string& arn) {
  for (const auto& [id, role] : world.all<Role>()) {
    if (model::arn_of(*role) == arn) {
      return role.get();
    }
  }
  return nullptr;
}

Result<> check_duration(const model::Caller& caller, const Role& role, int seconds) {
  if (!caller.role.empty() && seconds > kChainedMax) {
    return refuse(faults::ValidationError,
                  "The requested DurationSeconds exceeds the 1 hour session limit for roles "
                  "assumed by role chaining.");
  }
  if (seconds > role.max_session_seconds) {
    return refuse(
        faults::ValidationError,
        "The requested DurationSeconds exceeds the MaxSessionDuration set for this role.");
  }
  return {};
}

// A role that is not there and one that does not trust the caller are told apart to nobody.
Result<AssumeRoleAnswer> assume_role(model::Transaction& tx, const model::Caller& caller,
                                     const AssumeRoleRequest& request) {
  TRY(check_form(request));
  const Role* role = find_role(tx.world(), request.RoleArn);
  if (role == nullptr ||
      !model::may_assume(tx.world(), caller, *role,
                         {.name = request.RoleSessionName, .external_id = request.ExternalId})) {
    return refuse(faults::AccessDenied,
                  "User: {} is not authorized to perform: sts:AssumeRole on resource: {}",
                  caller.principal_arn, request.RoleArn);
  }
  const int seconds = request.DurationSeconds.value_or(kRoleDurationDefault);
  TRY(check_duration(caller, *role, seconds));
  const std::string user_id = fmt::format("{}:{}", role->unique_id, request.RoleSessionName);
  const std::string arn = fmt::format("arn:aws:sts::{}:assumed-role/{}/{}", role->owner, role->name,
                                      request.RoleSessionName);
  AssumeRoleAnswer out{.AssumedRoleUser_ = {.AssumedRoleId = user_id, .Arn = arn}};
  if (request.Policy) {
    // Per cent of what a session's policy may take up.
    out.PackedPolicySize =
        (static_cast<int>(request.Policy->size()) * 100 + kPolicySizeMax - 1) / kPolicySizeMax;
  }
  out.Credentials_ = give_out(tx,
                              {.owner = role->owner,
                               .principal_arn = arn,
                               .user_id = user_id,
                               .role = role->id,
                               .policy = request.Policy.value_or("")},
                              std::chrono::seconds(seconds));
  return out;
}

}  // namespace

std::vector<Action> assume_role_actions() {
  return {write<assume_role>("AssumeRole")};
}

}  // namespace postern::api::sts
