// SPDX-License-Identifier: Apache-2.0
#include "api/ec2/endpoint_interfaces.h"

#include <algorithm>

#include "api/ec2/find.h"
#include "api/ec2/group_lookup.h"
#include "api/ec2/supported.h"
#include "model/addresses.h"
#include "model/aws_services.h"
#include "model/cross_region.h"
#include "model/security_group_rules.h"
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

// [spec 1.7: the words of AWS's answer]
Result<> check_remote(const model::Caller& caller, const model::Subnet& subnet) {
  const auto zones = model::remote_zone_ids(caller.account, subnet.region);
  if (std::ranges::count(zones, subnet.zone_id) == 0) {
    return refuse(faults::InvalidParameter,
                  "Only the following availability zones are supported for remote access: {}",
                  fmt::join(zones, ", "));
  }
  return {};
}

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
  if (model::is_cross_region(endpoint)) {
    TRY(check_remote(caller, *subnet));
    return subnet;
  }
  const auto zones = model::service_of(world, endpoint)->zone_ids;
  if (std::find(zones.begin(), zones.end(), subnet->zone_id) == zones.end()) {
    return refuse(faults::InvalidParameter,
                  "The VPC endpoint service {} does not support the availability zone of the "
                  "subnet: {}.",
                  endpoint.service_name, id);
  }
  return subnet;
}

Result<std::optional<IpAddress>> configured_address(const std::string& subnet,
                                                    const SubnetConfigurations& configurations,
                                                    model::AddressFamily family) {
  for (const SubnetConfiguration& configuration : configurations) {
    if (configuration.SubnetId != subnet) {
      continue;
    }
    const bool ipv4 = family == model::AddressFamily::Ipv4;
    const auto& text = ipv4 ? configuration.Ipv4 : configuration.Ipv6;
    if (!text) {
      return std::nullopt;
    }
    const auto address = IpAddress::parse(*text);
    if (!address || address->is_v4() != ipv4) {
      return refuse(faults::InvalidParameter, "'{}' is not an {} address", *text,
                    ipv4 ? "IPv4" : "IPv6");
    }
    return address;
  }
  return std::nullopt;
}

// From another region any NLB of the service, and whichever of its zones is well.
void pick_remote_node(Transaction& tx, const EndpointService& service, std::uint64_t start,
                      EndpointSubnet& subnet) {
  const auto& balancers = service.load_balancers;
  subnet.load_balancer = balancers[tx.ids().next() % balancers.size()];
  subnet.remote_zone_id =
      model::pick_remote_zone(tx.world(), *tx.world().find(subnet.load_balancer), start);
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

// "The selected subnets must have both IPv4 and IPv6 address ranges." [PrivateLink guide]
Result<> give_ipv6(Transaction& tx, const model::Subnet& subnet,
                   const std::optional<IpAddress>& wanted, model::NetworkInterface& interface) {
  if (!subnet.ipv6_block) {
    return refuse(faults::InvalidParameter,
                  "The IP address type 'dualstack' needs subnets with IPv6 CIDR blocks, and '{}' "
                  "has none",
                  subnet.id);
  }
  TRY_ASSIGN(const IpAddress address, model::allocate_ipv6_address(tx, subnet, wanted));
  interface.ipv6_addresses = {address};
  return {};
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
  if (groups.size() > kGroupsOfInterfaceMax) {
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
    const model::Subnet subnet = *found;
    TRY_ASSIGN(const auto wanted,
               configured_address(id, configurations, model::AddressFamily::Ipv4));
    TRY_ASSIGN(const auto ipv6, configured_address(id, configurations, model::AddressFamily::Ipv6));
    model::NetworkInterface made = draft(tx, endpoint);
    if (endpoint.ip_address_type == "dualstack") {
      TRY(give_ipv6(tx, subnet, ipv6, made));
    } else if (ipv6) {
      return refuse(faults::InvalidParameter,
                    "An IPv6 address needs an endpoint with IP address type 'dualstack'");
    }
    TRY_ASSIGN(const auto interface, model::add_interface(tx, subnet, wanted, std::move(made)));
    const EndpointService service = *model::service_of(tx.world(), endpoint);
    EndpointSubnet added{.subnet = subnet.id,
                         .zone = subnet.zone,
                         .zone_id = subnet.zone_id,
                         .network_interface = interface.id};
    if (model::is_cross_region(endpoint)) {
      pick_remote_node(tx, service, interface.number, added);
    } else {
      added.load_balancer = pick_load_balancer(tx, service, subnet.zone_id);
    }
    endpoint.subnets.push_back(std::move(added));
  }
  return {};
}

Result<> set_ip_types(const EndpointService& service, const std::string& type,
                      const std::optional<std::string>& record_type, VpcEndpoint& endpoint) {
  if (type != "ipv4" && type != "ipv6" && type != "dualstack") {
    return refuse(faults::InvalidParameter, "The IP address type '{}' is not valid", type);
  }
  if (type == "ipv6") {
    return refuse(faults::InvalidParameter,
                  "The IP address type 'ipv6' needs subnets with IPv6 alone, which are not "
                  "supported: use 'dualstack'");
  }
  if (!model::supports(service, "ipv4") ||
      (type == "dualstack" && !model::supports(service, "ipv6"))) {
    return refuse(faults::InvalidParameter,
                  "The VPC endpoint service {} does not support the IP address type '{}'",
                  service.name, type);
  }
  const std::string records = record_type.value_or(type);
  const bool fits = records == type || records == "service-defined" ||
                    (type == "dualstack" && (records == "ipv4" || records == "ipv6"));
  if (!fits) {
    return refuse(faults::InvalidParameter,
                  "The DNS record IP type '{}' does not fit the IP address type '{}'", records,
                  type);
  }
  endpoint.ip_address_type = type;
  endpoint.dns_record_ip_type = records;
  return {};
}

Result<> change_ip_types(Transaction& tx, VpcEndpoint& endpoint,
                         const std::optional<std::string>& type,
                         const std::optional<std::string>& record_type) {
  if (!type && !record_type) {
    return {};
  }
  const std::string wanted = type.value_or(endpoint.ip_address_type);
  const bool changes = wanted != endpoint.ip_address_type;
  const auto records =
      record_type || changes ? record_type : std::optional(endpoint.dns_record_ip_type);
  TRY(set_ip_types(*model::service_of(tx.world(), endpoint), wanted, records, endpoint));
  if (!changes) {
    return {};
  }
  for (const EndpointSubnet& subnet : endpoint.subnets) {
    model::NetworkInterface interface = *tx.world().find(subnet.network_interface);
    interface.ipv6_addresses.clear();
    if (wanted == "dualstack") {
      TRY(give_ipv6(tx, *tx.world().find(subnet.subnet), std::nullopt, interface));
    }
    tx.put(std::move(interface));
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
