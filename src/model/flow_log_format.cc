// SPDX-License-Identifier: Apache-2.0
#include "model/flow_log_format.h"

#include <algorithm>
#include <array>

namespace postern::model {
namespace {

struct FieldInfo {
  std::string_view name;
  int version;
  FlowLogField field;
};

constexpr auto kFields = std::to_array<FieldInfo>({
    {"version", 2, FlowLogField::Version},
    {"account-id", 2, FlowLogField::AccountId},
    {"interface-id", 2, FlowLogField::InterfaceId},
    {"srcaddr", 2, FlowLogField::SourceAddress},
    {"dstaddr", 2, FlowLogField::DestinationAddress},
    {"srcport", 2, FlowLogField::SourcePort},
    {"dstport", 2, FlowLogField::DestinationPort},
    {"protocol", 2, FlowLogField::Protocol},
    {"packets", 2, FlowLogField::Packets},
    {"bytes", 2, FlowLogField::Bytes},
    {"start", 2, FlowLogField::Start},
    {"end", 2, FlowLogField::End},
    {"action", 2, FlowLogField::Action},
    {"log-status", 2, FlowLogField::LogStatus},
    {"vpc-id", 3, FlowLogField::VpcId},
    {"subnet-id", 3, FlowLogField::SubnetId},
    {"instance-id", 3, FlowLogField::InstanceId},
    {"tcp-flags", 3, FlowLogField::TcpFlags},
    {"type", 3, FlowLogField::Type},
    {"pkt-srcaddr", 3, FlowLogField::PacketSourceAddress},
    {"pkt-dstaddr", 3, FlowLogField::PacketDestinationAddress},
    {"region", 4, FlowLogField::Region},
    {"az-id", 4, FlowLogField::ZoneId},
    {"sublocation-type", 4, FlowLogField::Unknown},
    {"sublocation-id", 4, FlowLogField::Unknown},
    {"pkt-src-aws-service", 5, FlowLogField::Unknown},
    {"pkt-dst-aws-service", 5, FlowLogField::Unknown},
    {"flow-direction", 5, FlowLogField::FlowDirection},
    {"traffic-path", 5, FlowLogField::TrafficPath},
    {"ecs-cluster-arn", 7, FlowLogField::Unknown},
    {"ecs-cluster-name", 7, FlowLogField::Unknown},
    {"ecs-container-instance-arn", 7, FlowLogField::Unknown},
    {"ecs-container-instance-id", 7, FlowLogField::Unknown},
    {"ecs-container-id", 7, FlowLogField::Unknown},
    {"ecs-second-container-id", 7, FlowLogField::Unknown},
    {"ecs-service-name", 7, FlowLogField::Unknown},
    {"ecs-task-definition-arn", 7, FlowLogField::Unknown},
    {"ecs-task-arn", 7, FlowLogField::Unknown},
    {"ecs-task-id", 7, FlowLogField::Unknown},
    {"reject-reason", 8, FlowLogField::Unknown},
});

const FieldInfo* field_named(std::string_view name) {
  const auto* at = std::ranges::find(kFields, name, &FieldInfo::name);
  return at == kFields.end() ? nullptr : at;
}

// The name in "${name}"; empty for what is not of that form.
std::string_view name_in(std::string_view word) {
  const bool formed = word.size() > 3 && word.starts_with("${") && word.ends_with("}");
  return formed ? word.substr(2, word.size() - 3) : std::string_view();
}

}  // namespace

const std::string_view kDefaultFlowLogFormat =
    "${version} ${account-id} ${interface-id} ${srcaddr} ${dstaddr} ${srcport} ${dstport} "
    "${protocol} ${packets} ${bytes} ${start} ${end} ${action} ${log-status}";

Result<FlowLogFormat> parse_flow_log_format(std::string_view text) {
  FlowLogFormat format;
  while (!text.empty()) {
    const std::size_t space = std::min(text.find(' '), text.size());
    const std::string_view word = text.substr(0, space);
    text.remove_prefix(std::min(space + 1, text.size()));
    if (word.empty()) {
      continue;
    }
    const FieldInfo* found = field_named(name_in(word));
    if (found == nullptr) {
      return refuse(faults::InvalidParameter, "Unknown fields provided: ({})", word);
    }
    format.fields.push_back(found->field);
    format.version = std::max(format.version, found->version);
  }
  if (format.fields.empty()) {
    return refuse(faults::InvalidParameter, "LogFormat must contain at least one field");
  }
  return format;
}

}  // namespace postern::model
