// SPDX-License-Identifier: Apache-2.0
// Names of endpoints: <id>-<suffix>[-<zone>].<service>, below <region>.vpce.amazonaws.com.
#include <algorithm>

#include "dns/zones/node.h"
#include "dns/zones/text.h"
#include "model/addresses.h"
#include "model/aws_services.h"
#include "model/cross_region.h"
#include "model/dns_names.h"
#include "model/faults.h"
#include "model/target_health.h"

namespace postern::dns {
namespace {

using model::EndpointState;
using model::EndpointSubnet;
using model::Id;
using model::LoadBalancer;
using model::LoadBalancerZone;
using model::NetworkInterface;
using model::Vpc;
using model::VpcEndpoint;
using model::World;

// AWS lists the names from the start, but what has not been accepted must not be found by them.
bool is_known_in(const VpcEndpoint& endpoint, const Vpc& vpc) {
  return endpoint.owner == vpc.owner && endpoint.region == vpc.region &&
         endpoint.state == EndpointState::Available;
}

// "vpce-0123…-a1b2c3d4-ap-northeast-1a" names the endpoint "vpce-0123…".
const VpcEndpoint* endpoint_of_label(const World& world, std::string_view label) {
  constexpr std::string_view kPrefix = "vpce-";
  if (!label.starts_with(kPrefix)) {
    return nullptr;
  }
  const auto id_end = std::min(label.find('-', kPrefix.size()), label.size());
  return world.find(Id<VpcEndpoint>(std::string(label.substr(0, id_end))));
}

// The interface's addresses that the endpoint's names stand for.
// [EC2 API reference, DnsOptions: DnsRecordIpType]
std::vector<IpAddress> addresses_of(const World& world, const VpcEndpoint& endpoint,
                                    const EndpointSubnet& subnet) {
  const NetworkInterface* interface = world.find(subnet.network_interface);
  if (interface == nullptr) {
    return {};
  }
  const std::string& type = endpoint.dns_record_ip_type == "service-defined"
                                ? endpoint.ip_address_type
                                : endpoint.dns_record_ip_type;
  std::vector<IpAddress> addresses = model::addresses_of(*interface);
  std::erase_if(addresses, [&](const IpAddress& address) {
    return type != "dualstack" && address.is_v4() != (type == "ipv4");
  });
  return addresses;
}

// Whether what enters at `subnet` meets a healthy target: its NLB's node that it enters. AWS's
// own services are taken to be well.
bool leads_to_health(const World& world, const VpcEndpoint& endpoint,
                     const EndpointSubnet& subnet) {
  if (model::leads_to_aws(endpoint)) {
    return true;
  }
  const LoadBalancerZone* zone = model::entered_zone(world, subnet);
  return zone != nullptr && model::is_zone_healthy(world, *world.find(subnet.load_balancer), *zone);
}

// A zonal name goes on being answered when its zone has no healthy target.
std::optional<Node> zonal_node(const World& world, const VpcEndpoint& endpoint,
                               std::string_view name) {
  for (const EndpointSubnet& subnet : endpoint.subnets) {
    if (lower(model::zonal_name(endpoint, subnet.zone)) == name) {
      return Node{.addresses = addresses_of(world, endpoint, subnet)};
    }
  }
  return std::nullopt;
}

// Names of services have no addresses, but exist where endpoints' names are below them.
bool has_known_endpoint(const World& world, const Vpc& vpc, std::string_view service) {
  return std::ranges::any_of(world.all<VpcEndpoint>(), [&](const auto& row) {
    const std::string& own = row.second->service.value;  // of AWS's it may be two labels: api.ecr
    return (own == service || own.ends_with("." + std::string(service))) &&
           is_known_in(*row.second, vpc);
  });
}

}  // namespace

// [PrivateLink guide: the regional name is answered with the healthy interfaces. When none is
// healthy all are, as for the NLB's own name.]
Node regional_node(const World& world, const VpcEndpoint& endpoint) {
  Node all;
  Node healthy;
  for (const EndpointSubnet& subnet : endpoint.subnets) {
    const NetworkInterface* interface = world.find(subnet.network_interface);
    if (interface == nullptr) {
      continue;
    }
    const std::vector<IpAddress> own = addresses_of(world, endpoint, subnet);
    all.addresses.insert(all.addresses.end(), own.begin(), own.end());
    if (leads_to_health(world, endpoint, subnet) &&
        model::darkening(world, *interface) == nullptr) {
      healthy.addresses.insert(healthy.addresses.end(), own.begin(), own.end());
    }
  }
  return healthy.addresses.empty() ? all : healthy;
}

std::optional<Node> endpoint_node(const World& world, const Vpc& vpc, std::string_view zone,
                                  std::string_view below) {
  const auto parts = labels(below);
  if (parts.empty() || (parts.size() <= 2 && has_known_endpoint(world, vpc, below))) {
    return Node{};
  }
  const VpcEndpoint* endpoint = endpoint_of_label(world, parts[0]);
  if (endpoint == nullptr || !is_known_in(*endpoint, vpc)) {
    return std::nullopt;
  }
  const std::string name = fmt::format("{}.{}", below, zone);
  if (lower(model::regional_name(*endpoint)) == name) {
    return regional_node(world, *endpoint);
  }
  return zonal_node(world, *endpoint, name);
}

}  // namespace postern::dns
