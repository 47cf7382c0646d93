// SPDX-License-Identifier: Apache-2.0
// The zones of a Network Load Balancer: which subnets a request chooses, and the node that each
// zone gets, a network interface with one private address.
#pragma once

#include <boost/describe/class.hpp>
#include <optional>
#include <string>
#include <vector>

#include "api/action/action.h"
#include "model/transaction.h"

namespace postern::api::elbv2 {

// SubnetMappings.member.N of a request.
struct SubnetMapping {
  std::optional<std::string> SubnetId;
  std::optional<std::string> AllocationId;
  std::optional<std::string> PrivateIPv4Address;
  std::optional<std::string> IPv6Address;
  std::optional<std::string> SourceNatIpv6Prefix;
};
BOOST_DESCRIBE_STRUCT(SubnetMapping, (),
                      (SubnetId, AllocationId, PrivateIPv4Address, IPv6Address,
                       SourceNatIpv6Prefix))

// AvailabilityZones of an answer. An address is listed only where the caller chose it; the others
// are seen at the node's network interface.
struct LoadBalancerAddress {
  std::optional<std::string> IpAddress;  // of an elastic IP
  std::optional<std::string> AllocationId;
  std::optional<std::string> PrivateIPv4Address;
  std::optional<std::string> IPv6Address;
};
BOOST_DESCRIBE_STRUCT(LoadBalancerAddress, (),
                      (IpAddress, AllocationId, PrivateIPv4Address, IPv6Address))

struct AvailabilityZone {
  std::string ZoneName;
  std::string SubnetId;
  std::vector<LoadBalancerAddress> LoadBalancerAddresses;
};
BOOST_DESCRIBE_STRUCT(AvailabilityZone, (), (ZoneName, SubnetId, LoadBalancerAddresses))

std::vector<AvailabilityZone> availability_zones(const model::World& world,
                                                 const model::LoadBalancer& load_balancer);

// A subnet to have a node in, and the node's addresses where the caller chooses them.
struct ZoneChoice {
  const model::Subnet* subnet;
  std::optional<IpAddress> address;
  std::optional<IpAddress> ipv6_address;
  model::Id<model::ElasticIp> elastic_ip;  // empty: none
};

// What Subnets or SubnetMappings ask for: exactly one of them, at least one subnet, all the
// caller's own, of one VPC, one a zone, and for an Application Load Balancer two zones. Of
// `load_balancer` the type, the scheme and the IP address type are looked at.
Result<std::vector<ZoneChoice>> choose_zones(const model::World& world, const model::Caller& caller,
                                             const std::vector<std::string>& subnets,
                                             const std::vector<SubnetMapping>& mappings,
                                             const model::LoadBalancer& load_balancer);

// Adds the zone of `choice` and its node to `load_balancer`, which the caller puts afterwards.
// InvalidSubnet when the subnet is short of addresses.
Result<> add_zone(model::Transaction& tx, model::LoadBalancer& load_balancer,
                  const ZoneChoice& choice);

// Makes it `ipv4` or `dualstack`: gives its nodes IPv6 addresses, or takes them. The caller puts it
// afterwards. InvalidConfigurationRequest where its listeners or its endpoint service are in the
// way, InvalidSubnet where a subnet has no IPv6 CIDR.
Result<> change_ip_address_type(model::Transaction& tx, model::LoadBalancer& load_balancer,
                                const std::string& type);

// SetSubnets.
std::vector<Action> load_balancer_zone_actions();

}  // namespace postern::api::elbv2
