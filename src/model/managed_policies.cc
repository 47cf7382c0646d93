// SPDX-License-Identifier: Apache-2.0
#include "model/managed_policies.h"

#include <algorithm>
#include <array>

namespace postern::model {
namespace {

struct AwsPolicy {
  std::string_view name;  // with its path
  std::string_view document;
};

constexpr std::array kPolicies = {
    AwsPolicy{"AdministratorAccess",
              R"({"Statement": {"Effect": "Allow", "Action": "*", "Resource": "*"}})"},
    AwsPolicy{"PowerUserAccess", R"({"Statement": [
        {"Effect": "Allow", "NotAction": ["iam:*", "organizations:*", "account:*"], "Resource": "*"},
        {"Effect": "Allow", "Action": ["iam:ListRoles"], "Resource": "*"}]})"},
    AwsPolicy{"ReadOnlyAccess",
              R"({"Statement": {"Effect": "Allow", "Resource": "*", "Action": [
        "ec2:Describe*", "ec2:Get*", "elasticloadbalancing:Describe*", "iam:Get*", "iam:List*",
        "ssm:Describe*", "ssm:Get*", "ssm:List*",
        "sts:GetAccessKeyInfo", "sts:GetCallerIdentity", "sts:GetSessionToken"]}})"},
    AwsPolicy{"AmazonEC2FullAccess", R"({"Statement": {"Effect": "Allow", "Resource": "*",
        "Action": ["ec2:*", "elasticloadbalancing:*"]}})"},
    AwsPolicy{"AmazonEC2ReadOnlyAccess", R"({"Statement": {"Effect": "Allow", "Resource": "*",
        "Action": ["ec2:Describe*", "elasticloadbalancing:Describe*"]}})"},
    AwsPolicy{"IAMFullAccess",
              R"({"Statement": {"Effect": "Allow", "Action": "iam:*", "Resource": "*"}})"},
    AwsPolicy{"IAMReadOnlyAccess", R"({"Statement": {"Effect": "Allow", "Resource": "*",
        "Action": ["iam:Get*", "iam:List*"]}})"},
    AwsPolicy{"AmazonSSMFullAccess", R"({"Statement": {"Effect": "Allow", "Resource": "*",
        "Action": ["cloudwatch:PutMetricData", "ec2:DescribeInstanceStatus", "logs:*", "ssm:*",
                   "ec2messages:*"]}})"},
    AwsPolicy{"AmazonSSMReadOnlyAccess", R"({"Statement": {"Effect": "Allow", "Resource": "*",
        "Action": ["ssm:Describe*", "ssm:Get*", "ssm:List*"]}})"},
    // Instances' roles have it; nothing of what an agent does is served but getting parameters.
    AwsPolicy{"AmazonSSMManagedInstanceCore", R"({"Statement": {"Effect": "Allow", "Resource": "*",
        "Action": ["ssm:DescribeAssociation", "ssm:GetDeployablePatchSnapshotForInstance",
                   "ssm:GetDocument", "ssm:DescribeDocument", "ssm:GetManifest", "ssm:GetParameter",
                   "ssm:GetParameters", "ssm:ListAssociations", "ssm:ListInstanceAssociations",
                   "ssm:PutInventory", "ssm:PutComplianceItems", "ssm:PutConfigurePackageResult",
                   "ssm:UpdateAssociationStatus", "ssm:UpdateInstanceAssociationStatus",
                   "ssm:UpdateInstanceInformation", "ssmmessages:*", "ec2messages:*"]}})"},
    AwsPolicy{"CloudWatchAgentServerPolicy", R"({"Statement": [
        {"Effect": "Allow", "Resource": "*",
         "Action": ["cloudwatch:PutMetricData", "ec2:DescribeVolumes", "ec2:DescribeTags",
                    "logs:PutLogEvents", "logs:PutRetentionPolicy", "logs:DescribeLogStreams",
                    "logs:DescribeLogGroups", "logs:CreateLogStream", "logs:CreateLogGroup"]},
        {"Effect": "Allow", "Resource": "arn:aws:ssm:*:*:parameter/AmazonCloudWatch-*",
         "Action": "ssm:GetParameter"}]})"},
};

}  // namespace

std::optional<std::string_view> managed_policy(std::string_view arn) {
  constexpr std::string_view kPrefix = "arn:aws:iam::aws:policy/";
  if (!arn.starts_with(kPrefix)) {
    return std::nullopt;
  }
  arn.remove_prefix(kPrefix.size());
  const auto* at = std::find_if(kPolicies.begin(), kPolicies.end(),
                                [&](const AwsPolicy& policy) { return policy.name == arn; });
  return at == kPolicies.end() ? std::nullopt : std::optional(at->document);
}

std::vector<std::string_view> managed_policy_names() {
  std::vector<std::string_view> names;
  for (const AwsPolicy& policy : kPolicies) {
    names.push_back(policy.name);
  }
  return names;
}

std::optional<std::string_view> policy_document(const World& world, const Id<Account>& account,
                                                const std::string& arn) {
  if (const auto document = managed_policy(arn)) {
    return document;
  }
  const ManagedPolicy* own = world.find(Id<ManagedPolicy>(arn));
  if (own == nullptr || own->owner != account) {
    return std::nullopt;
  }
  for (const PolicyVersion& version : own->versions) {
    if (version.number == own->default_version) {
      return version.document;
    }
  }
  return std::nullopt;
}

}  // namespace postern::model
