// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>

#include "model/transaction.h"

namespace postern::api::ec2 {

// Makes the account's default VPC in the region, 172.31.0.0/16 with a default subnet in each zone,
// as AWS's accounts have it from the start. Once only: a default VPC that the account has deleted
// stays deleted. [VPC user guide, "Default VPC components"]
void ensure_default_vpc(model::Transaction& tx, const model::Id<model::Account>& account,
                        const std::string& region);

}  // namespace postern::api::ec2
