// SPDX-License-Identifier: Apache-2.0
// Making a VPC with all that AWS makes along with it.
#pragma once

#include "model/transaction.h"

namespace postern::model {

// Puts `draft` as a new VPC, with its default security group, and gives it as it was put. The draft
// has owner, region, CIDR, attributes and tags; ids and numbers are filled in here.
// [VPC user guide, "Default security groups", "Main route table"]
Vpc add_vpc(Transaction& tx, Vpc draft);

// The group named `default` of a VPC.
const SecurityGroup* default_group(const World& world, const Id<Vpc>& vpc);

// The default VPC of an account in a region, or null.
const Vpc* default_vpc(const World& world, const Id<Account>& owner, const std::string& region);

}  // namespace postern::model
