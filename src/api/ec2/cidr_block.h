// SPDX-License-Identifier: Apache-2.0
// The CidrBlock of CreateVpc and CreateSubnet.
#pragma once

#include <string>

#include "base/net.h"
#include "base/result.h"

namespace postern::api::ec2 {

// An IPv4 range; host bits are cleared. InvalidParameterValue for anything else.
inline Result<Cidr> parse_cidr_block(const std::string& text) {
  const auto cidr = Cidr::parse(text);
  if (!cidr || !cidr->is_v4()) {
    return refuse(faults::InvalidParameterValue,
                  "Value ({}) for parameter cidrBlock is invalid. This is not a valid CIDR block.",
                  text);
  }
  return *cidr;
}

// Between /16 and /28, as VPCs and subnets have to be. [VPC user guide, "VPC CIDR blocks"]
inline bool is_vpc_size(const Cidr& cidr) {
  return cidr.prefix() >= 16 && cidr.prefix() <= 28;
}

}  // namespace postern::api::ec2
