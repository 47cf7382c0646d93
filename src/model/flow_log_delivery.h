// SPDX-License-Identifier: Apache-2.0
// Whether a flow log's records may be written, and where. Pure.
#pragma once

#include "model/world.h"

namespace postern::model {

// The group that the records go to, whether it is there or not.
Id<LogGroup> log_group_of(const FlowLog& log);

// What interfaces it is about.
bool is_about(const FlowLog& log, const NetworkInterface& interface);

// Whether its role lets VPC flow logs write to its group, and make it if it is not there.
// [VPC user guide, "IAM role for publishing flow logs to CloudWatch Logs"]
bool may_deliver(const World& world, const FlowLog& log);

}  // namespace postern::model
