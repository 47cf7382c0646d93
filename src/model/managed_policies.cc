// SPDX-License-Identifier: Apache-2.0
#include "model/managed_policies.h"

#include <algorithm>
#include <array>

namespace postern::model {
namespace {

struct ManagedPolicy {
  std::string_view name;  // with its path
  std::string_view document;
};

constexpr std::array kPolicies = {
    ManagedPolicy{"AdministratorAccess",
                  R"({"Statement": {"Effect": "Allow", "Action": "*", "Resource": "*"}})"},
    ManagedPolicy{"PowerUserAccess", R"({"Statement": [
        {"Effect": "Allow", "NotAction": ["iam:*", "organizations:*", "account:*"], "Resource": "*"},
        {"Effect": "Allow", "Action": ["iam:ListRoles"], "Resource": "*"}]})"},
    ManagedPolicy{"ReadOnlyAccess",
                  R"({"Statement": {"Effect": "Allow", "Resource": "*", "Action": [
        "ec2:Describe*", "ec2:Get*", "elasticloadbalancing:Describe*", "iam:Get*", "iam:List*",
        "sts:GetAccessKeyInfo", "sts:GetCallerIdentity", "sts:GetSessionToken"]}})"},
    ManagedPolicy{"AmazonEC2FullAccess", R"({"Statement": {"Effect": "Allow", "Resource": "*",
        "Action": ["ec2:*", "elasticloadbalancing:*"]}})"},
    ManagedPolicy{"AmazonEC2ReadOnlyAccess", R"({"Statement": {"Effect": "Allow", "Resource": "*",
        "Action": ["ec2:Describe*", "elasticloadbalancing:Describe*"]}})"},
    ManagedPolicy{"IAMFullAccess",
                  R"({"Statement": {"Effect": "Allow", "Action": "iam:*", "Resource": "*"}})"},
    ManagedPolicy{"IAMReadOnlyAccess", R"({"Statement": {"Effect": "Allow", "Resource": "*",
        "Action": ["iam:Get*", "iam:List*"]}})"},
    // Of services that are not served: they allow nothing here, and instances' roles have them.
    ManagedPolicy{"AmazonSSMManagedInstanceCore", R"({"Statement": {"Effect": "Allow",
        "Resource": "*", "Action": ["ssm:*", "ssmmessages:*", "ec2messages:*"]}})"},
    ManagedPolicy{"CloudWatchAgentServerPolicy", R"({"Statement": {"Effect": "Allow",
        "Resource": "*", "Action": ["cloudwatch:PutMetricData", "logs:*"]}})"},
};

}  // namespace

std::optional<std::string_view> managed_policy(std::string_view arn) {
  constexpr std::string_view kPrefix = "arn:aws:iam::aws:policy/";
  if (!arn.starts_with(kPrefix)) {
    return std::nullopt;
  }
  arn.remove_prefix(kPrefix.size());
  const auto* at = std::find_if(kPolicies.begin(), kPolicies.end(),
                                [&](const ManagedPolicy& policy) { return policy.name == arn; });
  return at == kPolicies.end() ? std::nullopt : std::optional(at->document);
}

}  // namespace postern::model
