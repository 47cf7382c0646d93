// SPDX-License-Identifier: Apache-2.0
// IAM's policy documents: reading one, and what it says to a question. Pure.
// [IAM user guide, "IAM JSON policy elements reference", "Policy evaluation logic"]
//
// What cannot be decided here (a condition on a key that Postern does not know, a resource that a
// question does not name) never allows, and always denies.
#pragma once

#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"
#include "model/account.h"

namespace postern::model {

struct PolicyCondition {
  std::string test;  // StringEquals
  std::string key;   // sts:ExternalId
  std::vector<std::string> values;
};

struct PolicyStatement {
  bool allows = false;
  std::vector<std::string> principals;  // those of kind AWS; others are nobody who could sign here
  std::vector<std::string> services;    // those of kind Service: vpc-flow-logs.amazonaws.com
  bool not_principals = false;          // everybody but these
  std::vector<std::string> actions;
  bool not_actions = false;
  std::vector<std::string> resources;
  bool not_resources = false;
  std::vector<PolicyCondition> conditions;
};

struct Policy {
  std::vector<PolicyStatement> statements;
};

// MalformedPolicyDocument for what is no trust policy: it names principals and no resources.
Result<Policy> parse_trust_policy(std::string_view text);
// Likewise for a permission policy, which names resources and no principals.
Result<Policy> parse_permission_policy(std::string_view text);
// Likewise for the policy of a resource, such as a topic: it names both.
Result<Policy> parse_resource_policy(std::string_view text);

// What somebody wants to do.
struct PolicyQuestion {
  std::string action;                   // sts:AssumeRole
  std::optional<std::string> resource;  // its ARN, if it is known
  // Condition keys that have a value, in lower case: sts:externalid.
  std::map<std::string, std::string> context;
};

// What a permission policy says. A denial outweighs what is allowed.
enum class PolicyAnswer { Silent, Allowed, Denied };
PolicyAnswer ask(const Policy& policy, const PolicyQuestion& question);

// What a trust policy says to the caller. `Account`: only that the caller's account is trusted,
// which leaves it to that account to say who of it may. `Caller`: this caller is named.
enum class Trust { Silent, Account, Caller, Denied };
Trust ask_trust(const Policy& policy, const PolicyQuestion& question, const Caller& caller,
                std::string_view caller_role_arn);

// What a trust policy says to a service of AWS's own.
PolicyAnswer ask_service(const Policy& policy, const PolicyQuestion& question,
                         std::string_view service);

// Whether `text` is one that the pattern means: `*` any characters, `?` any one.
bool matches_wildcards(std::string_view pattern, std::string_view text);

}  // namespace postern::model
