// SPDX-License-Identifier: Apache-2.0
#include "api/iam/service.h"

#include "api/iam/actions.h"

namespace postern::api::iam {

Service iam_service() {
  std::vector<Action> actions;
  for (auto&& some :
       {access_key_actions(), group_actions(), group_membership_actions(),
        instance_profile_actions(), managed_policy_actions(), permission_policy_actions(),
        policy_version_actions(), role_actions(), tag_actions(), user_actions()}) {
    actions.insert(actions.end(), some.begin(), some.end());
  }
  return {.signing_name = "iam",
          .version = "2010-05-08",
          .xmlns = "https://iam.amazonaws.com/doc/2010-05-08/",
          .dialect = wire::Dialect::Query,
          .actions = std::move(actions)};
}

}  // namespace postern::api::iam
