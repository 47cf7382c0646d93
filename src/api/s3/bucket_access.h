// SPDX-License-Identifier: Apache-2.0
// Who owns what in a bucket, as it is asked for when a bucket or an object is made.
#pragma once

#include <string>
#include <string_view>

#include "api/s3/operations.h"

namespace postern::api::s3 {

inline constexpr std::string_view kOwnerEnforced = "BucketOwnerEnforced";

// InvalidArgument for what is no object ownership.
Result<> check_ownership(std::string_view ownership);

// The canned ACL that leaves everything to the bucket's owner.
inline constexpr std::string_view kOwnersAcl = "bucket-owner-full-control";

// Refuses every canned ACL but those that say what is so: `private`, and kOwnersAcl.
Result<> check_acl(const S3Call& call);

// Changes the bucket in one transaction: `change` is called with the record as it is then. It is
// not another one that was made meanwhile under the same name.
Result<> change_bucket(const S3Call& call, const std::function<Result<>(model::Bucket&)>& change);

}  // namespace postern::api::s3
