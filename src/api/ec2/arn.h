// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>
#include <string_view>

#include "model/account.h"

namespace postern::api::ec2 {

// aws, aws-cn or aws-us-gov.
inline std::string_view partition(std::string_view region) {
  return region.starts_with("cn-")       ? "aws-cn"
         : region.starts_with("us-gov-") ? "aws-us-gov"
                                         : "aws";
}

// arn:aws:ec2:<region>:<account>:<type>/<id>
template <class T>
std::string arn(const T& record, std::string_view type, std::string_view id) {
  return fmt::format("arn:{}:ec2:{}:{}:{}/{}", partition(record.region), record.region,
                     record.owner, type, id);
}

}  // namespace postern::api::ec2
