// SPDX-License-Identifier: Apache-2.0
#include "api/auth/authorize.h"

#include "model/permissions.h"

namespace postern::api::auth {
namespace {

// What policies call a service: by the name that it is signed for, with one exception.
std::string_view policy_name(std::string_view signing_name) {
  return signing_name == "monitoring" ? "cloudwatch" : signing_name;
}

}  // namespace

Result<> authorize(wire::Dialect dialect, const model::World& world, const model::Caller& caller,
                   std::string_view service, std::string_view action) {
  if (service == "sts" || model::is_root(caller)) {
    return {};
  }
  // GetSessionToken's keys may not call IAM. [STS API reference, GetSessionToken]
  if (service == "iam" && !caller.session.empty() && caller.role.empty()) {
    return refuse(faults::InvalidClientTokenId,
                  "The security token included in the request is invalid.");
  }
  const std::string wanted = fmt::format("{}:{}", policy_name(service), action);
  const model::PolicyAnswer answer = model::permission(
      world, caller, {.action = wanted, .context = model::caller_context(world, caller)});
  if (answer == model::PolicyAnswer::Allowed) {
    return {};
  }
  // [IAM user guide, "Troubleshoot access denied error messages"]
  const std::string words = fmt::format(
      "User: {} is not authorized to perform: {} {}", caller.principal_arn, wanted,
      answer == model::PolicyAnswer::Denied
          ? std::string("with an explicit deny in an identity-based policy")
          : fmt::format("because no identity-based policy allows the {} action", wanted));
  if (dialect == wire::Dialect::Ec2) {
    return refuse(faults::UnauthorizedOperation,
                  "You are not authorized to perform this operation. {}", words);
  }
  return refuse(faults::AccessDenied, "{}", words);
}

}  // namespace postern::api::auth
