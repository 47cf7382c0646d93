// SPDX-License-Identifier: Apache-2.0
#include "api/sns/service.h"

#include "api/sns/actions.h"

namespace postern::api::sns {

Service sns_service() {
  std::vector<Action> actions;
  for (auto&& some : {publish_actions(), subscription_actions(), subscription_attribute_actions(),
                      tag_actions(), topic_actions()}) {
    actions.insert(actions.end(), some.begin(), some.end());
  }
  return {.signing_name = "sns",
          .version = "2010-03-31",
          .xmlns = "http://sns.amazonaws.com/doc/2010-03-31/",
          .dialect = wire::Dialect::Query,
          .actions = std::move(actions)};
}

}  // namespace postern::api::sns
