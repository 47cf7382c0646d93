// SPDX-License-Identifier: Apache-2.0
#include "api/ec2/flow_log_request.h"

#include <algorithm>

#include "api/ec2/permission.h"
#include "api/ec2/supported.h"
#include "model/buckets.h"
#include "model/flow_log_delivery.h"

namespace postern::api::ec2 {
namespace {

using model::FlowLog;

constexpr std::string_view kCloudWatchLogs = "cloud-watch-logs";
constexpr std::string_view kS3 = "s3";
constexpr std::string_view kFirehose = "kinesis-data-firehose";
constexpr std::string_view kPlainText = "plain-text";

// The name in an ARN of a log group, with or without the :* at its end; of the caller's own account
// and region: there is no delivery to others'.
Result<std::string> group_in_arn(const model::Caller& caller, std::string arn) {
  const std::string prefix =
      fmt::format("arn:aws:logs:{}:{}:log-group:", caller.region, caller.account);
  if (arn.ends_with(":*")) {
    arn.resize(arn.size() - 2);
  }
  const std::string name = arn.starts_with(prefix) ? arn.substr(prefix.size()) : "";
  if (name.empty() || name.find(':') != std::string::npos) {
    return refuse(faults::InvalidParameter,
                  "LogDestination {} is not the ARN of a log group of this account and region",
                  arn);
  }
  return name;
}

Result<> set_group(const model::Caller& caller, const CreateFlowLogsRequest& request,
                   FlowLog& log) {
  if (request.DeliverLogsPermissionArn.value_or("").empty()) {
    return refuse(
        faults::InvalidParameter,
        "DeliverLogsPermissionArn can't be empty if LogDestinationType is cloud-watch-logs.");
  }
  if (request.DestinationOptions) {
    return refuse(faults::InvalidParameter,
                  "DestinationOptions is not applicable for cloud-watch-logs delivery");
  }
  log.role_arn = *request.DeliverLogsPermissionArn;
  log.log_group = request.LogGroupName.value_or("");
  if (log.log_group.empty()) {
    TRY_ASSIGN(log.log_group, group_in_arn(caller, log.destination));
  }
  return {};
}

Result<> set_bucket(const model::World& world, const model::Caller& caller,
                    const CreateFlowLogsRequest& request, FlowLog& log) {
  if (!request.LogGroupName.value_or("").empty()) {
    return refuse(faults::InvalidParameter,
                  "LogDestination type must be cloud-watch-logs if LogGroupName is provided.");
  }
  if (!request.DeliverLogsPermissionArn.value_or("").empty()) {
    return refuse(faults::InvalidParameter,
                  "DeliverLogsPermissionArn is not applicable for s3 delivery");
  }
  TRY(model::parse_bucket_arn(log.destination));
  // [VPC user guide, "Publish flow logs to Amazon S3": who makes the log must be allowed this]
  TRY(check_may(world, caller, "logs:CreateLogDelivery"));
  const auto options = request.DestinationOptions.value_or(DestinationOptionsRequest{});
  TRY(check_one_of("DestinationOptions.FileFormat",
                   options.FileFormat.value_or(std::string(kPlainText)), {kPlainText, "parquet"}));
  TRY(only("DestinationOptions.FileFormat", options.FileFormat, std::string(kPlainText)));
  log.hive_compatible_partitions = options.HiveCompatiblePartitions.value_or(false);
  log.per_hour_partition = options.PerHourPartition.value_or(false);
  return {};
}

}  // namespace

Result<> check_one_of(std::string_view parameter, const std::string& value,
                      std::initializer_list<std::string_view> all) {
  if (std::find(all.begin(), all.end(), value) == all.end()) {
    return refuse(faults::InvalidParameterValue, "Value ({}) for parameter {} is invalid.", value,
                  parameter);
  }
  return {};
}

Result<> set_destination(const model::World& world, const model::Caller& caller,
                         const CreateFlowLogsRequest& request, FlowLog& log) {
  log.destination_type = request.LogDestinationType.value_or(std::string(kCloudWatchLogs));
  TRY(check_one_of("LogDestinationType", log.destination_type, {kCloudWatchLogs, kS3, kFirehose}));
  if (log.destination_type == kFirehose) {
    return refuse(faults::Unsupported,
                  "The parameter LogDestinationType is not supported with the value {}", kFirehose);
  }
  TRY(absent("DeliverCrossAccountRole", request.DeliverCrossAccountRole));
  log.destination = request.LogDestination.value_or("");
  const bool to_bucket = model::is_to_bucket(log);
  const bool by_name = !request.LogGroupName.value_or("").empty();
  if (!to_bucket && by_name && !log.destination.empty()) {
    return refuse(faults::InvalidParameter,
                  "Please only provide LogGroupName or only provide LogDestination.");
  }
  if (!by_name && log.destination.empty()) {
    return refuse(faults::InvalidParameter,
                  "LogDestination can't be empty if LogGroupName is not provided.");
  }
  return to_bucket ? set_bucket(world, caller, request, log) : set_group(caller, request, log);
}

// [VPC user guide, "Troubleshoot VPC Flow Logs"; recorded answers: its code is a number]
Result<> check_destination_exists(const model::World& world, const FlowLog& log) {
  if (!model::is_to_bucket(log)) {
    return {};
  }
  TRY_ASSIGN(const auto place, model::parse_bucket_arn(log.destination));
  switch (model::log_delivery(world, log, place.bucket, model::bucket_folder(log, place))) {
    case model::LogDelivery::NoBucket:
      return refuse(faults::FlowLogDestinationMissing, "LogDestination: {} does not exist.",
                    place.bucket);
    case model::LogDelivery::Denied:
      return refuse(faults::FlowLogDestinationMissing,
                    "Access Denied for LogDestination: {}. Please check LogDestination permission",
                    place.bucket);
    case model::LogDelivery::Allowed:
      return {};
  }
  return {};
}

bool is_same_destination(const FlowLog& left, const FlowLog& right) {
  if (left.destination_type != right.destination_type) {
    return false;
  }
  if (!model::is_to_bucket(left)) {
    return left.log_group == right.log_group;
  }
  return *model::parse_bucket_arn(left.destination) ==
             *model::parse_bucket_arn(right.destination) &&
         left.hive_compatible_partitions == right.hive_compatible_partitions &&
         left.per_hour_partition == right.per_hour_partition;
}

}  // namespace postern::api::ec2
