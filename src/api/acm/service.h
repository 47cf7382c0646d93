// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "api/action/action.h"

namespace postern::api::acm {

// Certificate Manager, as far as certificates are imported: nothing here issues any.
Service acm_service();

}  // namespace postern::api::acm
