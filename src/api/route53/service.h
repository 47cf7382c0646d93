// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "api/action/action.h"

namespace postern::api::route53 {

// Route 53, 2013-04-01: hosted zones and their records, answered by the VPCs' resolvers.
Service route53_service();

}  // namespace postern::api::route53
