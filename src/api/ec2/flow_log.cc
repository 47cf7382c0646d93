// SPDX-License-Identifier: Apache-2.0
// Flow logs: CreateFlowLogs, DescribeFlowLogs, DeleteFlowLogs. Who writes their records is
// daemon/flow_log_writer.
#include <fmt/ranges.h>

#include "api/ec2/actions.h"
#include "api/ec2/filter_field.h"
#include "api/ec2/flow_log_request.h"
#include "api/ec2/select.h"
#include "api/ec2/tag_specification.h"
#include "api/ec2/unsuccessful.h"
#include "model/flow_log_delivery.h"
#include "model/flow_log_format.h"
#include "model/quotas.h"

namespace postern::api::ec2 {
namespace {

using model::FlowLog;

constexpr std::size_t kResourcesMax = 1000;

// ---- CreateFlowLogs ----

struct CreateFlowLogsAnswer {
  std::optional<std::string> clientToken;
  std::vector<std::string> flowLogIdSet;
  std::vector<UnsuccessfulItem> unsuccessful;
};
BOOST_DESCRIBE_STRUCT(CreateFlowLogsAnswer, (), (clientToken, flowLogIdSet, unsuccessful))

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
  const int interval = request.MaxAggregationInterval.value_or(600);
  if (interval != 60 && interval != 600) {
    return refuse(faults::InvalidParameter, "Invalid Flow Log Max Aggregation Interval");
  }
  const std::string format = request.LogFormat.value_or("").empty()
                                 ? std::string(model::kDefaultFlowLogFormat)
                                 : *request.LogFormat;
  TRY(model::parse_flow_log_format(format));
  TRY_ASSIGN(auto tags, tags_for(request.TagSpecification, "vpc-flow-log"));
  FlowLog log{.owner = caller.account,
              .region = caller.region,
              .resource_type = request.ResourceType,
              .traffic_type = request.TrafficType,
              .format = format,
              .interval_seconds = interval,
              .created_at = tx.now(),
              .tags = std::move(tags)};
  TRY(set_destination(tx.world(), caller, request, log));
  return log;
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
    if (is_same_destination(*other, log) && other->traffic_type == log.traffic_type &&
        other->format == log.format && other->interval_seconds == log.interval_seconds) {
      return refuse(faults::FlowLogAlreadyExists,
                    "Error. There is an existing Flow Log with the same configuration and log "
                    "destination.");
    }
  }
  if (model::is_used_up(world, model::Quota::FlowLogs, others)) {
    return refuse(faults::FlowLogsLimitExceeded,
                  "You've reached the limit on the number of flow logs ({}) of {}",
                  model::quota(world, model::Quota::FlowLogs), log.resource_id);
  }
  return {};
}

// Resources that are not there, and those whose bucket is not, are named in the answer, the others
// get their logs; one that has such a log already fails the whole request. [recorded answers]
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
    TRY(check_destination_exists(tx.world(), log));
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

struct DestinationOptionsItem {
  std::string fileFormat = "plain-text";
  bool hiveCompatiblePartitions = false;
  bool perHourPartition = false;
};
BOOST_DESCRIBE_STRUCT(DestinationOptionsItem, (),
                      (fileFormat, hiveCompatiblePartitions, perHourPartition))

struct FlowLogItem {
  TimePoint creationTime;
  std::optional<std::string> deliverLogsErrorMessage;
  std::optional<std::string> deliverLogsPermissionArn;
  std::string deliverLogsStatus;
  std::string flowLogId;
  std::string flowLogStatus = "ACTIVE";
  std::optional<std::string> logGroupName;
  std::string resourceId;
  std::string trafficType;
  std::string logDestinationType;
  std::optional<std::string> logDestination;
  std::string logFormat;
  std::vector<TagItem> tagSet;
  int maxAggregationInterval = 0;
  std::optional<DestinationOptionsItem> destinationOptions;
};
BOOST_DESCRIBE_STRUCT(FlowLogItem, (),
                      (creationTime, deliverLogsErrorMessage, deliverLogsPermissionArn,
                       deliverLogsStatus, flowLogId, flowLogStatus, logGroupName, resourceId,
                       trafficType, logDestinationType, logDestination, logFormat, tagSet,
                       maxAggregationInterval, destinationOptions))

struct DescribeFlowLogsAnswer {
  std::vector<FlowLogItem> flowLogSet;
  std::optional<std::string> nextToken;
};
BOOST_DESCRIBE_STRUCT(DescribeFlowLogsAnswer, (), (flowLogSet, nextToken))

std::string delivery_text(const model::World& world, const FlowLog& log) {
  return model::delivery_error(world, log).empty() ? "SUCCESS" : "FAILED";
}

FilterTable<FlowLog> flow_log_filters(const model::World& world) {
  return {
      field_of<FlowLog>("deliver-log-status",
                        [&world](const FlowLog& log) { return delivery_text(world, log); }),
      field_of<FlowLog>("log-destination-type",
                        [](const FlowLog& log) { return log.destination_type; }),
      field_of<FlowLog>("flow-log-id", [](const FlowLog& log) { return log.id.value; }),
      field_of<FlowLog>("log-group-name", [](const FlowLog& log) { return log.log_group; }),
      field_of<FlowLog>("resource-id", [](const FlowLog& log) { return log.resource_id; }),
      field_of<FlowLog>("traffic-type", [](const FlowLog& log) { return log.traffic_type; }),
  };
}

std::optional<std::string> unless_empty(std::string text) {
  return text.empty() ? std::nullopt : std::optional(std::move(text));
}

FlowLogItem item_of(const model::World& world, const FlowLog& log) {
  FlowLogItem item{.creationTime = log.created_at,
                   .deliverLogsErrorMessage = unless_empty(model::delivery_error(world, log)),
                   .deliverLogsPermissionArn = unless_empty(log.role_arn),
                   .deliverLogsStatus = delivery_text(world, log),
                   .flowLogId = log.id.value,
                   .logGroupName = unless_empty(log.log_group),
                   .resourceId = log.resource_id,
                   .trafficType = log.traffic_type,
                   .logDestinationType = log.destination_type,
                   .logDestination = unless_empty(log.destination),
                   .logFormat = log.format,
                   .tagSet = tag_items(log.tags),
                   .maxAggregationInterval = log.interval_seconds};
  if (model::is_to_bucket(log)) {
    item.destinationOptions = {.hiveCompatiblePartitions = log.hive_compatible_partitions,
                               .perHourPartition = log.per_hour_partition};
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
