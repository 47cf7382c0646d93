// SPDX-License-Identifier: Apache-2.0
#include "explain/place.h"

#include "dataplane/compile/parts.h"
#include "model/faults.h"

namespace postern::explain {
namespace {

using model::InterfaceType;
using model::NetworkInterface;
using model::Vpc;
using model::World;

Place endpoint_at(const Ground& ground, const NetworkInterface& interface) {
  const EndpointZone zone = ground.endpoint_of(interface);
  return AtEndpoint{&interface, zone.endpoint, zone.subnet};
}

Place node_at(const World& world, const NetworkInterface& interface) {
  for (const auto& [id, balancer] : world.all<model::LoadBalancer>()) {
    for (const model::LoadBalancerZone& zone : balancer->zones) {
      if (zone.network_interface == interface.id) {
        return AtNode{&interface, balancer.get(), &zone};
      }
    }
  }
  return Nothing{};
}

// 169.254.169.253 and .254. [VPC user guide, "Amazon DNS server"; EC2 user guide, "Instance
// metadata"]
const IpAddress kResolver = IpAddress::v4(0xa9fea9fd);
const IpAddress kMetadata = IpAddress::v4(0xa9fea9fe);

Place vpcs_own(const World& world, const Vpc& vpc, const IpAddress& address) {
  if (address == kMetadata) {
    return Metadata{};
  }
  if (vpc.enable_dns_support && (address == kResolver || address == model::resolver_address(vpc))) {
    return Resolver{};
  }
  for (const auto& [id, subnet] : world.all<model::Subnet>()) {
    if (subnet->vpc == vpc.id && subnet->cidr.at(1) == address) {
      return Router{};
    }
  }
  return Nothing{};
}

}  // namespace

Place place_at(const World& world, const Ground& ground, const Vpc& vpc, const IpAddress& address) {
  const NetworkInterface* interface = ground.interface_at(vpc.id, address);
  if (interface == nullptr) {
    return vpcs_own(world, vpc, address);
  }
  if (const auto* fault = model::darkening(world, *interface)) {
    return Dark{interface, fault};
  }
  switch (interface->type) {
    case InterfaceType::VpcEndpoint:
      return endpoint_at(ground, *interface);
    case InterfaceType::NetworkLoadBalancer:
      return node_at(world, *interface);
    case InterfaceType::Interface:
      if (dataplane::has_link(world, *interface)) {
        return AtInstance{interface};
      }
      break;
    case InterfaceType::NatGateway:
      break;
  }
  return Nothing{};
}

std::string resource_of(const NetworkInterface& interface) {
  return interface.attachment && !interface.attachment->instance_id.empty()
             ? interface.attachment->instance_id
             : interface.id.value;
}

AtNode node_of(const World& world, const model::LoadBalancer& balancer,
               const model::LoadBalancerZone& zone) {
  return {world.find(zone.network_interface), &balancer, &zone};
}

bool takes(const model::Listener& listener, std::uint8_t protocol) {
  return listener.protocol == "TCP_UDP" || listener.protocol == (protocol == 6 ? "TCP" : "UDP") ||
         (protocol == 6 && (listener.protocol == "TLS" || listener.protocol == "HTTP" ||
                            listener.protocol == "HTTPS"));
}

}  // namespace postern::explain
