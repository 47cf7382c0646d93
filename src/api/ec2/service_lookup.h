// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>

#include "base/result.h"
#include "model/aws_services.h"
#include "model/cross_region.h"
#include "model/principal.h"

namespace postern::api::ec2 {

// The service of that name in `region`, if the caller may use it: from its own region, or from one
// that the service is offered in. AWS's own are everybody's, in their own region. To everybody else
// it does not exist: InvalidServiceName, the same as for a name that nobody has.
inline Result<model::EndpointService> usable_service(const model::World& world,
                                                     const model::Caller& caller,
                                                     const std::string& name,
                                                     const std::string& region) {
  auto aws = region == caller.region ? model::find_aws_service(region, name) : std::nullopt;
  if (aws) {
    return *std::move(aws);
  }
  const auto id = model::Id<model::EndpointService>(name.substr(name.rfind('.') + 1));
  const auto* service = world.find(id);
  if (service == nullptr || service->name != name || service->region != region ||
      !model::is_offered_in(*service, caller.region) || !model::may_use(*service, caller)) {
    return refuse(faults::InvalidServiceName, "The Vpc Endpoint Service '{}' does not exist", name);
  }
  return *service;
}

}  // namespace postern::api::ec2
