// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <vector>

#include "api/action/action.h"

namespace postern::api::cloudwatch {

// CloudWatch, as far as what Postern measures is read: the same actions once for each protocol that
// clients speak.
std::vector<Service> cloudwatch_services();

}  // namespace postern::api::cloudwatch
