// SPDX-License-Identifier: Apache-2.0
#include "api/cloudwatch/service.h"

#include "api/cloudwatch/actions.h"

namespace postern::api::cloudwatch {

std::vector<Service> cloudwatch_services() {
  std::vector<Action> actions = list_metrics_actions();
  for (auto* of_resource : {metric_data_actions, metric_statistics_actions}) {
    for (Action& action : of_resource()) {
      actions.push_back(std::move(action));
    }
  }
  constexpr std::string_view kTarget = "GraniteServiceVersion20100801";
  std::vector<Service> out;
  // A request that is not in the others' form is in Query's.
  for (const auto& [dialect, version] :
       {std::pair{wire::Dialect::QueryCbor, kTarget}, std::pair{wire::Dialect::QueryJson, kTarget},
        std::pair{wire::Dialect::Query, std::string_view("2010-08-01")}}) {
    out.push_back({.signing_name = "monitoring",
                   .version = version,
                   .xmlns = "http://monitoring.amazonaws.com/doc/2010-08-01/",
                   .dialect = dialect,
                   .actions = actions});
  }
  return out;
}

}  // namespace postern::api::cloudwatch
