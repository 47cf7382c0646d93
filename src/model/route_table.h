// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <boost/describe/class.hpp>
#include <optional>
#include <vector>

#include "model/prefix_list.h"
#include "model/vpc.h"

namespace postern::model {

// A route that was added to a table. Exactly one of `cidr` and `prefix_list` is set.
struct Route {
  std::optional<Cidr> cidr;
  std::optional<Id<PrefixList>> prefix_list;
  std::string target;  // igw-…, nat-…
};
BOOST_DESCRIBE_STRUCT(Route, (), (cidr, prefix_list, target))

// The local route, which every table has, is not among `routes`. Which subnets have the table is
// theirs to say: Subnet::route_table; which VPC has it as its main one, Vpc::main_route_table_id.
struct RouteTable {
  static constexpr const char* kTable = "route_table";
  Id<RouteTable> id;
  Id<Account> owner;
  std::string region;
  Id<Vpc> vpc;
  std::vector<Route> routes;
  Tags tags;
};
BOOST_DESCRIBE_STRUCT(RouteTable, (), (id, owner, region, vpc, routes, tags))

}  // namespace postern::model
