// SPDX-License-Identifier: Apache-2.0
#include "api/ec2/user_data.h"

#include "api/wire/base64.h"

namespace postern::api::ec2 {

// [EC2 user guide, "Instance user data": limited to 16 KB, before it is base64-encoded]
constexpr std::size_t kUserDataBytesMax = 16 * 1024;

// [EC2 error-code page: InvalidUserData.Malformed]
Result<std::string> decode_user_data(const std::string& base64) {
  auto decoded = wire::base64_decode(base64);
  if (!decoded) {
    return refuse(faults::InvalidUserDataMalformed, "Invalid BASE64 encoding of user data.");
  }
  if (decoded->size() > kUserDataBytesMax) {
    return refuse(faults::InvalidParameterValue, "User data is limited to {} bytes",
                  kUserDataBytesMax);
  }
  return *std::move(decoded);
}

}  // namespace postern::api::ec2
