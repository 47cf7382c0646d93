// SPDX-License-Identifier: Apache-2.0
// Flow logs: CreateFlowLogs, DescribeFlowLogs, DeleteFlowLogs. Who writes their records is
// daemon/flow_log_writer.
#include <fmt/ranges.h>

#include "api/ec2/actions.h"
#include "api/ec2/filter_field.h"
#include "api/ec2/select.h"
#include "api/ec2/supported.h"
#include "api/ec2/tag_specification.h"
#include "api/ec2/unsuccessful.h"
#include "model/flow_log_delivery.h"
#include "model/flow_log_format.h"

namespace postern::api::ec2 {
namespace {

using model::FlowLog;

constexpr std::string_view kCloudWatchLogs = "cloud-watch-logs";
constexpr std::size_t kResourcesMax = 1000;
// [VPC quotas: flow logs per network interface, subnet or VPC]
constexpr int kLogsOfResourceMax = 2;

// ---- CreateFlowLogs ----

struct CreateFlowLogsRequest {
  std::optional<std::string> ClientToken;
  std::optional<std::string> DeliverLogsPermissionArn;
  std::optional<std::string> DeliverCrossAccountRole;
  std::optional<std::string> LogGroupName;
  std::vector<std::string> ResourceId;
  std::string ResourceType;
  std::string TrafficType;
  std::optional<std::string> LogDestinationType;
  std::optional<std::string> LogDestination;
  std::optional<std::string> LogFormat;
  TagSpecifications TagSpecification;
  std::optional<int> MaxAggregationInterval;
  std::optional<Unserved> DestinationOptions;
};
BOOST_DESCRIBE_STRUCT(CreateFlowLogsRequest, (),
                      (ClientToken, DeliverLogsPermissionArn, DeliverCrossAccountRole, LogGroupName,
                       ResourceId, ResourceType, TrafficType, LogDestinationType, LogDestination,
                       LogFormat, TagSpecification, MaxAggregationInterval, DestinationOptions))

struct CreateFlowLogsAnswer {
  std::optional<std::string> clientToken;
  std::vector<std::string> flowLogIdSet;
  std::vector<UnsuccessfulItem> unsuccessful;
};
BOOST_DESCRIBE_STRUCT(CreateFlowLogsAnswer, (), (clientToken, flowLogIdSet, unsuccessful))

Result<> check_one_of(std::string_view parameter, const std::string& value,
                      std::initializer_list<std::string_view> all) {
  if (std::find(all.begin(), all.end(), value) == all.end()) {
    return refuse(faults::InvalidParameterValue, "Value ({}) for parameter {} is invalid.", value,
                  parameter);
  }
  return {};
}

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

Result<> check_destination(const CreateFlowLogsRequest& request) {
  TRY(check_one_of("LogDestinationType",
                   request.LogDestinationType.value_or(std::string(kCloudWatchLogs)),
                   {kCloudWatchLogs, "s3", "kinesis-data-firehose"}));
  TRY(only("LogDestinationType", request.LogDestinationType, std::string(kCloudWatchLogs)));
  TRY(absent("DeliverCrossAccountRole", request.DeliverCrossAccountRole));
  const bool by_name = !request.LogGroupName.value_or("").empty();
  const bool by_arn = !request.LogDestination.value_or("").empty();
  if (by_name && by_arn) {
    return refuse(faults::InvalidParameter,
                  "Please only provide LogGroupName or only provide LogDestination.");
  }
  if (!by_name && !by_arn) {
    return refuse(faults::InvalidParameter,
                  "LogDestination can't be empty if LogGroupName is not provided.");
  }
  if (request.DeliverLogsPermissionArn.value_or("").empty()) {
    return refuse(
        faults::InvalidParameter,
        "DeliverLogsPermissionArn can't be empty if LogDestinationType is cloud-watch-logs.");
  }
  return {};
}

// What all the logs of a request have in common.
Result<FlowLog> log_of(model::Transaction& tx, const model::Caller& caller,
                       const CreateFlowLogsRequest& request) {
  TRY(check_one_of(
      "ResourceType", request.ResourceType,
      {"VPC", "Subnet", "NetworkInterface", "TransitGateway", "TransitGatewayAttachment"}));
  if (request.ResourceType.starts_with("TransitGateway")) {
    return refuse(faults::Unsupported, "Flow logs of transit gateways are not supported");
  }
  TRY(check_one_of("TrafficType", request.TrafficType, {"ACCEPT", "REJECT", "ALL"}));
  TRY(check_destination(request));
  const int interval = request.MaxAggregationInterval.value_or(600);
  if (interval != 60 && interval != 600) {
    return refuse(faults::InvalidParameter, "Invalid Flow Log Max Aggregation Interval");
  }
  const std::string format = request.LogFormat.value_or("").empty()
                                 ? std::string(model::kDefaultFlowLogFormat)
                                 : *request.LogFormat;
  TRY(model::parse_flow_log_format(format));
  TRY_ASSIGN(auto tags, tags_for(request.TagSpecification, "vpc-flow-log"));
  std::string group = request.LogGroupName.value_or("");
  if (group.empty()) {
    TRY_ASSIGN(group, group_in_arn(caller, *request.LogDestination));
  }
  return FlowLog{.owner = caller.account,
                 .region = caller.region,
                 .resource_type = request.ResourceType,
                 .traffic_type = request.TrafficType,
                 .log_group = std::move(group),
                 .destination = request.LogDestination.value_or(""),
                 .role_arn = *request.DeliverLogsPermissionArn,
                 .format = format,
                 .interval_seconds = interval,
                 .created_at = tx.now(),
                 .tags = std::move(tags)};
}

Result<> check_resource(const model::World& world, const model::Caller& caller,
                        const std::string& type, const std::string& id) {
  if (type == "VPC") {
    TRY(find<model::Vpc>(world, caller, id));
  } else if (type == "Subnet") {
    TRY(find<model::Subnet>(world, caller, id));
  } else {
    TRY(find<model::NetworkInterface>(world, caller, id));
  }
  return {};
}

Result<> check_others(const model::World& world, const FlowLog& log) {
  int others = 0;
  for (const auto& [id, other] : world.all<FlowLog>()) {
    if (other->owner != log.owner || other->region != log.region ||
        other->resource_id != log.resource_id) {
      continue;
    }
    ++others;
    if (other->log_group == log.log_group && other->traffic_type == log.traffic_type &&
        other->format == log.format && other->interval_seconds == log.interval_seconds) {
      return refuse(faults::FlowLogAlreadyExists,
                    "Error. There is an existing Flow Log with the same configuration and log "
                    "destination.");
    }
  }
  if (others >= kLogsOfResourceMax) {
    return refuse(faults::FlowLogsLimitExceeded,
                  "You've reached the limit on the number of flow logs ({}) of {}",
                  kLogsOfResourceMax, log.resource_id);
  }
  return {};
}

// Resources that are not there are named in the answer, the others get their logs; one that has
// such a log already fails the whole request. [recorded answers]
Result<CreateFlowLogsAnswer> create_flow_logs(model::Transaction& tx, const model::Caller& caller,
                                              const CreateFlowLogsRequest& request) {
  if (request.ResourceId.empty()) {
    return std::unexpected(wire::missing_parameter(wire::Dialect::Ec2, "ResourceId"));
  }
  if (request.ResourceId.size() > kResourcesMax) {
    return refuse(faults::InvalidParameterValue, "More than {} resources", kResourcesMax);
  }
  TRY_ASSIGN(FlowLog log, log_of(tx, caller, request));
  CreateFlowLogsAnswer answer{.clientToken = request.ClientToken};
  const auto create = [&](const std::string& resource) -> Result<> {
    TRY(check_resource(tx.world(), caller, request.ResourceType, resource));
    log.resource_id = resource;
    TRY(check_others(tx.world(), log));
    log.id = model::Id<FlowLog>(tx.ids().ec2_id("fl-"));
    answer.flowLogIdSet.push_back(log.id.value);
    tx.put(log);
    return {};
  };
  for (const std::string& resource : request.ResourceId) {
    const Result<> done = create(resource);
    if (!done && done.error().fault().code == faults::FlowLogAlreadyExists.code) {
      return std::unexpected(done.error());
    }
    if (!done) {
      answer.unsuccessful.push_back(
          {{std::string(done.error().fault().code), done.error().message()}, resource});
    }
  }
  return answer;
}

// ---- DescribeFlowLogs ----

struct DescribeFlowLogsRequest {
  Filters Filter;
  std::vector<std::string> FlowLogId;
  std::optional<int> MaxResults;
  std::optional<std::string> NextToken;
};
BOOST_DESCRIBE_STRUCT(DescribeFlowLogsRequest, (), (Filter, FlowLogId, MaxResults, NextToken))

struct FlowLogItem {
  TimePoint creationTime;
  std::optional<std::string> deliverLogsErrorMessage;
  std::string deliverLogsPermissionArn;
  std::string deliverLogsStatus;
  std::string flowLogId;
  std::string flowLogStatus = "ACTIVE";
  std::string logGroupName;
  std::string resourceId;
  std::string trafficType;
  std::string logDestinationType{kCloudWatchLogs};
  std::optional<std::string> logDestination;
  std::string logFormat;
  std::vector<TagItem> tagSet;
  int maxAggregationInterval = 0;
};
BOOST_DESCRIBE_STRUCT(FlowLogItem, (),
                      (creationTime, deliverLogsErrorMessage, deliverLogsPermissionArn,
                       deliverLogsStatus, flowLogId, flowLogStatus, logGroupName, resourceId,
                       trafficType, logDestinationType, logDestination, logFormat, tagSet,
                       maxAggregationInterval))

struct DescribeFlowLogsAnswer {
  std::vector<FlowLogItem> flowLogSet;
  std::optional<std::string> nextToken;
};
BOOST_DESCRIBE_STRUCT(DescribeFlowLogsAnswer, (), (flowLogSet, nextToken))

std::string delivery_text(const model::World& world, const FlowLog& log) {
  return model::may_deliver(world, log) ? "SUCCESS" : "FAILED";
}

FilterTable<FlowLog> flow_log_filters(const model::World& world) {
  return {
      field_of<FlowLog>("deliver-log-status",
                        [&world](const FlowLog& log) { return delivery_text(world, log); }),
      field_of<FlowLog>("log-destination-type",
                        [](const FlowLog&) { return std::string(kCloudWatchLogs); }),
      field_of<FlowLog>("flow-log-id", [](const FlowLog& log) { return log.id.value; }),
      field_of<FlowLog>("log-group-name", [](const FlowLog& log) { return log.log_group; }),
      field_of<FlowLog>("resource-id", [](const FlowLog& log) { return log.resource_id; }),
      field_of<FlowLog>("traffic-type", [](const FlowLog& log) { return log.traffic_type; }),
  };
}

FlowLogItem item_of(const model::World& world, const FlowLog& log) {
  FlowLogItem item{.creationTime = log.created_at,
                   .deliverLogsPermissionArn = log.role_arn,
                   .deliverLogsStatus = delivery_text(world, log),
                   .flowLogId = log.id.value,
                   .logGroupName = log.log_group,
                   .resourceId = log.resource_id,
                   .trafficType = log.traffic_type,
                   .logFormat = log.format,
                   .tagSet = tag_items(log.tags),
                   .maxAggregationInterval = log.interval_seconds};
  if (item.deliverLogsStatus == "FAILED") {
    item.deliverLogsErrorMessage = "Access error";
  }
  if (!log.destination.empty()) {
    item.logDestination = log.destination;
  }
  return item;
}

Result<DescribeFlowLogsAnswer> describe_flow_logs(const View& view,
                                                  const DescribeFlowLogsRequest& request) {
  TRY_ASSIGN(const auto selection,
             select<FlowLog>(view, request, request.FlowLogId, flow_log_filters(view.world)));
  DescribeFlowLogsAnswer answer{.nextToken = selection.next_token};
  for (const FlowLog* log : selection.records) {
    answer.flowLogSet.push_back(item_of(view.world, *log));
  }
  return answer;
}

// ---- DeleteFlowLogs ----

struct DeleteFlowLogsRequest {
  std::vector<std::string> FlowLogId;
};
BOOST_DESCRIBE_STRUCT(DeleteFlowLogsRequest, (), (FlowLogId))

Result<UnsuccessfulAnswer> delete_flow_logs(model::Transaction& tx, const model::Caller& caller,
                                            const DeleteFlowLogsRequest& request) {
  if (request.FlowLogId.empty()) {
    return std::unexpected(wire::missing_parameter(wire::Dialect::Ec2, "FlowLogId"));
  }
  std::vector<std::string> missing;
  for (const std::string& id : request.FlowLogId) {
    if (!well_formed(id, "fl-")) {
      return refuse_id(id_words<FlowLog>(), id);
    }
    if (!find<FlowLog>(tx.world(), caller, id)) {
      missing.push_back(id);
    }
  }
  if (!missing.empty()) {
    return refuse(faults::InvalidFlowLogIdNotFound,
                  "These flow log ids in the input list are not found: [TotalCount: {}] {}",
                  missing.size(), fmt::join(missing, " "));
  }
  for (const std::string& id : request.FlowLogId) {
    tx.erase(model::Id<FlowLog>(id));
  }
  return UnsuccessfulAnswer{};
}

}  // namespace

std::vector<Action> flow_log_actions() {
  return {
      write<create_flow_logs>("CreateFlowLogs"),
      read<describe_flow_logs>("DescribeFlowLogs"),
      write<delete_flow_logs>("DeleteFlowLogs"),
  };
}

}  // namespace postern::api::ec2
