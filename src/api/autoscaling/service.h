// SPDX-License-Identifier: Apache-2.0
// EC2 Auto Scaling: groups of instances by launch templates. Whoever looks at the clock keeps them
// at their size (auto_scaling/keep.h).
#pragma once

#include "api/action/action.h"

namespace postern::api::autoscaling {

Service autoscaling_service();

}  // namespace postern::api::autoscaling
