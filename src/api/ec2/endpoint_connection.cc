// SPDX-License-Identifier: Apache-2.0
// The provider's side of endpoints: the connections to its services, accepted and rejected.
#include "api/ec2/actions.h"
#include "api/ec2/dns_entry.h"
#include "api/ec2/filters.h"
#include "api/ec2/find.h"
#include "api/ec2/pages.h"
#include "api/ec2/unsuccessful.h"
#include "model/connection_events.h"
#include "model/cross_region.h"
#include "model/endpoint_state.h"

namespace postern::api::ec2 {
namespace {

using model::EndpointEvent;
using model::EndpointService;
using model::Id;
using model::VpcEndpoint;

// ---- DescribeVpcEndpointConnections

struct DescribeConnectionsRequest {
  Filters Filter;
  std::optional<int> MaxResults;
  std::optional<std::string> NextToken;
};
BOOST_DESCRIBE_STRUCT(DescribeConnectionsRequest, (), (Filter, MaxResults, NextToken))

struct ConnectionItem {
  std::string serviceId;
  std::string vpcEndpointId;
  std::string vpcEndpointOwner;
  std::string vpcEndpointState;
  TimePoint creationTimestamp;
  std::vector<DnsEntry> dnsEntrySet;
  std::vector<std::string> networkLoadBalancerArnSet;
  std::string ipAddressType;
  std::string vpcEndpointConnectionId;
  std::vector<std::string> tagSet;
  std::string vpcEndpointRegion;
};
BOOST_DESCRIBE_STRUCT(ConnectionItem, (),
                      (serviceId, vpcEndpointId, vpcEndpointOwner, vpcEndpointState,
                       creationTimestamp, dnsEntrySet, networkLoadBalancerArnSet, ipAddressType,
                       vpcEndpointConnectionId, tagSet, vpcEndpointRegion))

struct DescribeConnectionsAnswer {
  std::vector<ConnectionItem> vpcEndpointConnectionSet;
  std::optional<std::string> nextToken;
};
BOOST_DESCRIBE_STRUCT(DescribeConnectionsAnswer, (), (vpcEndpointConnectionSet, nextToken))

// A connection is an endpoint as the service's owner sees it; it has no tags of the consumer's.
struct Connection {
  const VpcEndpoint* endpoint;
  const EndpointService* service;
};

// Its own, and of all that come from other regions also `cross-region`. [EC2 API reference,
// DescribeVpcEndpointConnections: filters]
Values regions_of(const Connection& connection) {
  Values regions = {connection.endpoint->region};
  if (model::is_cross_region(*connection.endpoint)) {
    regions.emplace_back("cross-region");
  }
  return regions;
}

const FilterTable<Connection>& connection_filters() {
  static const FilterTable<Connection> kTable = {
      {"ip-address-type", [](const Connection& c) { return Values{c.endpoint->ip_address_type}; }},
      {"service-id", [](const Connection& c) { return Values{c.service->id.value}; }},
      {"vpc-endpoint-owner", [](const Connection& c) { return Values{c.endpoint->owner.value}; }},
      {"vpc-endpoint-region", regions_of},
      {"vpc-endpoint-state",
       [](const Connection& c) { return Values{std::string(text(c.endpoint->state))}; }},
      {"vpc-endpoint-id", [](const Connection& c) { return Values{c.endpoint->id.value}; }},
  };
  return kTable;
}

ConnectionItem connection_item(const Connection& connection) {
  const VpcEndpoint& endpoint = *connection.endpoint;
  ConnectionItem item{
      .serviceId = connection.service->id.value,
      .vpcEndpointId = endpoint.id.value,
      .vpcEndpointOwner = endpoint.owner.value,
      .vpcEndpointState = std::string(text(endpoint.state)),
      .creationTimestamp = endpoint.created_at,
      .dnsEntrySet = dns_entries(endpoint),
      .ipAddressType = endpoint.ip_address_type,
      .vpcEndpointConnectionId = endpoint.connection_id,
      .vpcEndpointRegion = endpoint.region,
  };
  for (const auto& arn : connection.service->load_balancers) {
    item.networkLoadBalancerArnSet.push_back(arn.value);
  }
  return item;
}

Result<DescribeConnectionsAnswer> describe_vpc_endpoint_connections(
    const View& view, const DescribeConnectionsRequest& request) {
  TRY(connection_filters().check(request.Filter));
  TRY_ASSIGN(const Page page, page_of(request.MaxResults, request.NextToken));
  std::vector<Connection> found;
  for (const auto& [id, endpoint] : view.world.all<VpcEndpoint>()) {
    const auto* service = view.world.find(endpoint->service);
    if (service != nullptr && model::owns(view.caller, *service)) {
      const Connection connection{.endpoint = endpoint.get(), .service = service};
      if (connection_filters().matches(request.Filter, connection)) {
        found.push_back(connection);
      }
    }
  }
  DescribeConnectionsAnswer answer;
  answer.nextToken =
      cut_to_page(page, found, [](const Connection& c) { return c.endpoint->id.value; });
  for (const Connection& connection : found) {
    answer.vpcEndpointConnectionSet.push_back(connection_item(connection));
  }
  return answer;
}

// ---- AcceptVpcEndpointConnections, RejectVpcEndpointConnections

struct DecideRequest {
  std::string ServiceId;
  std::vector<std::string> VpcEndpointId;
};
BOOST_DESCRIBE_STRUCT(DecideRequest, (), (ServiceId, VpcEndpointId))

// Deciding again what is decided already changes nothing and is no error (AWS does not say).
bool is_decided(model::EndpointState state, EndpointEvent event) {
  return event == EndpointEvent::Accept ? model::forwards(state)
                                        : state == model::EndpointState::Rejected;
}

Result<> decide_one(model::Transaction& tx, const Id<EndpointService>& service,
                    const std::string& id, EndpointEvent event) {
  const auto* endpoint = tx.world().find(Id<VpcEndpoint>(id));
  if (endpoint == nullptr || endpoint->service != service) {
    return refuse(faults::InvalidVpcEndpointNotFound, "The Vpc Endpoint Id '{}' does not exist",
                  id);
  }
  if (is_decided(endpoint->state, event)) {
    return {};
  }
  if (model::advance(tx, endpoint->id, event)) {
    model::tell_connection(tx, Id<VpcEndpoint>(id),
                           event == EndpointEvent::Accept ? model::ConnectionEvent::Accept
                                                          : model::ConnectionEvent::Reject);
    return {};
  }
  return refuse(faults::IncorrectState, "The Vpc Endpoint '{}' is in the state {}", id,
                text(endpoint->state));
}

Result<UnsuccessfulAnswer> decide(model::Transaction& tx, const model::Caller& caller,
                                  const DecideRequest& request, EndpointEvent event) {
  TRY_ASSIGN(const auto* const found, find<EndpointService>(tx.world(), caller, request.ServiceId));
  if (request.VpcEndpointId.empty()) {
    return std::unexpected(wire::missing_parameter(wire::Dialect::Ec2, "VpcEndpointId"));
  }
  const Id<EndpointService> service = found->id;
  return each_or_unsuccessful(request.VpcEndpointId, [&](const std::string& id) {
    return decide_one(tx, service, id, event);
  });
}

Result<UnsuccessfulAnswer> accept_vpc_endpoint_connections(model::Transaction& tx,
                                                           const model::Caller& caller,
                                                           const DecideRequest& request) {
  return decide(tx, caller, request, EndpointEvent::Accept);
}

Result<UnsuccessfulAnswer> reject_vpc_endpoint_connections(model::Transaction& tx,
                                                           const model::Caller& caller,
                                                           const DecideRequest& request) {
  return decide(tx, caller, request, EndpointEvent::Reject);
}

}  // namespace

std::vector<Action> endpoint_connection_actions() {
  return {
      read<describe_vpc_endpoint_connections>("DescribeVpcEndpointConnections"),
      write<accept_vpc_endpoint_connections>("AcceptVpcEndpointConnections"),
      write<reject_vpc_endpoint_connections>("RejectVpcEndpointConnections"),
  };
}

}  // namespace postern::api::ec2
