// SPDX-License-Identifier: Apache-2.0
// Endpoint services as their owner keeps them: create, describe, modify, delete.
#include <algorithm>

#include "api/ec2/actions.h"
#include "api/ec2/endpoint_private_dns.h"
#include "api/ec2/permission.h"
#include "api/ec2/select.h"
#include "api/ec2/service_item.h"
#include "api/ec2/tag_specification.h"
#include "api/ec2/unsuccessful.h"
#include "model/cross_region.h"
#include "model/endpoint_state.h"

namespace postern::api::ec2 {
namespace {

using model::EndpointService;
using model::Id;
using model::LoadBalancer;
using model::Transaction;
using model::World;

// ---- rules

const EndpointService* service_of(const World& world, const Id<LoadBalancer>& load_balancer) {
  for (const auto& [id, service] : world.all<EndpointService>()) {
    const auto& used = service->load_balancers;
    if (std::find(used.begin(), used.end(), load_balancer) != used.end()) {
      return service.get();
    }
  }
  return nullptr;
}

// An NLB of the caller's that no other service has: one NLB serves at most one service.
// [PrivateLink guide, "Create a service powered by PrivateLink"]
Result<const LoadBalancer*> usable_load_balancer(const World& world, const model::Caller& caller,
                                                 const std::string& arn,
                                                 const Id<EndpointService>& service) {
  const auto* found = world.find(Id<LoadBalancer>(arn));
  if (found == nullptr || !model::owns(caller, *found)) {
    return refuse(faults::InvalidParameter, "The Network Load Balancer '{}' does not exist", arn);
  }
  if (is_application(*found)) {
    return refuse(faults::InvalidParameter, "The load balancer '{}' is not a Network Load Balancer",
                  arn);
  }
  const EndpointService* holder = service_of(world, found->id);
  if (holder != nullptr && holder->id != service) {
    return refuse(faults::InvalidParameter,
                  "The Network Load Balancer '{}' is already associated with the endpoint service "
                  "'{}'",
                  arn, holder->id);
  }
  return found;
}

// The zones that the NLBs have enabled at this moment, by id.
std::vector<std::string> zone_ids(const World& world, const std::vector<Id<LoadBalancer>>& arns) {
  std::vector<std::string> ids;
  for (const auto& arn : arns) {
    for (const model::LoadBalancerZone& zone : world.find(arn)->zones) {
      ids.push_back(zone.zone_id);
    }
  }
  std::sort(ids.begin(), ids.end());
  ids.erase(std::unique(ids.begin(), ids.end()), ids.end());
  return ids;
}

// [PrivateLink guide, "Cross-Region access": of the provider]
Result<> check_remote_access(const World& world, const model::Caller& caller,
                             const EndpointService& service) {
  TRY(check_may(world, caller, kAllowMultiRegion));
  for (const auto& arn : service.load_balancers) {
    const auto& zones = world.find(arn)->zones;
    const auto remote = model::remote_zone_ids(service.owner, service.region);
    if (std::ranges::count_if(zones, [&](const model::LoadBalancerZone& zone) {
          return std::ranges::count(remote, zone.zone_id) != 0;
        }) < 2) {
      return refuse(faults::InvalidParameter,
                    "Access from other Regions needs Network Load Balancers in at least two "
                    "Availability Zones that support it ({}), and '{}' is not",
                    fmt::join(remote, ", "), arn);
    }
  }
  return {};
}

bool any_live_endpoint(const World& world, const Id<EndpointService>& service,
                       bool (*is_meant)(const model::VpcEndpoint&)) {
  const auto& endpoints = world.all<model::VpcEndpoint>();
  return std::any_of(endpoints.begin(), endpoints.end(), [&](const auto& row) {
    return row.second->service == service && model::is_live(row.second->state) &&
           is_meant(*row.second);
  });
}

bool has_live_endpoints(const World& world, const Id<EndpointService>& service) {
  return any_live_endpoint(world, service, [](const model::VpcEndpoint&) { return true; });
}

bool has_ipv6_endpoints(const World& world, const Id<EndpointService>& service) {
  return any_live_endpoint(world, service, [](const model::VpcEndpoint& endpoint) {
    return endpoint.ip_address_type != "ipv4";
  });
}

Result<> check_ip_types(const std::vector<std::string>& types) {
  for (const std::string& type : types) {
    if (type != "ipv4" && type != "ipv6") {
      return refuse(faults::InvalidParameter, "The IP address type '{}' is not valid", type);
    }
  }
  return {};
}

// [PrivateLink guide, "Create a service powered by AWS PrivateLink": "to support IPv6, all Network
// Load Balancers must use the dualstack IP address type"]
Result<> check_ip_types_carried(const World& world, const EndpointService& service) {
  if (service.ip_address_types.empty()) {
    return refuse(faults::InvalidParameter, "A service needs one supported IP address type");
  }
  if (!model::supports(service, "ipv6")) {
    return {};
  }
  for (const auto& arn : service.load_balancers) {
    if (world.find(arn)->ip_address_type != "dualstack") {
      return refuse(faults::InvalidParameter,
                    "The supported IP address type 'ipv6' needs Network Load Balancers with IP "
                    "address type 'dualstack', and '{}' has not",
                    arn);
    }
  }
  return {};
}

// The service's own region is always among them, and cannot be taken away. [EC2 API reference,
// ModifyVpcEndpointServiceConfiguration]
Result<> add_regions(const World& world, const model::Caller& caller, EndpointService& service,
                     const std::vector<std::string>& regions) {
  for (const std::string& region : regions) {
    if (!model::is_region_name(region)) {
      return refuse(faults::InvalidParameter, "The Region '{}' is not valid", region);
    }
    if (!model::is_offered_in(service, region)) {
      service.supported_regions.push_back(region);
    }
  }
  return service.supported_regions.empty() ? Result<>()
                                           : check_remote_access(world, caller, service);
}

Result<> remove_regions(EndpointService& service, const std::vector<std::string>& regions) {
  for (const std::string& region : regions) {
    if (region == service.region) {
      return refuse(faults::InvalidParameter, "The service's own region cannot be removed");
    }
    if (std::erase(service.supported_regions, region) == 0) {
      return refuse(faults::InvalidParameter, "The service '{}' does not support the Region '{}'",
                    service.id, region);
    }
  }
  return {};
}

// ---- CreateVpcEndpointServiceConfiguration

struct CreateServiceRequest {
  std::vector<std::string> NetworkLoadBalancerArn;
  std::vector<std::string> GatewayLoadBalancerArn;
  std::optional<bool> AcceptanceRequired;
  std::optional<std::string> PrivateDnsName;
  std::vector<std::string> SupportedIpAddressType;
  std::vector<std::string> SupportedRegion;
  std::optional<std::string> ClientToken;
  TagSpecifications TagSpecification;
};
BOOST_DESCRIBE_STRUCT(CreateServiceRequest, (),
                      (NetworkLoadBalancerArn, GatewayLoadBalancerArn, AcceptanceRequired,
                       PrivateDnsName, SupportedIpAddressType, SupportedRegion, ClientToken,
                       TagSpecification))

struct CreateServiceAnswer {
  ServiceItem serviceConfiguration;
  std::optional<std::string> clientToken;
};
BOOST_DESCRIBE_STRUCT(CreateServiceAnswer, (), (serviceConfiguration, clientToken))

Result<> check_create(const CreateServiceRequest& request) {
  if (request.NetworkLoadBalancerArn.empty() == request.GatewayLoadBalancerArn.empty()) {
    return refuse(faults::InvalidParameter,
                  "exactly one of network_load_balancer_arn or gateway_load_balancer_arn is a "
                  "required member");
  }
  if (!request.GatewayLoadBalancerArn.empty()) {
    return refuse(faults::Unsupported, "Gateway Load Balancers are not supported");
  }
  TRY(check_ip_types(request.SupportedIpAddressType));
  return {};
}

Result<CreateServiceAnswer> create_vpc_endpoint_service_configuration(
    Transaction& tx, const model::Caller& caller, const CreateServiceRequest& request) {
  TRY(check_create(request));
  EndpointService service{
      .id = Id<EndpointService>(tx.ids().ec2_id("vpce-svc-")),
      .owner = caller.account,
      .region = caller.region,
      .acceptance_required = request.AcceptanceRequired.value_or(true),
      .state = model::ServiceState::Available,
      .created_at = tx.now(),
  };
  service.name = fmt::format("com.amazonaws.vpce.{}.{}", caller.region, service.id);
  for (const std::string& arn : request.NetworkLoadBalancerArn) {
    TRY_ASSIGN(const auto* const load_balancer,
               usable_load_balancer(tx.world(), caller, arn, service.id));
    service.load_balancers.push_back(load_balancer->id);
  }
  service.zone_ids = zone_ids(tx.world(), service.load_balancers);
  if (!request.SupportedIpAddressType.empty()) {
    service.ip_address_types = request.SupportedIpAddressType;
  }
  TRY(check_ip_types_carried(tx.world(), service));
  TRY(add_regions(tx.world(), caller, service, request.SupportedRegion));
  if (!request.PrivateDnsName.value_or("").empty()) {
    TRY_ASSIGN(service.private_dns, private_dns_name(tx.ids(), *request.PrivateDnsName));
  }
  TRY_ASSIGN(service.tags, tags_for(request.TagSpecification, "vpc-endpoint-service"));
  tx.put(service);
  return CreateServiceAnswer{.serviceConfiguration = service_item(service),
                             .clientToken = request.ClientToken};
}

// ---- DescribeVpcEndpointServiceConfigurations

struct DescribeConfigurationsRequest {
  std::vector<std::string> ServiceId;
  Filters Filter;
  std::optional<int> MaxResults;
  std::optional<std::string> NextToken;
};
BOOST_DESCRIBE_STRUCT(DescribeConfigurationsRequest, (), (ServiceId, Filter, MaxResults, NextToken))

struct DescribeConfigurationsAnswer {
  std::vector<ServiceItem> serviceConfigurationSet;
  std::optional<std::string> nextToken;
};
BOOST_DESCRIBE_STRUCT(DescribeConfigurationsAnswer, (), (serviceConfigurationSet, nextToken))

const FilterTable<EndpointService>& configuration_filters() {
  static const FilterTable<EndpointService> kTable = {
      {"service-name", [](const EndpointService& s) { return Values{s.name}; }},
      {"service-id", [](const EndpointService& s) { return Values{s.id.value}; }},
      {"service-state",
       [](const EndpointService& s) { return Values{std::string(text(s.state))}; }},
      {"supported-ip-address-types", [](const EndpointService& s) { return s.ip_address_types; }},
  };
  return kTable;
}

Result<DescribeConfigurationsAnswer> describe_vpc_endpoint_service_configurations(
    const View& view, const DescribeConfigurationsRequest& request) {
  TRY_ASSIGN(const auto found,
             select<EndpointService>(view, request, request.ServiceId, configuration_filters()));
  DescribeConfigurationsAnswer answer{.nextToken = found.next_token};
  for (const EndpointService* service : found.records) {
    answer.serviceConfigurationSet.push_back(service_item(*service));
  }
  return answer;
}

// ---- ModifyVpcEndpointServiceConfiguration

struct ModifyServiceRequest {
  std::string ServiceId;
  std::optional<std::string> PrivateDnsName;
  std::optional<bool> RemovePrivateDnsName;
  std::optional<bool> AcceptanceRequired;
  std::vector<std::string> AddNetworkLoadBalancerArn;
  std::vector<std::string> RemoveNetworkLoadBalancerArn;
  std::vector<std::string> AddGatewayLoadBalancerArn;
  std::vector<std::string> RemoveGatewayLoadBalancerArn;
  std::vector<std::string> AddSupportedIpAddressType;
  std::vector<std::string> RemoveSupportedIpAddressType;
  std::vector<std::string> AddSupportedRegion;
  std::vector<std::string> RemoveSupportedRegion;
};
BOOST_DESCRIBE_STRUCT(ModifyServiceRequest, (),
                      (ServiceId, PrivateDnsName, RemovePrivateDnsName, AcceptanceRequired,
                       AddNetworkLoadBalancerArn, RemoveNetworkLoadBalancerArn,
                       AddGatewayLoadBalancerArn, RemoveGatewayLoadBalancerArn,
                       AddSupportedIpAddressType, RemoveSupportedIpAddressType, AddSupportedRegion,
                       RemoveSupportedRegion))

Result<> check_modify(const ModifyServiceRequest& request) {
  if (request.RemovePrivateDnsName.value_or(false) &&
      !request.PrivateDnsName.value_or("").empty()) {
    return refuse(faults::InvalidParameterCombination,
                  "PrivateDnsName and RemovePrivateDnsName cannot be specified together");
  }
  TRY(check_ip_types(request.AddSupportedIpAddressType));
  TRY(check_ip_types(request.RemoveSupportedIpAddressType));
  if (!request.AddGatewayLoadBalancerArn.empty() || !request.RemoveGatewayLoadBalancerArn.empty()) {
    return refuse(faults::Unsupported, "Gateway Load Balancers are not supported");
  }
  return {};
}

// A new name has to be verified anew; the same one stays as it is.
Result<> change_private_dns(IdSource& ids, EndpointService& service,
                            const ModifyServiceRequest& request) {
  const std::string name = request.PrivateDnsName.value_or("");
  if (request.RemovePrivateDnsName.value_or(false)) {
    service.private_dns.reset();
  } else if (!name.empty() && (!service.private_dns || service.private_dns->name != name)) {
    TRY_ASSIGN(service.private_dns, private_dns_name(ids, name));
  }
  return {};
}

Result<> remove_load_balancer(const World& world, EndpointService& service,
                              const std::string& arn) {
  const auto removed = std::erase(service.load_balancers, Id<LoadBalancer>(arn));
  if (removed == 0) {
    return refuse(faults::InvalidParameter,
                  "The load balancer '{}' is not associated with the service '{}'", arn,
                  service.id);
  }
  // [EC2 API, ModifyVpcEndpointServiceConfiguration; error-code page]
  if (has_live_endpoints(world, service.id)) {
    return refuse(faults::ExistingVpcEndpointConnections,
                  "Service has existing active VPC Endpoint connections!");
  }
  return {};
}

// An endpoint that uses a type keeps it.
Result<> change_service_ip_types(const World& world, EndpointService& service,
                                 const ModifyServiceRequest& request) {
  for (const std::string& type : request.RemoveSupportedIpAddressType) {
    std::erase(service.ip_address_types, type);
    if (type == "ipv6" && has_ipv6_endpoints(world, service.id)) {
      return refuse(faults::ExistingVpcEndpointConnections,
                    "Service has existing active VPC Endpoint connections!");
    }
  }
  for (const std::string& type : request.AddSupportedIpAddressType) {
    if (!model::supports(service, type)) {
      service.ip_address_types.push_back(type);
    }
  }
  return check_ip_types_carried(world, service);
}

// With nothing but ServiceId it re-reads the NLBs' zones: that is how a zone added to an NLB comes
// into the service. [PrivateLink guide, "Change the Availability Zones"]
Result<Done> modify_vpc_endpoint_service_configuration(Transaction& tx, const model::Caller& caller,
                                                       const ModifyServiceRequest& request) {
  TRY(check_modify(request));
  TRY_ASSIGN(const auto* const found, find<EndpointService>(tx.world(), caller, request.ServiceId));
  EndpointService service = *found;
  service.acceptance_required = request.AcceptanceRequired.value_or(service.acceptance_required);
  TRY(change_private_dns(tx.ids(), service, request));
  for (const std::string& arn : request.AddNetworkLoadBalancerArn) {
    TRY_ASSIGN(const auto* const added, usable_load_balancer(tx.world(), caller, arn, service.id));
    if (std::find(service.load_balancers.begin(), service.load_balancers.end(), added->id) ==
        service.load_balancers.end()) {
      service.load_balancers.push_back(added->id);
    }
  }
  for (const std::string& arn : request.RemoveNetworkLoadBalancerArn) {
    TRY(remove_load_balancer(tx.world(), service, arn));
  }
  if (service.load_balancers.empty()) {
    return refuse(faults::InvalidParameter, "A service needs at least one load balancer");
  }
  TRY(change_service_ip_types(tx.world(), service, request));
  TRY(remove_regions(service, request.RemoveSupportedRegion));
  TRY(add_regions(tx.world(), caller, service, request.AddSupportedRegion));
  service.zone_ids = zone_ids(tx.world(), service.load_balancers);
  tx.put(service);
  return Done{};
}

// ---- DeleteVpcEndpointServiceConfigurations

struct DeleteServicesRequest {
  std::vector<std::string> ServiceId;
};
BOOST_DESCRIBE_STRUCT(DeleteServicesRequest, (), (ServiceId))

// The endpoints that are still known keep the service's name, and nothing else of it.
Result<> delete_service(Transaction& tx, const model::Caller& caller, const std::string& id) {
  const auto found = find<EndpointService>(tx.world(), caller, id);
  if (!found) {
    // Here the code has another spelling than in the describe actions. [error-code page]
    return refuse(faults::InvalidVpcEndpointServiceNotFound, "{}", found.error().message());
  }
  if (has_live_endpoints(tx.world(), (*found)->id)) {
    return refuse(faults::ExistingVpcEndpointConnections,
                  "Service has existing active VPC Endpoint connections!");
  }
  tx.erase((*found)->id);
  return {};
}

Result<UnsuccessfulAnswer> delete_vpc_endpoint_service_configurations(
    Transaction& tx, const model::Caller& caller, const DeleteServicesRequest& request) {
  if (request.ServiceId.empty()) {
    return std::unexpected(wire::missing_parameter(wire::Dialect::Ec2, "ServiceId"));
  }
  return each_or_unsuccessful(
      request.ServiceId, [&](const std::string& id) { return delete_service(tx, caller, id); });
}

// ---- ModifyVpcEndpointServicePayerResponsibility ----

struct PayerRequest {
  std::string ServiceId;
  std::string PayerResponsibility;
};
BOOST_DESCRIBE_STRUCT(PayerRequest, (), (ServiceId, PayerResponsibility))

// "If you set the payer responsibility to the service owner, you cannot set it back to the endpoint
// owner." Nobody is billed here. [EC2 API reference, ModifyVpcEndpointServicePayerResponsibility]
Result<Done> modify_payer_responsibility(Transaction& tx, const model::Caller& caller,
                                         const PayerRequest& request) {
  if (request.PayerResponsibility != "ServiceOwner") {
    return refuse(faults::InvalidParameterValue,
                  "Value ({}) for parameter PayerResponsibility is invalid. Expected "
                  "'ServiceOwner'.",
                  request.PayerResponsibility);
  }
  TRY_ASSIGN(const auto* const found, find<EndpointService>(tx.world(), caller, request.ServiceId));
  EndpointService service = *found;
  service.owner_pays = true;
  tx.put(std::move(service));
  return Done{};
}

}  // namespace

std::vector<Action> endpoint_service_actions() {
  return {
      write<modify_payer_responsibility>("ModifyVpcEndpointServicePayerResponsibility"),
      write<create_vpc_endpoint_service_configuration>("CreateVpcEndpointServiceConfiguration"),
      read<describe_vpc_endpoint_service_configurations>(
          "DescribeVpcEndpointServiceConfigurations"),
      write<modify_vpc_endpoint_service_configuration>("ModifyVpcEndpointServiceConfiguration"),
      write<delete_vpc_endpoint_service_configurations>("DeleteVpcEndpointServiceConfigurations"),
  };
}

}  // namespace postern::api::ec2
