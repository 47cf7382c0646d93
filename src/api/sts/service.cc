// SPDX-License-Identifier: Apache-2.0
#include "api/sts/service.h"

#include "api/sts/actions.h"

namespace postern::api::sts {

Service sts_service() {
  std::vector<Action> actions;
  for (auto&& some : {caller_identity_actions(), assume_role_actions(), session_token_actions()}) {
    actions.insert(actions.end(), some.begin(), some.end());
  }
  return {.signing_name = "sts",
          .version = "2011-06-15",
          .xmlns = "https://sts.amazonaws.com/doc/2011-06-15/",
          .dialect = wire::Dialect::Query,
          .actions = std::move(actions)};
}

}  // namespace postern::api::sts
