// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "api/action/action.h"

namespace postern::api::iam {

// Identity and Access Management, version 2010-05-08: every action that is served, by name. It is
// the same in all regions.
Service iam_service();

}  // namespace postern::api::iam
