// SPDX-License-Identifier: Apache-2.0
#include "api/ssm/service.h"

#include <iterator>

#include "api/ssm/actions.h"

namespace postern::api::ssm {

Service ssm_service() {
  Service service{
      .signing_name = "ssm", .version = "AmazonSSM", .xmlns = "", .dialect = wire::Dialect::Json};
  for (auto actions : {delete_parameter_actions(), describe_parameters_actions(),
                       get_parameter_actions(), get_parameters_by_path_actions(), label_actions(),
                       parameter_history_actions(), put_parameter_actions(), tag_actions()}) {
    std::move(actions.begin(), actions.end(), std::back_inserter(service.actions));
  }
  return service;
}

}  // namespace postern::api::ssm
