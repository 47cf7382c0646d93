// SPDX-License-Identifier: Apache-2.0
// Who may do what: the account's root everything, users and roles what their policies and their
// groups' allow, and nobody else anything. Pure.
#pragma once

#include <string>

#include "model/policy.h"
#include "model/world.h"

namespace postern::model {

// What the caller's policies say: of the user with its groups or of the role, taken together, less
// what the session's policy does not allow.
PolicyAnswer permission(const World& world, const Caller& caller, const PolicyQuestion& question);

// What the policy of the caller's session leaves to it: everything, if there is none.
PolicyAnswer session_policy(const World& world, const Caller& caller,
                            const PolicyQuestion& question);

// The condition keys that are true of the caller, whatever it does.
std::map<std::string, std::string> caller_context(const World& world, const Caller& caller);

struct RoleSession {
  std::string name;
  std::optional<std::string> external_id;
};

// Whether the caller may assume the role: the role trusts the caller or the caller's account, and
// unless it names the caller itself in its own account, the caller's policies allow it too.
// [IAM user guide, "Cross-account policy evaluation logic", "Policy evaluation for requests within
// a single account"]
bool may_assume(const World& world, const Caller& caller, const Role& role,
                const RoleSession& session);

// Whether a service of AWS's own (vpc-flow-logs.amazonaws.com) may do as the role what `question`
// asks: the role trusts it, and its policies allow that. `context`: what is true of the service's
// own request to assume the role.
bool service_may(const World& world, const Role& role, std::string_view service,
                 const std::map<std::string, std::string>& context, const PolicyQuestion& question);

}  // namespace postern::model
