// SPDX-License-Identifier: Apache-2.0
// A bucket's policy, its block of public access, its ownership controls and its ACL.
#include "api/s3/bucket_access.h"

#include <algorithm>
#include <array>

#include "api/s3/access.h"
#include "api/s3/document.h"
#include "model/buckets.h"

namespace postern::api::s3 {
namespace {

using wire::HttpResponse;
using wire::XmlWriter;

// [S3 user guide, "Bucket policies": 20 KB]
constexpr std::size_t kPolicyMax = 20 * 1024;

constexpr std::string_view kPrivate = "private";

HttpResponse no_content() {
  return {.status = 204};
}

bool is_in_bucket(std::string_view resource, const model::Bucket& bucket) {
  const std::string arn = model::arn_of(bucket);
  return resource == "*" || resource == arn || resource.starts_with(arn + '/') ||
         (resource.find('*') != std::string_view::npos && model::matches_wildcards(resource, arn));
}

// [S3 API reference, PutBucketPolicy: MalformedPolicy; recorded answers]
Result<model::Policy> read_policy(const std::string& text, const model::Bucket& bucket) {
  if (text.size() > kPolicyMax) {
    return refuse(faults::S3InvalidArgument, "Policy exceeds the maximum allowed document size.");
  }
  auto policy = model::parse_resource_policy(text);
  if (!policy) {
    return refuse(faults::S3MalformedPolicy, "{}", policy.error().message());
  }
  for (const model::PolicyStatement& statement : policy->statements) {
    if (!std::ranges::all_of(statement.resources,
                             [&](const auto& one) { return is_in_bucket(one, bucket); })) {
      return refuse(faults::S3MalformedPolicy, "Policy has invalid resource");
    }
    if (!std::ranges::all_of(statement.actions, [](const std::string& action) {
          return action == "*" || action.starts_with("s3:") || action.starts_with("S3:");
        })) {
      return refuse(faults::S3MalformedPolicy, "Policy has invalid action");
    }
  }
  return policy;
}

bool blocks_public_policies(const model::Bucket& bucket) {
  return bucket.public_access_block && bucket.public_access_block->block_policy;
}

std::unexpected<Error> no_policy() {
  return refuse(faults::S3NoSuchBucketPolicy, "The bucket policy does not exist");
}

// The document that says what nobody but the owner may.
HttpResponse owners_acl(const model::Bucket& bucket) {
  const std::string id = canonical_id(bucket.owner);
  return document_of(
      "AccessControlPolicy",
      fmt::format("<Owner><ID>{}</ID></Owner><AccessControlList><Grant><Grantee "
                  "xmlns:xsi=\"http://www.w3.org/2001/XMLSchema-instance\" "
                  "xsi:type=\"CanonicalUser\"><ID>{}</ID></Grantee><Permission>FULL_CONTROL"
                  "</Permission></Grant></AccessControlList>",
                  id, id));
}

// Whether the document of PutBucketAcl says just that.
Result<bool> is_owners_acl(const S3Call& call) {
  TRY_ASSIGN(const auto body, read_document("AccessControlPolicy", call.payload.bytes));
  const std::string id = canonical_id(call.bucket->owner);
  const wire::Parameter* list = body.child("AccessControlList");
  const wire::Parameter* owner = body.child("Owner");
  if (list == nullptr || owner == nullptr) {
    return malformed_xml();
  }
  if (owner->text("ID") != id) {
    return refuse(faults::AccessDenied, "Access Denied");
  }
  const auto grants = repeated(*list, "Grant");
  return !grants.empty() && std::ranges::all_of(grants, [&](const wire::Parameter* grant) {
    const wire::Parameter* grantee = grant->child("Grantee");
    return grantee != nullptr && grantee->text("ID") == id &&
           grant->text("Permission") == "FULL_CONTROL";
  });
}

}  // namespace

Result<> check_ownership(std::string_view ownership) {
  constexpr auto kAll =
      std::to_array<std::string_view>({kOwnerEnforced, "BucketOwnerPreferred", "ObjectWriter"});
  return std::ranges::count(kAll, ownership) > 0
             ? Result<>()
             : refuse(faults::S3InvalidArgument, "Invalid x-amz-object-ownership header: {}",
                      ownership);
}

// Where ACLs are disabled, none is taken but the one that says what is so.
// [S3 user guide, "Controlling ownership of objects and disabling ACLs for your bucket"]
Result<> check_acl(const S3Call& call) {
  constexpr auto kCanned = std::to_array<std::string_view>(
      {"private", "public-read", "public-read-write", "authenticated-read", "aws-exec-read",
       "bucket-owner-read", "bucket-owner-full-control", "log-delivery-write"});
  const auto acl = call.request.header("x-amz-acl");
  if (!acl || *acl == kOwnersAcl) {
    return {};
  }
  if (std::ranges::count(kCanned, *acl) == 0) {
    return refuse(faults::S3InvalidArgument, "Invalid canned ACL: {}", *acl);
  }
  if (call.bucket != nullptr && call.bucket->ownership == kOwnerEnforced) {
    return refuse(faults::S3AccessControlListNotSupported, "The bucket does not allow ACLs");
  }
  if (*acl == kPrivate) {
    return {};
  }
  if (call.bucket == nullptr &&
      call.request.header("x-amz-object-ownership").value_or(std::string(kOwnerEnforced)) ==
          kOwnerEnforced) {
    return refuse(faults::S3InvalidBucketAcl,
                  "Bucket cannot have ACLs set with ObjectOwnership's BucketOwnerEnforced setting");
  }
  return refuse(faults::S3NotImplemented, "The parameter ACL is not supported with the value {}",
                *acl);
}

Result<> change_bucket(const S3Call& call, const std::function<Result<>(model::Bucket&)>& change) {
  return call.http.write([&](model::Transaction& tx) -> Result<> {
    const auto* found = tx.world().find(call.bucket->id);
    if (found == nullptr || found->storage != call.bucket->storage) {
      return refuse(faults::S3NoSuchBucket, "The specified bucket does not exist");
    }
    model::Bucket bucket = *found;
    TRY(change(bucket));
    tx.put(std::move(bucket));
    return {};
  });
}

// ---- Policy -------------------------------------------------------------------------------------

Result<HttpResponse> get_bucket_policy(const S3Call& call) {
  if (call.bucket->policy.empty()) {
    return no_policy();
  }
  return HttpResponse{.status = 200,
                      .headers = {{"Content-Type", "application/json"}},
                      .body = call.bucket->policy};
}

Result<HttpResponse> get_bucket_policy_status(const S3Call& call) {
  if (call.bucket->policy.empty()) {
    return no_policy();
  }
  const auto policy = model::parse_resource_policy(call.bucket->policy);
  return document("PolicyStatus", [&](XmlWriter& xml) {
    xml.text("IsPublic", policy && model::is_public(*policy) ? "TRUE" : "FALSE");
  });
}

Result<HttpResponse> put_bucket_policy(const S3Call& call) {
  const std::string& text = call.payload.bytes;
  TRY(change_bucket(call, [text](model::Bucket& bucket) -> Result<> {
    TRY_ASSIGN(const auto policy, read_policy(text, bucket));
    if (blocks_public_policies(bucket) && model::is_public(policy)) {
      return refuse(faults::AccessDenied,
                    "User is not authorized to perform: s3:PutBucketPolicy on resource: \"{}\" "
                    "because public policies are prevented by the BlockPublicPolicy setting in S3 "
                    "Block Public Access.",
                    model::arn_of(bucket));
    }
    bucket.policy = text;
    return {};
  }));
  return no_content();
}

Result<HttpResponse> delete_bucket_policy(const S3Call& call) {
  TRY(change_bucket(call, [](model::Bucket& bucket) -> Result<> {
    bucket.policy.clear();
    return {};
  }));
  return no_content();
}

// ---- Public access ------------------------------------------------------------------------------

Result<HttpResponse> get_public_access_block(const S3Call& call) {
  const auto& block = call.bucket->public_access_block;
  if (!block) {
    return refuse(faults::S3NoSuchPublicAccessBlock,
                  "The public access block configuration was not found");
  }
  return document("PublicAccessBlockConfiguration", [&](XmlWriter& xml) {
    encode(xml, "BlockPublicAcls", block->block_acls);
    encode(xml, "IgnorePublicAcls", block->ignore_acls);
    encode(xml, "BlockPublicPolicy", block->block_policy);
    encode(xml, "RestrictPublicBuckets", block->restrict_buckets);
  });
}

Result<HttpResponse> put_public_access_block(const S3Call& call) {
  TRY_ASSIGN(const auto body, read_document("PublicAccessBlockConfiguration", call.payload.bytes));
  model::PublicAccessBlock block;
  TRY_ASSIGN(block.block_acls, flag(body, "BlockPublicAcls"));
  TRY_ASSIGN(block.ignore_acls, flag(body, "IgnorePublicAcls"));
  TRY_ASSIGN(block.block_policy, flag(body, "BlockPublicPolicy"));
  TRY_ASSIGN(block.restrict_buckets, flag(body, "RestrictPublicBuckets"));
  TRY(all_known(body));
  TRY(change_bucket(call, [block](model::Bucket& bucket) -> Result<> {
    bucket.public_access_block = block;
    return {};
  }));
  return HttpResponse{};
}

Result<HttpResponse> delete_public_access_block(const S3Call& call) {
  TRY(change_bucket(call, [](model::Bucket& bucket) -> Result<> {
    bucket.public_access_block.reset();
    return {};
  }));
  return no_content();
}

// ---- Ownership ----------------------------------------------------------------------------------

Result<HttpResponse> get_bucket_ownership_controls(const S3Call& call) {
  if (call.bucket->ownership.empty()) {
    return refuse(faults::S3OwnershipControlsNotFound,
                  "The bucket ownership controls were not found");
  }
  return document("OwnershipControls", [&](XmlWriter& xml) {
    xml.element("Rule", [&] { xml.text("ObjectOwnership", call.bucket->ownership); });
  });
}

Result<HttpResponse> put_bucket_ownership_controls(const S3Call& call) {
  TRY_ASSIGN(const auto body, read_document("OwnershipControls", call.payload.bytes));
  const auto rules = repeated(body, "Rule");
  if (rules.size() != 1) {
    return malformed_xml();
  }
  const std::string ownership = rules.front()->text("ObjectOwnership").value_or("");
  TRY(all_known(body));
  if (!check_ownership(ownership)) {
    return malformed_xml();
  }
  TRY(change_bucket(call, [ownership](model::Bucket& bucket) -> Result<> {
    bucket.ownership = ownership;
    return {};
  }));
  return HttpResponse{};
}

// Without controls an object is its writer's, as on buckets of before there were any.
Result<HttpResponse> delete_bucket_ownership_controls(const S3Call& call) {
  TRY(change_bucket(call, [](model::Bucket& bucket) -> Result<> {
    bucket.ownership.clear();
    return {};
  }));
  return no_content();
}

// ---- ACL ----------------------------------------------------------------------------------------

Result<HttpResponse> get_bucket_acl(const S3Call& call) {
  return owners_acl(*call.bucket);
}

Result<HttpResponse> put_bucket_acl(const S3Call& call) {
  if (!call.request.header("x-amz-acl")) {
    TRY_ASSIGN(const bool owners, is_owners_acl(call));
    if (!owners) {
      return refuse(faults::S3NotImplemented,
                    "The parameter AccessControlPolicy is not supported with grants to others than "
                    "the owner");
    }
  }
  TRY(check_acl(call));
  return HttpResponse{};
}

}  // namespace postern::api::s3
