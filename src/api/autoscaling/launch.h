// SPDX-License-Identifier: Apache-2.0
// How a group launches an instance: RunInstances, by its launch template.
#pragma once

#include "auto_scaling/keep.h"

namespace postern::api::autoscaling {

Result<auto_scaling::Launched> launch_instance(model::Transaction& tx,
                                               const model::AutoScalingGroup& group,
                                               const model::Subnet& subnet);

}  // namespace postern::api::autoscaling
