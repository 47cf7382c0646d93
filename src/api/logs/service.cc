// SPDX-License-Identifier: Apache-2.0
#include "api/logs/service.h"

#include "api/logs/actions.h"

namespace postern::api::logs {

Service logs_service() {
  return {.signing_name = "logs",
          .version = "Logs_20140328",
          .xmlns = "",
          .dialect = wire::Dialect::Json,
          .actions = log_group_actions()};
}

}  // namespace postern::api::logs
