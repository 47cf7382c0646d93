// SPDX-License-Identifier: Apache-2.0
// What stands between a VPC and an internet that is not there: gateways and public addresses, as
// objects. No packet passes through them.
#pragma once

#include <boost/describe/class.hpp>

#include "model/network_interface.h"

namespace postern::model {

struct InternetGateway {
  static constexpr const char* kTable = "internet_gateway";
  Id<InternetGateway> id;
  Id<Account> owner;
  std::string region;
  Id<Vpc> vpc;  // empty: detached
  Tags tags;
};
BOOST_DESCRIBE_STRUCT(InternetGateway, (), (id, owner, region, vpc, tags))

// For IPv6, to the outside only. It belongs to its VPC from its creation to its end.
struct EgressOnlyInternetGateway {
  static constexpr const char* kTable = "egress_only_internet_gateway";
  Id<EgressOnlyInternetGateway> id;  // eigw-…
  Id<Account> owner;
  std::string region;
  Id<Vpc> vpc;
  Tags tags;
};
BOOST_DESCRIBE_STRUCT(EgressOnlyInternetGateway, (), (id, owner, region, vpc, tags))

struct ElasticIp {
  static constexpr const char* kTable = "elastic_ip";
  Id<ElasticIp> id;  // eipalloc-…
  Id<Account> owner;
  std::string region;
  IpAddress public_ip;                     // no other in any region has it
  std::string association_id;              // eipassoc-…; empty: not associated
  Id<NetworkInterface> network_interface;  // which it is associated with
  Tags tags;
};
BOOST_DESCRIBE_STRUCT(ElasticIp, (),
                      (id, owner, region, public_ip, association_id, network_interface, tags))

struct NatGateway {
  static constexpr const char* kTable = "nat_gateway";
  Id<NatGateway> id;
  Id<Account> owner;
  std::string region;
  Id<Vpc> vpc;
  Id<Subnet> subnet;
  Id<NetworkInterface> network_interface;
  bool is_public = true;  // it has the elastic IP of its interface
  TimePoint created_at;
  Tags tags;
};
BOOST_DESCRIBE_STRUCT(NatGateway, (),
                      (id, owner, region, vpc, subnet, network_interface, is_public, created_at,
                       tags))

}  // namespace postern::model
