// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <vector>

#include "api/action/action.h"

namespace postern::api::elbv2 {

// Add-, Describe- and RemoveListenerCertificates.
std::vector<Action> listener_certificate_actions();

}  // namespace postern::api::elbv2
