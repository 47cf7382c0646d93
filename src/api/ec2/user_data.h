// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>

#include "base/result.h"

namespace postern::api::ec2 {

// The bytes of user data as a request has them, in base64. InvalidUserData.Malformed for what is
// none; no more than EC2 takes.
Result<std::string> decode_user_data(const std::string& base64);

}  // namespace postern::api::ec2
