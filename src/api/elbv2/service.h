// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "api/action/action.h"

namespace postern::api::elbv2 {

// Elastic Load Balancing, version 2015-12-01: every action that is served, by name.
Service elbv2_service();

}  // namespace postern::api::elbv2
