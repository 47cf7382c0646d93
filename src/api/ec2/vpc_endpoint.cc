// SPDX-License-Identifier: Apache-2.0
// VPC endpoints: create, describe, modify, delete.
#include <algorithm>

#include "api/ec2/actions.h"
#include "api/ec2/endpoint_interfaces.h"
#include "api/ec2/endpoint_private_dns.h"
#include "api/ec2/gateway_endpoint.h"
#include "api/ec2/permission.h"
#include "api/ec2/select.h"
#include "api/ec2/service_lookup.h"
#include "api/ec2/supported.h"
#include "api/ec2/tag_specification.h"
#include "api/ec2/unsuccessful.h"
#include "api/ec2/vpc_endpoint_item.h"
#include "model/connection_events.h"
#include "model/cross_region.h"
#include "model/endpoint_state.h"
#include "model/policy.h"
#include "model/quotas.h"

namespace postern::api::ec2 {
namespace {

using model::EndpointEvent;
using model::EndpointState;
using model::Id;
using model::Transaction;
using model::VpcEndpoint;

constexpr std::size_t kPolicyLengthMax = 20'480;
constexpr std::string_view kDefaultPolicy =
    R"({"Statement":[{"Action":"*","Effect":"Allow","Principal":"*","Resource":"*"}]})";

// ---- CreateVpcEndpoint

struct DnsOptionsRequest {
  std::optional<std::string> DnsRecordIpType;
  std::optional<bool> PrivateDnsOnlyForInboundResolverEndpoint;
};
BOOST_DESCRIBE_STRUCT(DnsOptionsRequest, (),
                      (DnsRecordIpType, PrivateDnsOnlyForInboundResolverEndpoint))

struct CreateEndpointRequest {
  std::optional<std::string> VpcEndpointType;
  std::string VpcId;
  std::string ServiceName;
  std::optional<std::string> PolicyDocument;
  std::vector<std::string> RouteTableId;
  std::vector<std::string> SubnetId;
  std::vector<std::string> SecurityGroupId;
  std::optional<std::string> IpAddressType;
  DnsOptionsRequest DnsOptions;
  std::optional<std::string> ClientToken;
  std::optional<bool> PrivateDnsEnabled;
  TagSpecifications TagSpecification;
  SubnetConfigurations SubnetConfiguration;
  std::optional<std::string> ServiceRegion;
};
BOOST_DESCRIBE_STRUCT(CreateEndpointRequest, (),
                      (VpcEndpointType, VpcId, ServiceName, PolicyDocument, RouteTableId, SubnetId,
                       SecurityGroupId, IpAddressType, DnsOptions, ClientToken, PrivateDnsEnabled,
                       TagSpecification, SubnetConfiguration, ServiceRegion))

struct CreateEndpointAnswer {
  EndpointItem vpcEndpoint;
  std::optional<std::string> clientToken;
};
BOOST_DESCRIBE_STRUCT(CreateEndpointAnswer, (), (vpcEndpoint, clientToken))

Result<> check_type(const CreateEndpointRequest& request) {
  const std::string type = request.VpcEndpointType.value_or("Gateway");
  for (const char* known : {"GatewayLoadBalancer", "Resource", "ServiceNetwork"}) {
    if (type == known) {
      return refuse(faults::Unsupported, "Endpoints of the type {} are not supported", type);
    }
  }
  if (type != "Interface" && type != "Gateway") {
    return refuse(faults::InvalidVpcEndpointType, "The endpoint type '{}' is not valid", type);
  }
  return {};
}

Result<> check_policy(const std::optional<std::string>& policy) {
  if (policy && policy->size() > kPolicyLengthMax) {
    return refuse(faults::InvalidParameter, "The policy is longer than {} characters",
                  kPolicyLengthMax);
  }
  if (policy && !model::parse_resource_policy(*policy)) {
    return refuse(faults::InvalidPolicyDocument,
                  "The specified policy document is not a valid JSON policy document.");
  }
  return {};
}

Result<> check_dns(std::string_view type, const std::optional<std::string>& ip_address_type,
                   const DnsOptionsRequest& options) {
  if (type == "Gateway") {
    TRY(only<std::string>("IpAddressType", ip_address_type, "ipv4"));
    TRY(only<std::string>("DnsOptions.DnsRecordIpType", options.DnsRecordIpType, "ipv4"));
  }
  return only("DnsOptions.PrivateDnsOnlyForInboundResolverEndpoint",
              options.PrivateDnsOnlyForInboundResolverEndpoint, false);
}

Result<> check_quota(const model::World& world, const Id<model::Vpc>& vpc) {
  int count = 0;
  for (const auto& [id, endpoint] : world.all<VpcEndpoint>()) {
    count +=
        endpoint->vpc == vpc && !is_gateway(*endpoint) && endpoint->state != EndpointState::Deleted
            ? 1
            : 0;
  }
  if (model::is_used_up(world, model::Quota::InterfaceEndpoints, count)) {
    return refuse(faults::VpcEndpointLimitExceeded,
                  "The maximum number of VPC endpoints has been reached ({} in a VPC)",
                  model::quota(world, model::Quota::InterfaceEndpoints));
  }
  return {};
}

VpcEndpoint new_endpoint(Transaction& tx, const model::Caller& caller, const model::Vpc& vpc,
                         const CreateEndpointRequest& request) {
  return {.id = Id<VpcEndpoint>(tx.ids().ec2_id("vpce-")),
          .owner = caller.account,
          .region = caller.region,
          .type = request.VpcEndpointType.value_or("Gateway"),
          .vpc = vpc.id,
          .service_name = request.ServiceName,
          .connection_id = tx.ids().ec2_id("vpce-con-"),
          .dns_suffix = tx.ids().lower_alnum(8),
          .policy_document = request.PolicyDocument.value_or(std::string(kDefaultPolicy)),
          .created_at = tx.now(),
          .number = tx.next_number()};
}

// The order of these checks, which decides what a request with several faults is told, is not
// documented; the service comes first, so that nothing else is learned of one that is not allowed.
Result<VpcEndpoint> interface_endpoint(Transaction& tx, const model::Caller& caller,
                                       const CreateEndpointRequest& request) {
  const std::string region = request.ServiceRegion.value_or(caller.region);
  if (region != caller.region) {
    TRY(check_may(tx.world(), caller, kAllowMultiRegion));
  }
  TRY_ASSIGN(const auto service, usable_service(tx.world(), caller, request.ServiceName, region));
  TRY_ASSIGN(const auto* const vpc, find<model::Vpc>(tx.world(), caller, request.VpcId));
  if (!request.RouteTableId.empty()) {
    return refuse(faults::InvalidParameter, "Route tables are for gateway endpoints only");
  }
  TRY(check_quota(tx.world(), vpc->id));
  VpcEndpoint endpoint = new_endpoint(tx, caller, *vpc, request);
  endpoint.service = service.id;
  TRY_ASSIGN(endpoint.groups,
             endpoint_groups(tx.world(), caller, endpoint.vpc, request.SecurityGroupId));
  TRY(set_ip_types(service, request.IpAddressType.value_or("ipv4"),
                   request.DnsOptions.DnsRecordIpType, endpoint));
  TRY(add_subnets(tx, caller, endpoint, request.SubnetId, request.SubnetConfiguration));
  // [EC2 API, CreateVpcEndpoint, PrivateDnsEnabled: on by default, for services of AWS's]
  const bool private_dns = model::leads_to_aws(endpoint) && service.private_dns.has_value();
  TRY(set_private_dns(tx, endpoint, request.PrivateDnsEnabled.value_or(private_dns)));
  return endpoint;
}

// Terraform says PrivateDnsEnabled for these too. [spec 1.7]
Result<VpcEndpoint> gateway_endpoint(Transaction& tx, const model::Caller& caller,
                                     const CreateEndpointRequest& request) {
  TRY(only<std::string>("ServiceRegion", request.ServiceRegion, caller.region));
  if (!find_gateway_service(caller.region, request.ServiceName)) {
    return refuse(faults::InvalidServiceName, "The Vpc Endpoint Service '{}' does not exist",
                  request.ServiceName);
  }
  TRY_ASSIGN(const auto* const vpc, find<model::Vpc>(tx.world(), caller, request.VpcId));
  if (!request.SubnetId.empty() || !request.SecurityGroupId.empty() ||
      !request.SubnetConfiguration.empty()) {
    return refuse(faults::InvalidParameter,
                  "Subnets and security groups are for interface endpoints only");
  }
  VpcEndpoint endpoint = new_endpoint(tx, caller, *vpc, request);
  endpoint.state = EndpointState::Available;
  TRY(add_route_tables(tx.world(), caller, endpoint, request.RouteTableId));
  return endpoint;
}

Result<CreateEndpointAnswer> create_vpc_endpoint(Transaction& tx, const model::Caller& caller,
                                                 const CreateEndpointRequest& request) {
  TRY(check_type(request));
  const std::string type = request.VpcEndpointType.value_or("Gateway");
  TRY(check_dns(type, request.IpAddressType, request.DnsOptions));
  TRY(check_policy(request.PolicyDocument));
  const bool gateway = type == "Gateway";
  TRY_ASSIGN(VpcEndpoint endpoint, gateway ? gateway_endpoint(tx, caller, request)
                                           : interface_endpoint(tx, caller, request));
  TRY_ASSIGN(endpoint.tags, tags_for(request.TagSpecification, "vpc-endpoint"));
  tx.put(endpoint);
  if (!gateway) {
    model::tell_connection(tx, endpoint.id, model::ConnectionEvent::Connect);
  }
  if (!gateway && !model::service_of(tx.world(), endpoint)->acceptance_required) {
    model::advance(tx, endpoint.id, EndpointEvent::Accept);
    model::tell_connection(tx, endpoint.id, model::ConnectionEvent::Accept);
  }
  return CreateEndpointAnswer{
      .vpcEndpoint = endpoint_item(tx.world(), *tx.world().find(endpoint.id)),
      .clientToken = request.ClientToken};
}

// ---- DescribeVpcEndpoints

struct DescribeEndpointsRequest {
  std::vector<std::string> VpcEndpointId;
  Filters Filter;
  std::optional<int> MaxResults;
  std::optional<std::string> NextToken;
};
BOOST_DESCRIBE_STRUCT(DescribeEndpointsRequest, (), (VpcEndpointId, Filter, MaxResults, NextToken))

struct DescribeEndpointsAnswer {
  std::vector<EndpointItem> vpcEndpointSet;
  std::optional<std::string> nextToken;
};
BOOST_DESCRIBE_STRUCT(DescribeEndpointsAnswer, (), (vpcEndpointSet, nextToken))

// AWS's documentation spells states in lowerCamel; both spellings are in use with clients.
std::vector<std::string> state_spellings(EndpointState state) {
  std::string lower(text(state));
  std::string upper = lower;
  upper[0] = static_cast<char>(upper[0] - 'a' + 'A');
  return {lower, upper};
}

const FilterTable<VpcEndpoint>& endpoint_filters() {
  static const FilterTable<VpcEndpoint> kTable = {
      {"ip-address-type", [](const VpcEndpoint& e) { return Values{e.ip_address_type}; }},
      {"service-name", [](const VpcEndpoint& e) { return Values{e.service_name}; }},
      {"service-region",
       [](const VpcEndpoint& e) { return Values{std::string(model::service_region(e))}; }},
      {"vpc-id", [](const VpcEndpoint& e) { return Values{e.vpc.value}; }},
      {"vpc-endpoint-id", [](const VpcEndpoint& e) { return Values{e.id.value}; }},
      {"vpc-endpoint-state", [](const VpcEndpoint& e) { return state_spellings(e.state); }},
      {"vpc-endpoint-type", [](const VpcEndpoint& e) { return Values{e.type}; }},
  };
  return kTable;
}

// A deleted endpoint is gone for its owner, while the provider's list still has it.
Result<const VpcEndpoint*> find_endpoint(const model::World& world, const model::Caller& caller,
                                         const std::string& id) {
  TRY_ASSIGN(const auto* const endpoint, find<VpcEndpoint>(world, caller, id));
  if (endpoint->state == EndpointState::Deleted) {
    return refuse_id(id_words<VpcEndpoint>(), id);
  }
  return endpoint;
}

Result<DescribeEndpointsAnswer> describe_vpc_endpoints(const View& view,
                                                       const DescribeEndpointsRequest& request) {
  for (const std::string& id : request.VpcEndpointId) {
    TRY(find_endpoint(view.world, view.caller, id));
  }
  TRY_ASSIGN(const auto found,
             select<VpcEndpoint>(view, request, request.VpcEndpointId, endpoint_filters()));
  DescribeEndpointsAnswer answer{.nextToken = found.next_token};
  for (const VpcEndpoint* endpoint : found.records) {
    if (endpoint->state != EndpointState::Deleted) {
      answer.vpcEndpointSet.push_back(endpoint_item(view.world, *endpoint));
    }
  }
  return answer;
}

// ---- ModifyVpcEndpoint

struct ModifyEndpointRequest {
  std::string VpcEndpointId;
  std::optional<bool> ResetPolicy;
  std::optional<std::string> PolicyDocument;
  std::vector<std::string> AddRouteTableId;
  std::vector<std::string> RemoveRouteTableId;
  std::vector<std::string> AddSubnetId;
  std::vector<std::string> RemoveSubnetId;
  std::vector<std::string> AddSecurityGroupId;
  std::vector<std::string> RemoveSecurityGroupId;
  std::optional<std::string> IpAddressType;
  DnsOptionsRequest DnsOptions;
  std::optional<bool> PrivateDnsEnabled;
  SubnetConfigurations SubnetConfiguration;
};
BOOST_DESCRIBE_STRUCT(ModifyEndpointRequest, (),
                      (VpcEndpointId, ResetPolicy, PolicyDocument, AddRouteTableId,
                       RemoveRouteTableId, AddSubnetId, RemoveSubnetId, AddSecurityGroupId,
                       RemoveSecurityGroupId, IpAddressType, DnsOptions, PrivateDnsEnabled,
                       SubnetConfiguration))

Result<> check_kind(const VpcEndpoint& endpoint, const ModifyEndpointRequest& request) {
  const bool tables = !request.AddRouteTableId.empty() || !request.RemoveRouteTableId.empty();
  const bool interfaces = !request.AddSubnetId.empty() || !request.RemoveSubnetId.empty() ||
                          !request.AddSecurityGroupId.empty() ||
                          !request.RemoveSecurityGroupId.empty() ||
                          !request.SubnetConfiguration.empty();
  if (tables && !is_gateway(endpoint)) {
    return refuse(faults::InvalidParameter, "Route tables are for gateway endpoints only");
  }
  if (interfaces && is_gateway(endpoint)) {
    return refuse(faults::InvalidParameter,
                  "Subnets and security groups are for interface endpoints only");
  }
  return {};
}

Result<> check_modify(const VpcEndpoint& endpoint, const ModifyEndpointRequest& request) {
  TRY(check_kind(endpoint, request));
  TRY(check_dns(endpoint.type, request.IpAddressType, request.DnsOptions));
  TRY(check_policy(request.PolicyDocument));
  if (!next(endpoint.state, EndpointEvent::Modify)) {
    return refuse(faults::IncorrectState, "The Vpc Endpoint '{}' is in the state {}", endpoint.id,
                  text(endpoint.state));
  }
  return {};
}

Result<> change_groups(const model::World& world, const model::Caller& caller,
                       VpcEndpoint& endpoint, const ModifyEndpointRequest& request) {
  std::vector<std::string> ids;
  for (const auto& group : endpoint.groups) {
    const auto& removed = request.RemoveSecurityGroupId;
    if (std::find(removed.begin(), removed.end(), group.value) == removed.end()) {
      ids.push_back(group.value);
    }
  }
  for (const std::string& id : request.AddSecurityGroupId) {
    if (std::find(ids.begin(), ids.end(), id) == ids.end()) {
      ids.push_back(id);
    }
  }
  if (ids.empty()) {
    return refuse(faults::InvalidParameter, "An endpoint needs at least one security group");
  }
  TRY_ASSIGN(endpoint.groups, endpoint_groups(world, caller, endpoint.vpc, ids));
  return {};
}

Result<> change_interfaces(Transaction& tx, const model::Caller& caller, VpcEndpoint& endpoint,
                           const ModifyEndpointRequest& request) {
  TRY(change_groups(tx.world(), caller, endpoint, request));
  TRY(remove_subnets(tx, endpoint, request.RemoveSubnetId));
  TRY(change_ip_types(tx, endpoint, request.IpAddressType, request.DnsOptions.DnsRecordIpType));
  TRY(add_subnets(tx, caller, endpoint, request.AddSubnetId, request.SubnetConfiguration));
  set_groups(tx, endpoint);
  return request.PrivateDnsEnabled ? set_private_dns(tx, endpoint, *request.PrivateDnsEnabled)
                                   : Result<>();
}

Result<Done> modify_vpc_endpoint(Transaction& tx, const model::Caller& caller,
                                 const ModifyEndpointRequest& request) {
  TRY_ASSIGN(const auto* const found, find_endpoint(tx.world(), caller, request.VpcEndpointId));
  TRY(check_modify(*found, request));
  VpcEndpoint endpoint = *found;
  if (is_gateway(endpoint)) {
    TRY(remove_route_tables(endpoint, request.RemoveRouteTableId));
    TRY(add_route_tables(tx.world(), caller, endpoint, request.AddRouteTableId));
  } else {
    TRY(change_interfaces(tx, caller, endpoint, request));
  }
  endpoint.policy_document = request.PolicyDocument.value_or(endpoint.policy_document);
  if (request.ResetPolicy.value_or(false)) {
    endpoint.policy_document = std::string(kDefaultPolicy);
  }
  tx.put(endpoint);
  if (!is_gateway(endpoint)) {
    model::advance(tx, endpoint.id, EndpointEvent::Modify);
  }
  return Done{};
}

// ---- DeleteVpcEndpoints

struct DeleteEndpointsRequest {
  std::vector<std::string> VpcEndpointId;
};
BOOST_DESCRIBE_STRUCT(DeleteEndpointsRequest, (), (VpcEndpointId))

Result<> delete_endpoint(Transaction& tx, const model::Caller& caller, const std::string& id) {
  const auto found = find_endpoint(tx.world(), caller, id);
  if (!found) {
    // Here the code has another spelling than in DescribeVpcEndpoints. [error-code page]
    return refuse(faults::InvalidVpcEndpointNotFound, "The Vpc Endpoint Id '{}' does not exist",
                  id);
  }
  if (model::advance(tx, model::Id<VpcEndpoint>(id), EndpointEvent::Delete)) {
    model::tell_connection(tx, model::Id<VpcEndpoint>(id), model::ConnectionEvent::Delete);
  }
  return {};
}

Result<UnsuccessfulAnswer> delete_vpc_endpoints(Transaction& tx, const model::Caller& caller,
                                                const DeleteEndpointsRequest& request) {
  if (request.VpcEndpointId.empty()) {
    return std::unexpected(wire::missing_parameter(wire::Dialect::Ec2, "VpcEndpointId"));
  }
  return each_or_unsuccessful(request.VpcEndpointId, [&](const std::string& id) {
    return delete_endpoint(tx, caller, id);
  });
}

}  // namespace

std::vector<Action> vpc_endpoint_actions() {
  return {
      write<create_vpc_endpoint>("CreateVpcEndpoint"),
      read<describe_vpc_endpoints>("DescribeVpcEndpoints"),
      write<modify_vpc_endpoint>("ModifyVpcEndpoint"),
      write<delete_vpc_endpoints>("DeleteVpcEndpoints"),
  };
}

}  // namespace postern::api::ec2
