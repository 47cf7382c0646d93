// SPDX-License-Identifier: Apache-2.0
// The IPv4 CIDRs of a VPC as answers print them, and as requests ask for them.
#pragma once

#include <string>
#include <vector>

#include "api/ec2/ipv6_block.h"

namespace postern::api::ec2 {

struct VpcIpv4BlockItem {
  std::string associationId;
  std::string cidrBlock;
  BlockStateItem cidrBlockState;
};
BOOST_DESCRIBE_STRUCT(VpcIpv4BlockItem, (), (associationId, cidrBlock, cidrBlockState))

// The primary one first, whose association is named after the VPC.
std::vector<VpcIpv4BlockItem> ipv4_items(const model::Vpc& vpc);
VpcIpv4BlockItem ipv4_item(const model::CidrBlock& block);

// What a VPC may be made with: /16 to /28, and none of the ranges that hosts keep for themselves.
// InvalidVpc.Range. [VPC user guide, "VPC CIDR blocks"]
Result<Cidr> vpc_cidr(const std::string& text);

// What may be added to one that is there. InvalidVpc.Range; CidrBlockLimitExceeded after five.
// [VPC user guide, "IPv4 CIDR block association restrictions"]
Result<Cidr> secondary_vpc_cidr(const model::World& world, const model::Vpc& vpc,
                                const std::string& text);

}  // namespace postern::api::ec2
