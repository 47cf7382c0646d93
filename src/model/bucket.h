// SPDX-License-Identifier: Apache-2.0
// An S3 bucket, and a place in one as an ARN names it. Its objects are not in the World:
// model/object.h.
#pragma once

#include <boost/describe/class.hpp>
#include <compare>
#include <optional>
#include <string>
#include <string_view>

#include "base/result.h"
#include "model/account.h"
#include "model/tags.h"

namespace postern::model {

struct PublicAccessBlock {
  bool block_acls = true;
  bool ignore_acls = true;
  bool block_policy = true;
  bool restrict_buckets = true;
};
BOOST_DESCRIBE_STRUCT(PublicAccessBlock, (),
                      (block_acls, ignore_acls, block_policy, restrict_buckets))

struct Bucket {
  static constexpr const char* kTable = "bucket";
  Id<Bucket> id;  // its name
  Id<Account> owner;
  std::string region;
  // By what its objects are kept: a bucket that is made anew under the same name has none of the
  // old one's.
  std::string storage;
  Tags tags;
  std::string policy;      // empty: it has none
  std::string versioning;  // Enabled, Suspended, or empty: it never was enabled
  std::string ownership;   // BucketOwnerEnforced, …; empty: its controls were deleted
  std::optional<PublicAccessBlock> public_access_block;
  bool bucket_key = false;  // of its default encryption: means nothing without KMS
  TimePoint created_at;
};
BOOST_DESCRIBE_STRUCT(Bucket, (),
                      (id, owner, region, storage, tags, policy, versioning, ownership,
                       public_access_block, bucket_key, created_at))

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
