// SPDX-License-Identifier: Apache-2.0
// Making VPCs and subnets with all that AWS makes along with them.
#pragma once

#include "model/transaction.h"

namespace postern::model {

// Puts `draft` as a new VPC, with its default security group, default network ACL and main route
// table, and gives it as it was put. The draft has owner, region, CIDR, attributes and tags; ids
// and numbers are filled in here. [VPC user guide, "Default security groups", "Default network
// ACL", "Main route table"]
Vpc add_vpc(Transaction& tx, Vpc draft);

// A /56 that no VPC has had before, as Amazon gives one. [VPC user guide, "VPC CIDR blocks": "The
// size of the IPv6 CIDR block is fixed at /56"]
Cidr new_ipv6_cidr(Transaction& tx);

// Gives the VPC an IPv6 CIDR more. With its first one, what its security groups and default network
// ACL say of all IPv4 addresses, they say of IPv6 too, if nobody has changed it. [VPC user guide,
// "Migrate your VPC from IPv4 to IPv6"; "Default network ACL"]
void add_ipv6_block(Transaction& tx, Vpc vpc, const Cidr& cidr);

// The rules that a new security group of the VPC has.
std::vector<SecurityGroupRule> new_group_rules(Transaction& tx, const Vpc& vpc);

// Puts `draft` as a new subnet of `vpc`, which has the VPC's default network ACL, and gives it as
// it was put. The draft has CIDR, zone, attributes and tags.
Subnet add_subnet(Transaction& tx, const Vpc& vpc, Subnet draft);

// The default network ACL of a VPC. Every VPC has one, but for those of older Worlds.
const NetworkAcl* default_acl(const World& world, const Id<Vpc>& vpc);

// Makes the default network ACL of a VPC that has none.
NetworkAcl add_default_acl(Transaction& tx, const Vpc& vpc);

// Makes the VPC's main route table, of the id that the VPC has for it.
void add_main_route_table(Transaction& tx, const Vpc& vpc);

// Gives `subnet` the network ACL. The association has another id than the one before.
void associate_acl(Transaction& tx, Subnet subnet, const Id<NetworkAcl>& acl);

// The group named `default` of a VPC.
const SecurityGroup* default_group(const World& world, const Id<Vpc>& vpc);

// The default VPC of an account in a region, or null.
const Vpc* default_vpc(const World& world, const Id<Account>& owner, const std::string& region);

}  // namespace postern::model
