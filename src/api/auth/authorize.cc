// SPDX-License-Identifier: Apache-2.0
#include "api/auth/authorize.h"

#include "model/aws_services.h"
#include "model/endpoint_state.h"
#include "model/permissions.h"

namespace postern::api::auth {
namespace {

constexpr std::string_view kEndpointPolicy = "VPC endpoint policy";

// What policies call a service: by the name that it is signed for, with one exception.
std::string_view policy_name(std::string_view signing_name) {
  return signing_name == "monitoring" ? "cloudwatch" : signing_name;
}

// A refusal in the service's words. [IAM user guide, "Troubleshoot access denied error messages"]
std::unexpected<Error> denied(wire::Dialect dialect, const model::Caller& caller,
                              std::string_view wanted, model::PolicyAnswer answer,
                              std::string_view policy) {
  const std::string words =
      fmt::format("User: {} is not authorized to perform: {} {}", caller.principal_arn, wanted,
                  answer == model::PolicyAnswer::Denied
                      ? fmt::format("with an explicit deny in {} {}",
                                    policy.starts_with('i') ? "an" : "a", policy)
                      : fmt::format("because no {} allows the {} action", policy, wanted));
  if (dialect == wire::Dialect::Ec2) {
    return refuse(faults::UnauthorizedOperation,
                  "You are not authorized to perform this operation. {}", words);
  }
  return refuse(faults::AccessDenied, "{}", words);
}

// What the endpoint's policy says. It takes away and never gives. [PrivateLink guide, "Control
// access to VPC endpoints using endpoint policies"]
model::PolicyAnswer ask_endpoint(const model::World& world, const model::Caller& caller,
                                 const model::VpcEndpoint& endpoint,
                                 const model::PolicyQuestion& question) {
  const auto policy = model::parse_resource_policy(endpoint.policy_document);
  const model::Role* role = world.find(caller.role);
  const auto said = policy ? model::ask_trust(*policy, question, caller,
                                              role != nullptr ? model::arn_of(*role) : "")
                           : model::Trust::Denied;
  switch (said) {
    case model::Trust::Denied:
      return model::PolicyAnswer::Denied;
    case model::Trust::Silent:
      return model::PolicyAnswer::Silent;
    case model::Trust::Account:
    case model::Trust::Caller:
      break;
  }
  return model::PolicyAnswer::Allowed;
}

model::PolicyQuestion question_of(const model::World& world, const model::Caller& caller,
                                  std::string_view service, std::string_view action) {
  return {.action = fmt::format("{}:{}", policy_name(service), action),
          .context = model::caller_context(world, caller)};
}

}  // namespace

Result<> authorize_passage(wire::Dialect dialect, const model::World& world,
                           const model::Caller& caller, std::string_view service,
                           std::string_view action) {
  if (!caller.passage) {
    return {};
  }
  const model::PolicyQuestion question = question_of(world, caller, service, action);
  const model::VpcEndpoint* endpoint = world.find(caller.passage->endpoint);
  const auto served = endpoint != nullptr && model::forwards(endpoint->state)
                          ? model::served_as(*endpoint)
                          : std::nullopt;
  if (!served) {
    return denied(dialect, caller, question.action, model::PolicyAnswer::Silent, kEndpointPolicy);
  }
  // [IAM user guide, "Signature Version 4 troubleshooting": credential scope]
  if (*served != service) {
    return refuse(faults::SignatureDoesNotMatch,
                  "Credential should be scoped to correct service: '{}'.", *served);
  }
  if (endpoint->region != caller.region) {
    return refuse(faults::SignatureDoesNotMatch,
                  "Credential should be scoped to a valid region, not '{}'.", caller.region);
  }
  const auto answer = ask_endpoint(world, caller, *endpoint, question);
  if (answer != model::PolicyAnswer::Allowed) {
    return denied(dialect, caller, question.action, answer, kEndpointPolicy);
  }
  return {};
}

Result<> authorize(wire::Dialect dialect, const model::World& world, const model::Caller& caller,
                   std::string_view service, std::string_view action) {
  TRY(authorize_passage(dialect, world, caller, service, action));
  if (service == "sts" || model::is_root(caller)) {
    return {};
  }
  // GetSessionToken's keys may not call IAM. [STS API reference, GetSessionToken]
  if (service == "iam" && !caller.session.empty() && caller.role.empty()) {
    return refuse(faults::InvalidClientTokenId,
                  "The security token included in the request is invalid.");
  }
  const model::PolicyQuestion question = question_of(world, caller, service, action);
  const model::PolicyAnswer answer = model::permission(world, caller, question);
  if (answer != model::PolicyAnswer::Allowed) {
    return denied(dialect, caller, question.action, answer, "identity-based policy");
  }
  return {};
}

}  // namespace postern::api::auth
