// SPDX-License-Identifier: Apache-2.0
#include "model/flow_log_delivery.h"

#include <algorithm>

#include "model/permissions.h"

namespace postern::model {
namespace {

constexpr std::string_view kService = "vpc-flow-logs.amazonaws.com";

// The account's own role of that ARN, or null.
const Role* role_of(const World& world, const FlowLog& log) {
  const std::size_t slash = log.role_arn.rfind('/');
  if (slash == std::string::npos) {
    return nullptr;
  }
  const Role* role = world.find(iam_id<Role>(log.owner, log.role_arn.substr(slash + 1)));
  return role != nullptr && arn_of(*role) == log.role_arn ? role : nullptr;
}

bool may_write_to_group(const World& world, const FlowLog& log) {
  const Role* role = role_of(world, log);
  if (role == nullptr) {
    return false;
  }
  // [VPC user guide, "IAM role for publishing flow logs to CloudWatch Logs": against the confused
  // deputy]
  const std::map<std::string, std::string> context = {
      {"aws:sourceaccount", log.owner.value},
      {"aws:sourcearn",
       fmt::format("arn:aws:ec2:{}:{}:vpc-flow-log/{}", log.region, log.owner, log.id)}};
  const Id<LogGroup> group = log_group_of(log);
  std::vector<std::string> actions = {"logs:CreateLogStream", "logs:PutLogEvents"};
  if (world.find(group) == nullptr) {
    actions.emplace_back("logs:CreateLogGroup");
  }
  return std::ranges::all_of(actions, [&](const std::string& action) {
    return service_may(world, *role, kService, context,
                       {.action = action, .resource = group.value + ":*"});
  });
}

}  // namespace

Id<LogGroup> log_group_of(const FlowLog& log) {
  return log_group_id(log.owner, log.region, log.log_group);
}

bool is_about(const FlowLog& log, const NetworkInterface& interface) {
  // The account of a VPC is its interfaces' too, whoever asked for them.
  return log.resource_id == interface.vpc.value || log.resource_id == interface.subnet.value ||
         log.resource_id == interface.id.value;
}

bool is_to_bucket(const FlowLog& log) {
  return log.destination_type == "s3";
}

std::string bucket_folder(const FlowLog& log, const BucketPlace& place) {
  return fmt::format("{}AWSLogs/{}{}/", place.prefix,
                     log.hive_compatible_partitions ? "aws-account-id=" : "", log.owner);
}

std::string delivery_error(const World& world, const FlowLog& log) {
  if (is_to_bucket(log)) {
    return log.bucket_error;
  }
  return may_write_to_group(world, log) ? "" : kAccessError;
}

}  // namespace postern::model
