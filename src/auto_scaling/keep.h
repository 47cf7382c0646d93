// SPDX-License-Identifier: Apache-2.0
// Keeps every Auto Scaling group at what it is to be: launches, registers, judges, replaces and
// ends its instances. Runs in a transaction, each time that somebody looks at the clock.
#pragma once

#include <cstdint>
#include <functional>
#include <string>

#include "model/transaction.h"

namespace postern::auto_scaling {

// What a launch made.
struct Launched {
  std::string instance;
  std::int64_t template_version = 0;
};

// Launches one instance of the group in the subnet, by its launch template.
using Launch = std::function<Result<Launched>(
    model::Transaction& tx, const model::AutoScalingGroup& group, const model::Subnet& subnet)>;

// Does what there is to do at tx.now().
void keep(model::Transaction& tx, const Launch& launch);

// Takes an instance of the group out of service: out of its target groups, and then away.
void begin_end(model::Transaction& tx, model::AutoScalingGroup& group,
               model::ScalingInstance& instance, std::string cause);

// Takes an instance out of the target groups that the group registered it in.
void leave_target_groups(model::Transaction& tx, model::ScalingInstance& instance);

}  // namespace postern::auto_scaling
