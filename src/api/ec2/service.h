// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "api/action/action.h"

namespace postern::api::ec2 {

// EC2 and VPC, version 2016-11-15: every action that is served, by name.
Service ec2_service();

}  // namespace postern::api::ec2
