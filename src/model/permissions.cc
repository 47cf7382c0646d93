// SPDX-License-Identifier: Apache-2.0
#include "model/permissions.h"

#include <algorithm>

#include "model/managed_policies.h"

namespace postern::model {
namespace {

// What is stored was parsed when it was put; a text that no longer parses denies.
PolicyAnswer ask_text(std::string_view text, const PolicyQuestion& question) {
  const auto policy = parse_permission_policy(text);
  return policy ? ask(*policy, question) : PolicyAnswer::Denied;
}

PolicyAnswer ask_all(const World& world, const Id<Account>& account,
                     const PermissionPolicies& policies, const PolicyQuestion& question) {
  PolicyAnswer out = PolicyAnswer::Silent;
  for (const auto& [name, text] : policies.documents) {
    out = std::max(out, ask_text(text, question));
  }
  for (const std::string& arn : policies.attached) {
    if (const auto text = policy_document(world, account, arn)) {
      out = std::max(out, ask_text(*text, question));
    }
  }
  return out;
}

// The user's own and those of its groups. [IAM user guide, "Policy evaluation logic":
// identity-based policies are of the user and of groups that it is in]
PolicyAnswer ask_user(const World& world, const User& user, const PolicyQuestion& question) {
  PolicyAnswer out = ask_all(world, user.owner, user.policies, question);
  for (const Id<Group>& id : user.groups) {
    if (const Group* group = world.find(id)) {
      out = std::max(out, ask_all(world, group->owner, group->policies, question));
    }
  }
  return out;
}

// Of the user or role. Whoever is gone, or has been made anew under the same name, has none.
PolicyAnswer own_policies(const World& world, const Caller& caller,
                          const PolicyQuestion& question) {
  if (const Role* role = world.find(caller.role)) {
    return caller.user_id.starts_with(role->unique_id + ':')
               ? ask_all(world, role->owner, role->policies, question)
               : PolicyAnswer::Silent;
  }
  if (const User* user = world.find(caller.user)) {
    return caller.user_id == user->unique_id ? ask_user(world, *user, question)
                                             : PolicyAnswer::Silent;
  }
  return is_root(caller) ? PolicyAnswer::Allowed : PolicyAnswer::Silent;
}

}  // namespace

PolicyAnswer session_policy(const World& world, const Caller& caller,
                            const PolicyQuestion& question) {
  const Session* session = world.find(caller.session);
  return session == nullptr || session->policy.empty() ? PolicyAnswer::Allowed
                                                       : ask_text(session->policy, question);
}

PolicyAnswer permission(const World& world, const Caller& caller, const PolicyQuestion& question) {
  const PolicyAnswer own = own_policies(world, caller, question);
  const PolicyAnswer limit = session_policy(world, caller, question);
  if (own == PolicyAnswer::Denied || limit == PolicyAnswer::Denied) {
    return PolicyAnswer::Denied;
  }
  return std::min(own, limit);
}

std::map<std::string, std::string> caller_context(const World& world, const Caller& caller) {
  std::map<std::string, std::string> out = {{"aws:principalaccount", caller.account.value},
                                            {"aws:principalarn", caller.principal_arn},
                                            {"aws:principaltype", "Account"},
                                            {"aws:userid", caller.user_id}};
  if (const Role* role = world.find(caller.role)) {
    out["aws:principalarn"] = arn_of(*role);
    out["aws:principaltype"] = "AssumedRole";
  } else if (const User* user = world.find(caller.user)) {
    out["aws:username"] = user->name;
    out["aws:principaltype"] = "User";
  }
  // [IAM user guide, "AWS global condition context keys": properties of the network]
  if (caller.passage) {
    out["aws:sourcevpce"] = caller.passage->endpoint.value;
    out["aws:vpcsourceip"] = caller.passage->address;
    if (const VpcEndpoint* endpoint = world.find(caller.passage->endpoint)) {
      out["aws:sourcevpc"] = endpoint->vpc.value;
    }
  }
  return out;
}

bool may_assume(const World& world, const Caller& caller, const Role& role,
                const RoleSession& session) {
  PolicyQuestion question{.action = "sts:AssumeRole",
                          .resource = arn_of(role),
                          .context = caller_context(world, caller)};
  question.context["sts:rolesessionname"] = session.name;
  if (session.external_id) {
    question.context["sts:externalid"] = *session.external_id;
  }
  const auto policy = parse_trust_policy(role.trust_policy);
  const Role* own = world.find(caller.role);
  const Trust trust = policy
                          ? ask_trust(*policy, question, caller, own != nullptr ? arn_of(*own) : "")
                          : Trust::Denied;
  if (trust == Trust::Denied || trust == Trust::Silent) {
    return false;
  }
  const PolicyAnswer answer = permission(world, caller, question);
  if (trust == Trust::Caller && role.owner == caller.account && answer != PolicyAnswer::Denied) {
    return session_policy(world, caller, question) == PolicyAnswer::Allowed;
  }
  return answer == PolicyAnswer::Allowed;
}

bool service_may(const World& world, const Role& role, std::string_view service,
                 const std::map<std::string, std::string>& context,
                 const PolicyQuestion& question) {
  const auto trust = parse_trust_policy(role.trust_policy);
  const PolicyQuestion assume{
      .action = "sts:AssumeRole", .resource = arn_of(role), .context = context};
  return trust && ask_service(*trust, assume, service) == PolicyAnswer::Allowed &&
         ask_all(world, role.owner, role.policies, question) == PolicyAnswer::Allowed;
}

}  // namespace postern::model
