// SPDX-License-Identifier: Apache-2.0
// The IPv6 CIDRs of VPCs and subnets as answers print them, and as requests ask for them.
#pragma once

#include <boost/describe/class.hpp>
#include <string>
#include <vector>

#include "base/result.h"
#include "model/world.h"

namespace postern::api::ec2 {

struct BlockStateItem {
  std::string state = "associated";
};
BOOST_DESCRIBE_STRUCT(BlockStateItem, (), (state))

struct VpcIpv6BlockItem {
  std::string associationId;
  std::string ipv6CidrBlock;
  BlockStateItem ipv6CidrBlockState;
  std::string networkBorderGroup;
  std::string ipv6Pool = "Amazon";
};
BOOST_DESCRIBE_STRUCT(VpcIpv6BlockItem, (),
                      (associationId, ipv6CidrBlock, ipv6CidrBlockState, networkBorderGroup,
                       ipv6Pool))

struct SubnetIpv6BlockItem {
  std::string associationId;
  std::string ipv6CidrBlock;
  BlockStateItem ipv6CidrBlockState;
};
BOOST_DESCRIBE_STRUCT(SubnetIpv6BlockItem, (), (associationId, ipv6CidrBlock, ipv6CidrBlockState))

VpcIpv6BlockItem block_item(const model::Vpc& vpc, const model::CidrBlock& block);
SubnetIpv6BlockItem block_item(const model::CidrBlock& block);

// A /64 of one of the VPC's CIDRs that no other subnet has. InvalidSubnet.Range,
// InvalidSubnet.Conflict. [VPC user guide, "Subnet CIDR blocks": "/44 to /64, in increments of /4";
// here a subnet is a /64]
Result<Cidr> subnet_ipv6_cidr(const model::World& world, const model::Vpc& vpc,
                              const std::string& text);

}  // namespace postern::api::ec2
