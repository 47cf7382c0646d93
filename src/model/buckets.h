// SPDX-License-Identifier: Apache-2.0
// Who may do what in a bucket: what its policy and the caller's own say together. Pure.
#pragma once

#include <string>
#include <string_view>

#include "model/policy.h"
#include "model/world.h"

namespace postern::model {

// arn:aws:s3:::bucket, or arn:aws:s3:::bucket/key.
std::string arn_of(const Bucket& bucket, std::string_view key = "");

// What the caller's own policies and the bucket's say: to principals of its owner's it is enough if
// one of them allows it, to those of other accounts both must. A denial of either outweighs.
// [S3 user guide, "How Amazon S3 authorizes a request"]
PolicyAnswer bucket_permission(const World& world, const Bucket& bucket, const Caller& caller,
                               const PolicyQuestion& question);

// Whether the policy lets everybody in: it allows something to `*`, and no condition ties that to
// somebody. [S3 user guide, "The meaning of public"]
bool is_public(const Policy& policy);

// Whether there is a bucket of that name, and whether log delivery may put the flow log's object
// `key` into it: the log's owner has it, or its policy lets delivery.logs.amazonaws.com, or it is a
// folder of the operator's. The owner's own needs no policy; AWS would write one into it.
// [VPC user guide, "Amazon S3 bucket permissions for flow logs"]
enum class LogDelivery { NoBucket, Denied, Allowed };
LogDelivery log_delivery(const World& world, const FlowLog& log, std::string_view bucket,
                         std::string_view key);

}  // namespace postern::model
