// SPDX-License-Identifier: Apache-2.0
// RunInstances, for others that launch instances too.
#pragma once

#include "api/ec2/instance_item.h"
#include "api/ec2/run_instances_request.h"

namespace postern::api::ec2 {

// Makes the instances that `request` asks for. `system_tags` count more than its own.
Result<ReservationItem> run_instances(model::Transaction& tx, const model::Caller& caller,
                                      RunInstancesRequest request, const model::Tags& system_tags);

}  // namespace postern::api::ec2
