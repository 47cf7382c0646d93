// SPDX-License-Identifier: Apache-2.0
#include "model/buckets.h"

#include <algorithm>
#include <array>

#include "model/chosen.h"
#include "model/permissions.h"

namespace postern::model {
namespace {

// Keys that tell who asks or from where: a condition on one, with values that are no patterns,
// keeps a policy from being public.
bool ties_to_somebody(const PolicyCondition& condition) {
  constexpr auto kKeys = std::to_array<std::string_view>(
      {"aws:principalorgid", "aws:sourceaccount", "aws:sourcearn", "aws:sourceip",
       "aws:sourceowner", "aws:sourcevpc", "aws:sourcevpce", "aws:userid"});
  std::string key = condition.key;
  std::ranges::transform(key, key.begin(), [](char c) {
    return c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c;
  });
  const bool negated = condition.test.find("Not") != std::string::npos;
  const bool fixed = std::ranges::none_of(condition.values, [](const std::string& value) {
    return value.find_first_of("*?$") != std::string::npos || value.ends_with("/0");
  });
  return !negated && fixed && !condition.test.ends_with("IfExists") &&
         std::ranges::count(kKeys, key) > 0;
}

// nullopt: the stored text no longer parses, which denies.
std::optional<Policy> policy_of(const Bucket& bucket) {
  if (bucket.policy.empty()) {
    return Policy{};
  }
  auto policy = parse_resource_policy(bucket.policy);
  return policy ? std::optional(std::move(*policy)) : std::nullopt;
}

Trust trust_of(const World& world, const Bucket& bucket, const Caller& caller,
               const PolicyQuestion& question) {
  const auto policy = policy_of(bucket);
  if (!policy) {
    return Trust::Denied;
  }
  const Role* role = world.find(caller.role);
  const Trust trust =
      ask_trust(*policy, question, caller, role != nullptr ? arn_of(*role) : std::string());
  // [S3 user guide, "Blocking public access": RestrictPublicBuckets]
  const bool restricted = bucket.owner != caller.account && bucket.public_access_block &&
                          bucket.public_access_block->restrict_buckets && is_public(*policy);
  return restricted && trust != Trust::Denied ? Trust::Silent : trust;
}

// What the bucket's policy says to log delivery. A policy that cannot be read denies.
PolicyAnswer delivery_permission(const Bucket& bucket, const LogSource& source,
                                 std::string_view key) {
  const auto policy = policy_of(bucket);
  const PolicyQuestion question{
      .action = "s3:PutObject",
      .resource = arn_of(bucket, key),
      .context = {{"aws:sourceaccount", source.owner.value},
                  {"aws:sourcearn",
                   fmt::format("arn:aws:logs:{}:{}:{}", source.region, source.owner, source.id)},
                  {"aws:securetransport", "true"},  // it does not leave the process
                  {"s3:x-amz-acl", "bucket-owner-full-control"}}};
  return policy ? ask_service(*policy, question, "delivery.logs.amazonaws.com")
                : PolicyAnswer::Denied;
}

}  // namespace

std::string arn_of(const Bucket& bucket, std::string_view key) {
  return fmt::format("arn:aws:s3:::{}{}{}", bucket.id, key.empty() ? "" : "/", key);
}

PolicyAnswer bucket_permission(const World& world, const Bucket& bucket, const Caller& caller,
                               const PolicyQuestion& question) {
  const PolicyAnswer own = permission(world, caller, question);
  const Trust trust = trust_of(world, bucket, caller, question);
  if (own == PolicyAnswer::Denied || trust == Trust::Denied) {
    return PolicyAnswer::Denied;
  }
  if (bucket.owner != caller.account) {
    return trust == Trust::Silent ? PolicyAnswer::Silent : own;
  }
  // Who is named needs no policy of his own; his account's being named leaves it to those.
  return trust == Trust::Caller ? std::max(own, session_policy(world, caller, question)) : own;
}

bool is_public(const Policy& policy) {
  return std::ranges::any_of(policy.statements, [](const PolicyStatement& statement) {
    const bool everybody =
        statement.not_principals || std::ranges::count(statement.principals, "*") > 0;
    return statement.allows && everybody &&
           std::ranges::none_of(statement.conditions, ties_to_somebody);
  });
}

LogDelivery log_delivery(const World& world, const LogSource& source, std::string_view name,
                         std::string_view key) {
  const Bucket* bucket = world.find(Id<Bucket>(std::string(name)));
  if (bucket == nullptr) {
    return has_operators_bucket(world, name) ? LogDelivery::Allowed : LogDelivery::NoBucket;
  }
  return delivery_permission(*bucket, source, key) == PolicyAnswer::Allowed ? LogDelivery::Allowed
                                                                            : LogDelivery::Denied;
}

LogDelivery log_delivery(const World& world, const FlowLog& log, std::string_view name,
                         std::string_view key) {
  const LogSource source{.owner = log.owner, .region = log.region, .id = log.id.value};
  const Bucket* bucket = world.find(Id<Bucket>(std::string(name)));
  const bool is_own = bucket != nullptr && bucket->owner == log.owner &&
                      delivery_permission(*bucket, source, key) == PolicyAnswer::Silent;
  return is_own ? LogDelivery::Allowed : log_delivery(world, source, name, key);
}

}  // namespace postern::model
