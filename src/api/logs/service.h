// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "api/action/action.h"

namespace postern::api::logs {

// CloudWatch Logs, as far as groups are made and described: records that nothing is written to.
Service logs_service();

}  // namespace postern::api::logs
