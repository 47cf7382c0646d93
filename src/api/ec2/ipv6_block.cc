// SPDX-License-Identifier: Apache-2.0
#include "api/ec2/ipv6_block.h"

#include <algorithm>

#include "base/faults.h"

namespace postern::api::ec2 {

VpcIpv6BlockItem block_item(const model::Vpc& vpc, const model::CidrBlock& block) {
  return {.associationId = block.association_id,
          .ipv6CidrBlock = block.cidr.text(),
          .networkBorderGroup = vpc.region};
}

SubnetIpv6BlockItem block_item(const model::CidrBlock& block) {
  return {.associationId = block.association_id, .ipv6CidrBlock = block.cidr.text()};
}

Result<Cidr> subnet_ipv6_cidr(const model::World& world, const model::Vpc& vpc,
                              const std::string& text) {
  constexpr unsigned kPrefix = 64;
  const auto cidr = Cidr::parse(text);
  const bool is_within = cidr && !cidr->is_v4() && cidr->prefix() == kPrefix &&
                         std::ranges::any_of(vpc.ipv6_blocks, [&](const model::CidrBlock& block) {
                           return block.cidr.contains(*cidr);
                         });
  if (!is_within) {
    return refuse(faults::InvalidSubnetRange, "The CIDR '{}' is invalid.", text);
  }
  for (const auto& [id, subnet] : world.all<model::Subnet>()) {
    if (subnet->vpc == vpc.id && subnet->ipv6_block && subnet->ipv6_block->cidr.overlaps(*cidr)) {
      return refuse(faults::InvalidSubnetConflict, "The CIDR '{}' conflicts with another subnet",
                    text);
    }
  }
  return *cidr;
}

}  // namespace postern::api::ec2
