// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>

#include "base/result.h"
#include "model/aws_services.h"
#include "model/principal.h"

namespace postern::api::ec2 {

// The service of that name in the caller's region, if the caller may use it; AWS's own are
// everybody's. To everybody else it does not exist: InvalidServiceName, the same as for a name that
// nobody has.
inline Result<model::EndpointService> usable_service(const model::World& world,
                                                     const model::Caller& caller,
                                                     const std::string& name) {
  if (auto aws = model::find_aws_service(caller.region, name)) {
    return std::move(*aws);
  }
  const auto id = model::Id<model::EndpointService>(name.substr(name.rfind('.') + 1));
  const auto* service = world.find(id);
  if (service == nullptr || service->name != name || service->region != caller.region ||
      !model::may_use(*service, caller)) {
    return refuse(faults::InvalidServiceName, "The Vpc Endpoint Service '{}' does not exist", name);
  }
  return *service;
}

}  // namespace postern::api::ec2
