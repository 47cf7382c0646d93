// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <boost/describe/class.hpp>
#include <cstdint>
#include <optional>
#include <vector>

#include "base/net.h"
#include "model/account.h"
#include "model/tags.h"

namespace postern::model {

struct NetworkAcl;
struct RouteTable;

// A CIDR that a VPC or a subnet has beside its first, and by which name it can be taken away.
struct CidrBlock {
  std::string association_id;  // vpc-cidr-assoc-…, subnet-cidr-assoc-…
  Cidr cidr;
};
BOOST_DESCRIBE_STRUCT(CidrBlock, (), (association_id, cidr))

struct Vpc {
  static constexpr const char* kTable = "vpc";
  Id<Vpc> id;
  Id<Account> owner;
  std::string region;
  Cidr cidr;
  bool is_default = false;
  bool enable_dns_support = true;
  bool enable_dns_hostnames = false;
  Id<RouteTable> main_route_table_id;           // of subnets that have no table of their own
  std::string main_route_table_association_id;  // rtbassoc-…, another with each association
  std::string dhcp_options_id;                  // dopt-…
  std::uint32_t number = 0;                     // its scope in the data plane; never used again
  std::uint32_t services_port = 0;              // ifindex of its services namespace's link
  std::vector<CidrBlock> ipv4_blocks;           // beside `cidr`, the primary one
  std::vector<CidrBlock> ipv6_blocks;
  bool network_address_usage_metrics = false;  // a record: there are no such metrics
  Tags tags;
};
BOOST_DESCRIBE_STRUCT(Vpc, (),
                      (id, owner, region, cidr, is_default, enable_dns_support,
                       enable_dns_hostnames, main_route_table_id, main_route_table_association_id,
                       dhcp_options_id, number, services_port, ipv4_blocks, ipv6_blocks,
                       network_address_usage_metrics, tags))

// Whether i-….<region>.compute.internal has records. [EC2 user guide, "EC2 instance hostnames and
// domains": resource name]
struct ResourceName {
  bool a = false;
  bool aaaa = false;
};
BOOST_DESCRIBE_STRUCT(ResourceName, (), (a, aaaa))

struct Subnet {
  static constexpr const char* kTable = "subnet";
  Id<Subnet> id;
  Id<Account> owner;
  std::string region;
  Id<Vpc> vpc;
  Cidr cidr;
  std::string zone;     // name as the owner sees it: ap-northeast-1a
  std::string zone_id;  // apne1-az4: the same place for every account
  bool default_for_zone = false;
  bool map_public_ip_on_launch = false;
  Id<NetworkAcl> network_acl;
  std::string network_acl_association_id;  // aclassoc-…, another with each association
  Id<RouteTable> route_table;              // empty: the VPC's main one
  std::string route_table_association_id;  // rtbassoc-…, if it has a table of its own
  std::uint32_t number = 0;                // its name in the data plane; never used again
  std::optional<CidrBlock> ipv6_block;     // a /64 of one of the VPC's
  bool assign_ipv6_address_on_creation = false;
  bool enable_dns64 = false;    // a record: there is no NAT64 behind it
  ResourceName instance_names;  // of instances launched from now on
  Tags tags;
};
BOOST_DESCRIBE_STRUCT(Subnet, (),
                      (id, owner, region, vpc, cidr, zone, zone_id, default_for_zone,
                       map_public_ip_on_launch, network_acl, network_acl_association_id,
                       route_table, route_table_association_id, number, ipv6_block,
                       assign_ipv6_address_on_creation, enable_dns64, instance_names, tags))

// The router (base+1), the resolver (base+2) and the other addresses that AWS keeps: the first
// four of a subnet and its last. [VPC user guide, "Subnet CIDR blocks"]
bool is_reserved(const Subnet& subnet, const IpAddress& address);

// The same of a subnet's IPv6 CIDR, a /64.
bool is_reserved_ipv6(const Cidr& block, const IpAddress& address);

// All CIDRs of the VPC, of both families, the primary one first; and those of IPv4.
std::vector<Cidr> cidrs_of(const Vpc& vpc);
std::vector<Cidr> ipv4_cidrs_of(const Vpc& vpc);

// Whether the address is in one of them.
bool is_within(const Vpc& vpc, const IpAddress& address);

// The address of the VPC's resolver: base of its primary CIDR plus two.
IpAddress resolver_address(const Vpc& vpc);

}  // namespace postern::model
