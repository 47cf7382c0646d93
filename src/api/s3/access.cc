// SPDX-License-Identifier: Apache-2.0
#include "api/s3/access.h"

#include <array>

#include "api/wire/digest.h"
#include "model/buckets.h"
#include "model/chosen.h"
#include "model/permissions.h"

namespace postern::api::s3 {
namespace {

// [Service authorization reference, "Actions, resources, and condition keys for Amazon S3"]
std::map<std::string, std::string> context_of(const HttpCall& http, const S3Request& request,
                                              bool secure) {
  auto out = model::caller_context(http.world, http.caller);
  out["aws:securetransport"] = secure ? "true" : "false";
  for (const char* name : {"prefix", "delimiter", "max-keys", "versionId"}) {
    if (const auto value = request.parameter(name)) {
      out[name == std::string_view("versionId") ? "s3:versionid" : fmt::format("s3:{}", name)] =
          *value;
    }
  }
  for (const char* name : {"x-amz-acl", "x-amz-server-side-encryption", "x-amz-copy-source"}) {
    if (const auto value = request.header(name)) {
      out[fmt::format("s3:{}", name)] = *value;
    }
  }
  return out;
}

// The owner's root can always mend a policy that shuts everybody out.
// [S3 API reference, PutBucketPolicy]
bool may_mend(const model::Bucket* bucket, const model::Caller& caller,
              std::string_view permission) {
  return bucket != nullptr && bucket->owner == caller.account && model::is_root(caller) &&
         (permission == "s3:GetBucketPolicy" || permission == "s3:PutBucketPolicy" ||
          permission == "s3:DeleteBucketPolicy");
}

}  // namespace

Result<const model::Bucket*> find_bucket(const model::World& world, const std::string& name) {
  if (const auto* found = world.find(model::Id<model::Bucket>(name))) {
    return found;
  }
  if (model::has_operators_bucket(world, name)) {
    return refuse(faults::AccessDenied, "Access Denied");
  }
  return refuse(faults::S3NoSuchBucket, "The specified bucket does not exist");
}

Result<> check_expected_owner(const S3Request& request, std::string_view header,
                              const model::Bucket& bucket) {
  const auto expected = request.header(header);
  return !expected || *expected == bucket.owner.value
             ? Result<>()
             : refuse(faults::AccessDenied, "Access Denied");
}

Result<> authorize(const HttpCall& http, const S3Request& request, const model::Bucket* bucket,
                   std::string_view permission, std::string_view resource, bool secure) {
  const model::PolicyQuestion question{.action = std::string(permission),
                                       .resource = std::string(resource),
                                       .context = context_of(http, request, secure)};
  const auto answer = bucket == nullptr
                          ? model::permission(http.world, http.caller, question)
                          : model::bucket_permission(http.world, *bucket, http.caller, question);
  if (answer == model::PolicyAnswer::Allowed || may_mend(bucket, http.caller, permission)) {
    return {};
  }
  return refuse(faults::AccessDenied,
                "User: {} is not authorized to perform: {} on resource: "
                "\"{}\" {}",
                http.caller.principal_arn, permission, resource,
                answer == model::PolicyAnswer::Denied
                    ? "with an explicit deny in a policy"
                    : fmt::format("because no policy allows the {} action", permission));
}

Result<> authorize_object(const S3Call& call, const model::Bucket& bucket,
                          std::string_view permission, std::string_view key) {
  return authorize(call.http, call.request, &bucket, permission, model::arn_of(bucket, key),
                   call.secure);
}

bool may_list(const S3Call& call) {
  return authorize_object(call, *call.bucket, "s3:ListBucket", "").has_value();
}

std::string canonical_id(const model::Id<model::Account>& account) {
  return wire::sha256_hex("canonical user of " + account.value);
}

}  // namespace postern::api::s3
