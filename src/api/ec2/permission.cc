// SPDX-License-Identifier: Apache-2.0
#include "api/ec2/permission.h"

#include "model/permissions.h"

namespace postern::api::ec2 {

Result<> check_may(const model::World& world, const model::Caller& caller,
                   std::string_view action) {
  const auto answer = model::permission(world, caller,
                                        {.action = std::string(action),
                                         .resource = std::nullopt,
                                         .context = model::caller_context(world, caller)});
  if (model::is_root(caller) || answer == model::PolicyAnswer::Allowed) {
    return {};
  }
  return refuse(faults::UnauthorizedOperation,
                "You are not authorized to perform this operation. User: {} is not authorized to "
                "perform: {}",
                caller.principal_arn, action);
}

}  // namespace postern::api::ec2
