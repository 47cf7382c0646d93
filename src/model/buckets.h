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

// What writes logs: a flow log, a load balancer. `id` is the last part of its ARN as a source of
// logs.
struct LogSource {
  Id<Account> owner;
  std::string region;
  std::string id;
};

// Whether there is a bucket of that name, and whether log delivery may put the source's object
// `key` into it: its policy lets delivery.logs.amazonaws.com, or it is a folder of the operator's.
enum class LogDelivery { NoBucket, Denied, Allowed };
LogDelivery log_delivery(const World& world, const LogSource& source, std::string_view bucket,
                         std::string_view key);
// The same of a flow log, whose owner's own bucket needs no policy: AWS would write one into it.
// [VPC user guide, "Amazon S3 bucket permissions for flow logs"]
LogDelivery log_delivery(const World& world, const FlowLog& log, std::string_view bucket,
                         std::string_view key);

}  // namespace postern::model
