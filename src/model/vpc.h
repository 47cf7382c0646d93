// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <boost/describe/class.hpp>
#include <cstdint>

#include "base/net.h"
#include "model/account.h"
#include "model/tags.h"

namespace postern::model {

struct NetworkAcl;
struct RouteTable;

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
  Tags tags;
};
BOOST_DESCRIBE_STRUCT(Vpc, (),
                      (id, owner, region, cidr, is_default, enable_dns_support,
                       enable_dns_hostnames, main_route_table_id, main_route_table_association_id,
                       dhcp_options_id, number, services_port, tags))

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
  Tags tags;
};
BOOST_DESCRIBE_STRUCT(Subnet, (),
                      (id, owner, region, vpc, cidr, zone, zone_id, default_for_zone,
                       map_public_ip_on_launch, network_acl, network_acl_association_id,
                       route_table, route_table_association_id, number, tags))

// The router (base+1), the resolver (base+2) and the other addresses that AWS keeps: the first
// four of a subnet and its last. [VPC user guide, "Subnet CIDR blocks"]
bool is_reserved(const Subnet& subnet, const IpAddress& address);

// The address of the VPC's resolver: base of its CIDR plus two.
IpAddress resolver_address(const Vpc& vpc);

}  // namespace postern::model
