// SPDX-License-Identifier: Apache-2.0
// What CreateFlowLogs is asked for, and where its records shall go.
#pragma once

#include <boost/describe/class.hpp>
#include <initializer_list>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "api/ec2/tag_specification.h"
#include "model/world.h"

namespace postern::api::ec2 {

struct DestinationOptionsRequest {
  std::optional<std::string> FileFormat;
  std::optional<bool> HiveCompatiblePartitions;
  std::optional<bool> PerHourPartition;
};
BOOST_DESCRIBE_STRUCT(DestinationOptionsRequest, (),
                      (FileFormat, HiveCompatiblePartitions, PerHourPartition))

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
  std::optional<DestinationOptionsRequest> DestinationOptions;
};
BOOST_DESCRIBE_STRUCT(CreateFlowLogsRequest, (),
                      (ClientToken, DeliverLogsPermissionArn, DeliverCrossAccountRole, LogGroupName,
                       ResourceId, ResourceType, TrafficType, LogDestinationType, LogDestination,
                       LogFormat, TagSpecification, MaxAggregationInterval, DestinationOptions))

Result<> check_one_of(std::string_view parameter, const std::string& value,
                      std::initializer_list<std::string_view> all);

// Fills in what the request says of the log's destination, or refuses it.
Result<> set_destination(const model::World& world, const model::Caller& caller,
                         const CreateFlowLogsRequest& request, model::FlowLog& log);

// Of a log that would go to a bucket. A log group is made when it is written to.
Result<> check_destination_exists(const model::World& world, const model::FlowLog& log);

bool is_same_destination(const model::FlowLog& left, const model::FlowLog& right);

}  // namespace postern::api::ec2
