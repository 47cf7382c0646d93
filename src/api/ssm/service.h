// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "api/action/action.h"

namespace postern::api::ssm {

// Systems Manager, as far as it is Parameter Store.
Service ssm_service();

}  // namespace postern::api::ssm
