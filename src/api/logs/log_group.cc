// SPDX-License-Identifier: Apache-2.0
// Log groups: create, describe, how long they keep, tags, delete. [CloudWatch Logs API reference]
#include <algorithm>
#include <array>

#include "api/action/json_action.h"
#include "api/logs/actions.h"
#include "api/logs/find.h"

namespace postern::api::logs {
namespace {

using model::LogGroup;
using Texts = std::map<std::string, std::string>;

constexpr std::size_t kNameLengthMax = 512;
constexpr std::size_t kTagsMax = 50;
constexpr int kPageMax = 50;
// [PutRetentionPolicy]
constexpr std::array kRetentionDays = {1,    3,    5,    7,    14,   30,  60,  90,
                                       120,  150,  180,  365,  400,  545, 731, 1096,
                                       1827, 2192, 2557, 2922, 3288, 3653};

// "a-z, A-Z, 0-9, '_' (underscore), '-' (hyphen), '/' (forward slash), '.' (period), and '#'".
// [CreateLogGroup]
Result<> check_name(const std::string& name) {
  const bool plain = std::all_of(name.begin(), name.end(), [](char c) {
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') ||
           std::string_view("_-/.#").find(c) != std::string_view::npos;
  });
  if (name.empty() || name.size() > kNameLengthMax || !plain) {
    return refuse(faults::InvalidParameterException,
                  "1 validation error detected: Value '{}' at 'logGroupName' failed to satisfy "
                  "constraint: Member must satisfy regular expression pattern: "
                  "[\\.\\-_/#A-Za-z0-9]+",
                  name);
  }
  return {};
}

Result<> put_tags(model::Tags& tags, const Texts& added) {
  for (const auto& [key, value] : added) {
    if (key.empty() || key.size() > 128 || value.size() > 256) {
      return refuse(faults::InvalidParameterException,
                    "A tag's key has 1 to 128 characters, its value 0 to 256");
    }
    tags[key] = value;
  }
  if (tags.size() > kTagsMax) {
    return refuse(faults::InvalidParameterException, "A log group has up to {} tags", kTagsMax);
  }
  return {};
}

// ---- CreateLogGroup, DeleteLogGroup ----

struct CreateLogGroupRequest {
  std::string logGroupName;
  std::optional<std::string> kmsKeyId;
  std::optional<std::string> logGroupClass;
  std::optional<Texts> tags;
};
BOOST_DESCRIBE_STRUCT(CreateLogGroupRequest, (), (logGroupName, kmsKeyId, logGroupClass, tags))

Result<Nothing> create_log_group(model::Transaction& tx, const model::Caller& caller,
                                 const CreateLogGroupRequest& request) {
  TRY(check_name(request.logGroupName));
  const std::string log_class = request.logGroupClass.value_or("STANDARD");
  if (log_class != "STANDARD" && log_class != "INFREQUENT_ACCESS" && log_class != "DELIVERY") {
    return refuse(faults::InvalidParameterException, "Value '{}' at 'logGroupClass' is invalid",
                  log_class);
  }
  if (!request.kmsKeyId.value_or("").empty()) {
    return refuse(faults::InvalidParameterException, "Keys of KMS are not supported");
  }
  if (find_group(tx.world(), caller, request.logGroupName)) {
    return refuse(faults::LogsResourceAlreadyExists, "The specified log group already exists");
  }
  LogGroup group{.id = model::log_group_id(caller.account, caller.region, request.logGroupName),
                 .owner = caller.account,
                 .region = caller.region,
                 .name = request.logGroupName,
                 .log_class = log_class,
                 .created_at = tx.now()};
  TRY(put_tags(group.tags, request.tags.value_or(Texts())));
  tx.put(std::move(group));
  return Nothing{};
}

struct NameRequest {
  std::string logGroupName;
};
BOOST_DESCRIBE_STRUCT(NameRequest, (), (logGroupName))

Result<Nothing> delete_log_group(model::Transaction& tx, const model::Caller& caller,
                                 const NameRequest& request) {
  TRY_ASSIGN(const auto* group, find_group(tx.world(), caller, request.logGroupName));
  tx.erase(model::Id<LogGroup>(group->id));
  return Nothing{};
}

// ---- DescribeLogGroups ----

struct DescribeLogGroupsRequest {
  std::optional<std::string> logGroupNamePrefix;
  std::optional<std::string> logGroupNamePattern;
  std::optional<std::string> logGroupClass;
  std::optional<bool> includeLinkedAccounts;  // there are none: no difference
  std::optional<std::string> nextToken;
  std::optional<int> limit;
};
BOOST_DESCRIBE_STRUCT(DescribeLogGroupsRequest, (),
                      (logGroupNamePrefix, logGroupNamePattern, logGroupClass,
                       includeLinkedAccounts, nextToken, limit))

struct LogGroupItem {
  std::string logGroupName;
  std::int64_t creationTime = 0;
  std::optional<int> retentionInDays;
  int metricFilterCount = 0;
  std::string arn;
  std::int64_t storedBytes = 0;
  std::string logGroupClass;
  std::string logGroupArn;
};
BOOST_DESCRIBE_STRUCT(LogGroupItem, (),
                      (logGroupName, creationTime, retentionInDays, metricFilterCount, arn,
                       storedBytes, logGroupClass, logGroupArn))

struct DescribeLogGroupsAnswer {
  std::vector<LogGroupItem> logGroups;
  std::optional<std::string> nextToken;
};
BOOST_DESCRIBE_STRUCT(DescribeLogGroupsAnswer, (), (logGroups, nextToken))

LogGroupItem item_of(const LogGroup& group) {
  return {.logGroupName = group.name,
          .creationTime = std::chrono::duration_cast<std::chrono::milliseconds>(
                              group.created_at.time_since_epoch())
                              .count(),
          .retentionInDays =
              group.retention_days > 0 ? std::optional(group.retention_days) : std::nullopt,
          .arn = group.id.value + ":*",
          .logGroupClass = group.log_class,
          .logGroupArn = group.id.value};
}

bool is_wanted(const LogGroup& group, const DescribeLogGroupsRequest& request) {
  return group.name.starts_with(request.logGroupNamePrefix.value_or("")) &&
         group.name.find(request.logGroupNamePattern.value_or("")) != std::string::npos &&
         group.log_class == request.logGroupClass.value_or(group.log_class) &&
         group.name >= request.nextToken.value_or("");
}

Result<DescribeLogGroupsAnswer> describe_log_groups(const View& view,
                                                    const DescribeLogGroupsRequest& request) {
  if (request.logGroupNamePrefix && request.logGroupNamePattern) {
    return refuse(
        faults::InvalidParameterException,
        "LogGroup name prefix and LogGroup name pattern are mutually exclusive parameters.");
  }
  const int limit = request.limit.value_or(kPageMax);
  if (limit < 1 || limit > kPageMax) {
    return refuse(faults::InvalidParameterException, "limit must be between 1 and {}", kPageMax);
  }
  DescribeLogGroupsAnswer answer;
  for (const auto& [id, group] : view.world.all<LogGroup>()) {
    if (!model::owns(view.caller, *group) || !is_wanted(*group, request)) {
      continue;
    }
    if (answer.logGroups.size() == static_cast<std::size_t>(limit)) {
      answer.nextToken = group->name;
      break;
    }
    answer.logGroups.push_back(item_of(*group));
  }
  return answer;
}

// ---- PutRetentionPolicy, DeleteRetentionPolicy ----

struct PutRetentionPolicyRequest {
  std::string logGroupName;
  int retentionInDays = 0;
};
BOOST_DESCRIBE_STRUCT(PutRetentionPolicyRequest, (), (logGroupName, retentionInDays))

Result<Nothing> put_retention_policy(model::Transaction& tx, const model::Caller& caller,
                                     const PutRetentionPolicyRequest& request) {
  TRY_ASSIGN(const auto* found, find_group(tx.world(), caller, request.logGroupName));
  if (std::find(kRetentionDays.begin(), kRetentionDays.end(), request.retentionInDays) ==
      kRetentionDays.end()) {
    return refuse(faults::InvalidParameterException, "{} is not a number of days to retain for",
                  request.retentionInDays);
  }
  LogGroup group = *found;
  group.retention_days = request.retentionInDays;
  tx.put(std::move(group));
  return Nothing{};
}

Result<Nothing> delete_retention_policy(model::Transaction& tx, const model::Caller& caller,
                                        const NameRequest& request) {
  TRY_ASSIGN(const auto* found, find_group(tx.world(), caller, request.logGroupName));
  LogGroup group = *found;
  group.retention_days = 0;
  tx.put(std::move(group));
  return Nothing{};
}

// ---- Tags ----

struct ArnRequest {
  std::string resourceArn;
};
BOOST_DESCRIBE_STRUCT(ArnRequest, (), (resourceArn))

struct TagsAnswer {
  Texts tags;
};
BOOST_DESCRIBE_STRUCT(TagsAnswer, (), (tags))

Result<TagsAnswer> list_tags_for_resource(const View& view, const ArnRequest& request) {
  TRY_ASSIGN(const auto* group, group_of_arn(view.world, view.caller, request.resourceArn));
  return TagsAnswer{.tags = {group->tags.begin(), group->tags.end()}};
}

struct TagResourceRequest {
  std::string resourceArn;
  std::optional<Texts> tags;
};
BOOST_DESCRIBE_STRUCT(TagResourceRequest, (), (resourceArn, tags))

Result<Nothing> tag_resource(model::Transaction& tx, const model::Caller& caller,
                             const TagResourceRequest& request) {
  TRY_ASSIGN(const auto* found, group_of_arn(tx.world(), caller, request.resourceArn));
  LogGroup group = *found;
  TRY(put_tags(group.tags, request.tags.value_or(Texts())));
  tx.put(std::move(group));
  return Nothing{};
}

struct UntagResourceRequest {
  std::string resourceArn;
  std::vector<std::string> tagKeys;
};
BOOST_DESCRIBE_STRUCT(UntagResourceRequest, (), (resourceArn, tagKeys))

Result<Nothing> untag_resource(model::Transaction& tx, const model::Caller& caller,
                               const UntagResourceRequest& request) {
  TRY_ASSIGN(const auto* found, group_of_arn(tx.world(), caller, request.resourceArn));
  LogGroup group = *found;
  for (const std::string& key : request.tagKeys) {
    group.tags.erase(key);
  }
  tx.put(std::move(group));
  return Nothing{};
}

}  // namespace

std::vector<Action> log_group_actions() {
  return {json_write<create_log_group>("CreateLogGroup"),
          json_write<delete_log_group>("DeleteLogGroup"),
          json_read<describe_log_groups>("DescribeLogGroups"),
          json_write<put_retention_policy>("PutRetentionPolicy"),
          json_write<delete_retention_policy>("DeleteRetentionPolicy"),
          json_read<list_tags_for_resource>("ListTagsForResource"),
          json_write<tag_resource>("TagResource"),
          json_write<untag_resource>("UntagResource")};
}

}  // namespace postern::api::logs
