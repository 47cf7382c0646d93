// SPDX-License-Identifier: Apache-2.0
#include "service_endpoints/place.h"

#include "model/aws_services.h"
#include "model/dns_names.h"
#include "model/endpoint_state.h"

namespace postern::service_endpoints {
namespace {

// The endpoint's own names, regional and zonal, and the service's private one.
std::vector<std::string> names_of(const model::EndpointService& service) {
  std::vector<std::string> names = {"*." + model::base_endpoint_name(service)};
  if (service.private_dns) {
    names.push_back(service.private_dns->name);
  }
  return names;
}

}  // namespace

std::map<model::Id<model::NetworkInterface>, std::shared_ptr<const Place>> places(
    const model::World& world) {
  std::map<model::Id<model::NetworkInterface>, std::shared_ptr<const Place>> out;
  for (const auto& [id, endpoint] : world.all<model::VpcEndpoint>()) {
    if (!model::served_as(*endpoint) || !model::forwards(endpoint->state)) {
      continue;
    }
    const auto names = names_of(*model::service_of(world, *endpoint));
    for (const model::EndpointSubnet& subnet : endpoint->subnets) {
      if (const auto* interface = world.find(subnet.network_interface)) {
        out[interface->id] = std::make_shared<Place>(Place{
            .endpoint = id, .vpc = endpoint->vpc, .address = interface->address, .names = names});
      }
    }
  }
  return out;
}

}  // namespace postern::service_endpoints
