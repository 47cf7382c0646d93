// SPDX-License-Identifier: Apache-2.0
#include "api/autoscaling/service.h"

#include "api/autoscaling/actions.h"

namespace postern::api::autoscaling {

Service autoscaling_service() {
  std::vector<Action> actions;
  for (auto&& some : {activity_actions(), group_actions(), instance_actions(), process_actions(),
                      tag_actions(), target_group_actions()}) {
    actions.insert(actions.end(), some.begin(), some.end());
  }
  return {.signing_name = "autoscaling",
          .version = "2011-01-01",
          .xmlns = "http://autoscaling.amazonaws.com/doc/2011-01-01/",
          .dialect = wire::Dialect::Query,
          .actions = std::move(actions)};
}

}  // namespace postern::api::autoscaling
