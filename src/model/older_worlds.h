// SPDX-License-Identifier: Apache-2.0
// Worlds that an older posternd has stored: what every World has had since, and they have not.
#pragma once

#include "model/transaction.h"

namespace postern::model {

// Adds what an older World lacks: the records that VPCs and subnets have been made with since, and
// the numbers of records that had none. Writes nothing to a World that lacks nothing. Run before
// anybody else uses the World.
//
//   schema 1 -> 2: a default network ACL and a main route table for each VPC; network ACL and
//                  number of each subnet
//   schema 5 -> 6: a Network Load Balancer's listener has its action where other listeners have it
void complete_older_world(Transaction& tx);

}  // namespace postern::model
