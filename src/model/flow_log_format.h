// SPDX-License-Identifier: Apache-2.0
// Which fields a flow log's records have, and in which order. Pure.
// [VPC user guide, "Flow log records"]
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"

namespace postern::model {

// The fields whose values are told. Unknown: one of AWS's that means nothing here; "-" for ever.
enum class FlowLogField {
  Version,
  AccountId,
  InterfaceId,
  SourceAddress,
  DestinationAddress,
  SourcePort,
  DestinationPort,
  Protocol,
  Packets,
  Bytes,
  Start,
  End,
  Action,
  LogStatus,
  VpcId,
  SubnetId,
  InstanceId,
  TcpFlags,
  Type,
  PacketSourceAddress,
  PacketDestinationAddress,
  Region,
  ZoneId,
  FlowDirection,
  TrafficPath,
  Unknown,
};

struct FlowLogFormat {
  std::vector<FlowLogField> fields;
  int version = 2;  // the highest of its fields'
};

// All fields of version 2, in their order.
extern const std::string_view kDefaultFlowLogFormat;

// Of "${version} ${account-id} …". InvalidParameter for a name that is no field.
Result<FlowLogFormat> parse_flow_log_format(std::string_view text);

}  // namespace postern::model
