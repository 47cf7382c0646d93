// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "api/action/action.h"

namespace postern::api::sns {

Service sns_service();

}  // namespace postern::api::sns
