// SPDX-License-Identifier: Apache-2.0
// Where Postern answers for AWS's services, and under which names. Pure.
#pragma once

#include <map>
#include <memory>
#include <string>
#include <vector>

#include "model/world.h"

namespace postern::service_endpoints {

struct Place {
  model::Id<model::VpcEndpoint> endpoint;
  model::Id<model::Vpc> vpc;
  IpAddress address;  // of the endpoint's interface
  std::vector<std::string> names;
};

// One for each interface of an endpoint to a service that Postern serves.
std::map<model::Id<model::NetworkInterface>, std::shared_ptr<const Place>> places(
    const model::World& world);

}  // namespace postern::service_endpoints
