// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "api/action/action.h"

namespace postern::api::logs {

// CloudWatch Logs, as far as groups are made and described, and what VPC flow logs write to them is
// read.
Service logs_service();

}  // namespace postern::api::logs
