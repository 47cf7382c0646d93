// SPDX-License-Identifier: Apache-2.0
#include "api/logs/service.h"

#include "api/logs/actions.h"

namespace postern::api::logs {

Service logs_service() {
  std::vector<Action> actions = log_group_actions();
  for (Action& action : log_event_actions()) {
    actions.push_back(std::move(action));
  }
  return {.signing_name = "logs",
          .version = "Logs_20140328",
          .xmlns = "",
          .dialect = wire::Dialect::Json,
          .actions = std::move(actions)};
}

}  // namespace postern::api::logs
