// SPDX-License-Identifier: Apache-2.0
// PrivateLink: endpoint services (the provider's side) and VPC endpoints (the consumer's).
#pragma once

#include <boost/describe/class.hpp>
#include <boost/describe/enum.hpp>

#include "model/load_balancer.h"

namespace postern::model {

struct AllowedPrincipal {
  std::string permission_id;  // vpce-svc-perm-…
  std::string principal;      // an ARN, or *
  std::string type;           // All, Service, OrganizationUnit, Account, User, Role
};
BOOST_DESCRIBE_STRUCT(AllowedPrincipal, (), (permission_id, principal, type))

enum class ServiceState { Pending, Available, Deleting, Deleted, Failed };
BOOST_DESCRIBE_ENUM(ServiceState, Pending, Available, Deleting, Deleted, Failed)

// Whether the owner of a service has shown that the domain of its private DNS name is its own.
enum class DnsNameState { PendingVerification, Verified, Failed };
BOOST_DESCRIBE_ENUM(DnsNameState, PendingVerification, Verified, Failed)

// The name that consumers may use in place of their endpoint's own, and the TXT record that shows
// whose domain it is: `record_name`.<domain> with the value `record_value`.
struct PrivateDnsName {
  std::string name;  // lower case; may begin with *.
  DnsNameState state = DnsNameState::PendingVerification;
  std::string record_name;   // _6e86v84tqgqubxbwii1m
  std::string record_value;  // vpce:l6p0ERxlTt45jevFwOCp
};
BOOST_DESCRIBE_STRUCT(PrivateDnsName, (), (name, state, record_name, record_value))

struct EndpointService {
  static constexpr const char* kTable = "endpoint_service";
  Id<EndpointService> id;  // vpce-svc-…
  Id<Account> owner;
  std::string region;
  std::vector<std::string> supported_regions;  // whose VPCs may have endpoints, beside its own
  std::string name;                            // com.amazonaws.vpce.<region>.<id>
  std::vector<Id<LoadBalancer>> load_balancers;
  std::vector<std::string> zone_ids;                     // as the NLBs had them when last read
  std::vector<std::string> ip_address_types = {"ipv4"};  // that its endpoints may have
  bool acceptance_required = true;
  std::vector<AllowedPrincipal> allowed_principals;
  ServiceState state = ServiceState::Pending;
  std::optional<PrivateDnsName> private_dns;
  bool owner_pays = false;  // for its consumers' endpoints
  TimePoint created_at;
  Tags tags;
};
BOOST_DESCRIBE_STRUCT(EndpointService, (),
                      (id, owner, region, supported_regions, name, load_balancers, zone_ids,
                       ip_address_types, acceptance_required, allowed_principals, state,
                       private_dns, owner_pays, created_at, tags))

// Whether endpoints of the service may have addresses of the type: ipv4 or ipv6.
bool supports(const EndpointService& service, std::string_view ip_address_type);

enum class EndpointState {
  PendingAcceptance,
  Pending,
  Available,
  Rejected,
  Deleting,
  Deleted,
  Failed,
  Expired
};
BOOST_DESCRIBE_ENUM(EndpointState, PendingAcceptance, Pending, Available, Rejected, Deleting,
                    Deleted, Failed, Expired)

// One zone of an interface endpoint.
struct EndpointSubnet {
  Id<Subnet> subnet;
  std::string zone;
  std::string zone_id;
  Id<NetworkInterface> network_interface;
  Id<LoadBalancer> load_balancer;  // the NLB that its connections enter, in this zone
  // Of an endpoint to a service in another region, the zone there whose node its connections enter.
  std::string remote_zone_id;
};
BOOST_DESCRIBE_STRUCT(EndpointSubnet, (),
                      (subnet, zone, zone_id, network_interface, load_balancer, remote_zone_id))

// An endpoint and its connection are one object with two views.
struct VpcEndpoint {
  static constexpr const char* kTable = "vpc_endpoint";
  Id<VpcEndpoint> id;  // vpce-…
  Id<Account> owner;
  std::string region;
  std::string type;  // Interface, or Gateway: a record that no packet passes through
  Id<Vpc> vpc;
  std::string service_name;
  Id<EndpointService> service;
  std::string connection_id;  // vpce-con-…
  std::vector<EndpointSubnet> subnets;
  std::vector<Id<RouteTable>> route_tables;  // of a gateway endpoint
  std::vector<Id<SecurityGroup>> groups;
  std::string dns_suffix;                   // 8 characters in all its names
  std::string ip_address_type = "ipv4";     // ipv4, ipv6, dualstack
  std::string dns_record_ip_type = "ipv4";  // and service-defined
  std::string policy_document;
  std::string private_zone_id;  // Z…, of its private DNS name's zone; empty: private DNS is off
  EndpointState state = EndpointState::PendingAcceptance;
  TimePoint state_since;
  TimePoint created_at;
  TimePoint deleted_at;          // set with Deleted; the provider sees the row an hour longer
  std::uint32_t number = 0;      // its name in the data plane; never used again
  std::uint32_t connection = 0;  // new at each acceptance: flows of an older one are cut
  Tags tags;
};
BOOST_DESCRIBE_STRUCT(VpcEndpoint, (),
                      (id, owner, region, type, vpc, service_name, service, connection_id, subnets,
                       route_tables, groups, dns_suffix, ip_address_type, dns_record_ip_type,
                       policy_document, private_zone_id, state, state_since, created_at, deleted_at,
                       number, connection, tags))

}  // namespace postern::model
