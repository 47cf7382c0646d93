// SPDX-License-Identifier: Apache-2.0
// A place in a bucket, as an ARN names it. Pure.
#pragma once

#include <compare>
#include <string>
#include <string_view>

#include "base/result.h"

namespace postern::model {

struct BucketPlace {
  std::string bucket;
  std::string prefix;  // "logs/eu/", or empty

  auto operator<=>(const BucketPlace&) const = default;
};

// [S3 user guide, "General purpose bucket naming rules"]
bool is_bucket_name(std::string_view name);

// Of arn:aws:s3:::bucket, or arn:aws:s3:::bucket/logs/eu/ with or without the slash at its end.
// InvalidParameter for what is none, or cannot be a folder's path; and for the folder AWSLogs,
// which is reserved. [EC2 API reference, CreateFlowLogs, LogDestination]
Result<BucketPlace> parse_bucket_arn(std::string_view arn);

}  // namespace postern::model
