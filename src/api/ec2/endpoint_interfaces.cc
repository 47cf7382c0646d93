// SPDX-License-Identifier: Apache-2.0
#include "api/ec2/endpoint_interfaces.h"

#include <algorithm>

#include "api/ec2/find.h"
#include "api/ec2/supported.h"
#include "model/addresses.h"
#include "model/target_health.h"

namespace postern::api::ec2 {
namespace {

using model::EndpointService;
using model::EndpointSubnet;
using model::Id;
using model::Transaction;
using model::VpcEndpoint;
using model::World;

// AWS's account that holds endpoint interfaces, as DescribeNetworkInterfaces shows it.
constexpr const char* kRequesterId = "727180483921";
// Security groups on one interface. [VPC quotas]
constexpr std::size_t kGroupsMax = 5;

// A subnet that this endpoint may have. One in a zone; the zone must be one of the service's,
// compared by id, since names differ between accounts. [PrivateLink guide, "Create an interface
// endpoint"]
Result<const model::Subnet*> usable_subnet(const World& world, const model::Caller& caller,
                                           const VpcEndpoint& endpoint, const std::string& id) {
  TRY_ASSIGN(const auto* const subnet, find<model::Subnet>(world, caller, id));
  if (subnet->vpc != endpoint.vpc) {
    return refuse(faults::InvalidSubnetIDNotFound,
                  "The subnet ID '{}' does not exist in the VPC "
                  "'{}'",
                  id, endpoint.vpc);
  }
  for (const EndpointSubnet& other : endpoint.subnets) {
    if (other.zone_id == subnet->zone_id) {
      return refuse(
          faults::DuplicateSubnetsInSameZone,
          "Found another VPC endpoint subnet in the availability zone of {}. VPC endpoint "
          "subnets should be in different availability zones supported by the VPC endpoint "
          "service.",
          id);
    }
  }
  const auto& zones = world.find(endpoint.service)->zone_ids;
  if (std::find(zones.begin(), zones.end(), subnet->zone_id) == zones.end()) {
    return refuse(faults::InvalidParameter,
                  "The VPC endpoint service {} does not support the availability zone of the "
                  "subnet: {}.",
                  endpoint.service_name, id);
  }
  return subnet;
}

Result<std::optional<IpAddress>> wanted_address(const std::string& subnet,
                                                const SubnetConfigurations& configurations) {
  for (const SubnetConfiguration& configuration : configurations) {
    if (configuration.SubnetId != subnet) {
      continue;
    }
    TRY(absent("SubnetConfiguration.Ipv6", configuration.Ipv6));
    if (!configuration.Ipv4) {
      return std::nullopt;
    }
    const auto address = IpAddress::parse(*configuration.Ipv4);
    if (!address || !address->is_v4()) {
      return refuse(faults::InvalidParameter, "'{}' is not an IPv4 address", *configuration.Ipv4);
    }
    return address;
  }
  return std::nullopt;
}

// The NLB of the service whose node in that zone takes the interface's connections. With several,
// AWS picks one at random at the first connection and stays with it; here the pick is at creation.
Id<model::LoadBalancer> pick_load_balancer(Transaction& tx, const EndpointService& service,
                                           const std::string& zone_id) {
  std::vector<Id<model::LoadBalancer>> candidates;
  for (const auto& arn : service.load_balancers) {
    const auto* load_balancer = tx.world().find(arn);
    if (load_balancer != nullptr && model::zone_of(*load_balancer, zone_id) != nullptr) {
      candidates.push_back(arn);
    }
  }
  return candidates.empty() ? Id<model::LoadBalancer>()
                            : candidates[tx.ids().next() % candidates.size()];
}

// As DescribeNetworkInterfaces shows an endpoint's interface. [PrivateLink guide; recorded answers]
model::NetworkInterface draft(Transaction& tx, const VpcEndpoint& endpoint) {
  return {
      .groups = endpoint.groups,
      .type = model::InterfaceType::VpcEndpoint,
      .description = fmt::format("VPC Endpoint Interface {}", endpoint.id),
      .requester_managed = true,
      .requester_id = kRequesterId,
      .attachment = model::Attachment{.id = tx.ids().ec2_id("ela-attach-"),
                                      .instance_owner_id = "amazon-aws",
                                      .device_index = 1,
                                      .delete_on_termination = false,
                                      .attached_at = tx.now()},
  };
}

Result<> check_configurations(const std::vector<std::string>& ids,
                              const SubnetConfigurations& configurations) {
  for (const SubnetConfiguration& configuration : configurations) {
    if (std::find(ids.begin(), ids.end(), configuration.SubnetId) == ids.end()) {
      return refuse(faults::InvalidParameter,
                    "The subnet {} of a subnet configuration is not among the endpoint's subnets",
                    configuration.SubnetId);
    }
  }
  return {};
}

}  // namespace

Result<std::vector<Id<model::SecurityGroup>>> endpoint_groups(const World& world,
                                                              const model::Caller& caller,
                                                              const Id<model::Vpc>& vpc,
                                                              const std::vector<std::string>& ids) {
  std::vector<Id<model::SecurityGroup>> groups;
  for (const std::string& id : ids) {
    TRY_ASSIGN(const auto* const group, find<model::SecurityGroup>(world, caller, id));
    if (group->vpc != vpc) {
      return refuse(faults::InvalidGroupNotFound,
                    "The security group '{}' does not exist in the VPC '{}'", id, vpc);
    }
    groups.push_back(group->id);
  }
  if (groups.size() > kGroupsMax) {
    return refuse(faults::SecurityGroupsPerInterfaceLimitExceeded,
                  "The maximum number of security groups per interface has been reached.");
  }
  for (const auto& [id, group] : world.all<model::SecurityGroup>()) {
    if (groups.empty() && group->vpc == vpc && group->name == "default") {
      groups.push_back(id);
    }
  }
  return groups;
}

Result<> add_subnets(Transaction& tx, const model::Caller& caller, VpcEndpoint& endpoint,
                     const std::vector<std::string>& ids,
                     const SubnetConfigurations& configurations) {
  TRY(check_configurations(ids, configurations));
  for (const std::string& id : ids) {
    TRY_ASSIGN(const auto* const found, usable_subnet(tx.world(), caller, endpoint, id));
    TRY_ASSIGN(const auto wanted, wanted_address(id, configurations));
    const model::Subnet subnet = *found;
    TRY_ASSIGN(const auto interface, model::add_interface(tx, subnet, wanted, draft(tx, endpoint)));
    const EndpointService& service = *tx.world().find(endpoint.service);
    endpoint.subnets.push_back({.subnet = subnet.id,
                                .zone = subnet.zone,
                                .zone_id = subnet.zone_id,
                                .network_interface = interface.id,
                                .load_balancer = pick_load_balancer(tx, service, subnet.zone_id)});
  }
  return {};
}

Result<> remove_subnets(Transaction& tx, VpcEndpoint& endpoint,
                        const std::vector<std::string>& ids) {
  for (const std::string& id : ids) {
    const auto at = std::find_if(endpoint.subnets.begin(), endpoint.subnets.end(),
                                 [&](const EndpointSubnet& s) { return s.subnet.value == id; });
    if (at == endpoint.subnets.end()) {
      return refuse(faults::InvalidSubnetIDNotFound,
                    "The subnet ID '{}' does not exist in the endpoint '{}'", id, endpoint.id);
    }
    tx.erase(at->network_interface);
    endpoint.subnets.erase(at);
  }
  return {};
}

void set_groups(Transaction& tx, const VpcEndpoint& endpoint) {
  for (const EndpointSubnet& subnet : endpoint.subnets) {
    model::NetworkInterface interface = *tx.world().find(subnet.network_interface);
    interface.groups = endpoint.groups;
    tx.put(interface);
  }
}

}  // namespace postern::api::ec2
