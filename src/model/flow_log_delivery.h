// SPDX-License-Identifier: Apache-2.0
// Whether a flow log's records may be written, and where. Pure.
#pragma once

#include "model/world.h"

namespace postern::model {

// The group that the records go to, whether it is there or not.
Id<LogGroup> log_group_of(const FlowLog& log);

// What interfaces it is about.
bool is_about(const FlowLog& log, const NetworkInterface& interface);

bool is_to_bucket(const FlowLog& log);
// Below what a log's files are, in its bucket: logs/AWSLogs/111122223333/.
std::string bucket_folder(const FlowLog& log, const BucketPlace& place);

// What stands in the way of its records, in DescribeFlowLogs' words; empty: nothing. A group's:
// that its role does not let VPC flow logs write to it, or make it if it is not there. A bucket's:
// why the newest file was not written. [VPC user guide, "IAM role for publishing flow logs to
// CloudWatch Logs"; EC2 API reference, FlowLog, deliverLogsErrorMessage]
std::string delivery_error(const World& world, const FlowLog& log);
inline constexpr const char* kAccessError = "Access error";
inline constexpr const char* kUnknownError = "Unknown error";

}  // namespace postern::model
