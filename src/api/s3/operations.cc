// SPDX-License-Identifier: Apache-2.0
#include "api/s3/operations.h"

#include <algorithm>
#include <array>

#include "api/wire/sigv4_text.h"

namespace postern::api::s3 {
namespace {

using enum Level;

// What every request may have: what it is signed with, what tells about its sender, and what is
// asked of all (x-amz-expected-bucket-owner), or means nothing here (there are no requester's
// charges).
constexpr auto kOfAll = std::to_array<std::string_view>(
    {"x-id", "X-Amz-*", "x-amz-algorithm", "x-amz-content-sha256", "x-amz-credential", "x-amz-date",
     "x-amz-expected-bucket-owner", "x-amz-request-payer", "x-amz-security-token",
     "x-amz-user-agent"});

// A body's checksums.
constexpr auto kChecksums = std::to_array<std::string_view>(
    {"x-amz-sdk-checksum-algorithm", "x-amz-checksum-crc32", "x-amz-checksum-crc32c",
     "x-amz-checksum-crc64nvme", "x-amz-checksum-sha1", "x-amz-checksum-sha256", "x-amz-trailer",
     "x-amz-decoded-content-length"});

std::vector<Operation> make_operations() {
  const std::vector<std::string_view> conditions = {"if-match", "if-none-match",
                                                    "if-modified-since", "if-unmodified-since"};
  std::vector<std::string_view> get = {"versionId",
                                       "range",
                                       "x-amz-checksum-mode",
                                       "response-cache-control",
                                       "response-content-disposition",
                                       "response-content-encoding",
                                       "response-content-language",
                                       "response-content-type",
                                       "response-expires"};
  get.insert(get.end(), conditions.begin(), conditions.end());
  const std::vector<std::string_view> list = {"prefix", "delimiter", "max-keys", "encoding-type"};
  const auto with = [](std::vector<std::string_view> some, std::vector<std::string_view> more) {
    some.insert(some.end(), more.begin(), more.end());
    return some;
  };
  return {
      {"ListBuckets",
       "GET",
       Service,
       "",
       list_buckets,
       "ListAllMyBuckets",
       {"prefix", "max-buckets", "continuation-token", "bucket-region"}},

      {"GetBucketLocation", "GET", Bucket, "location", get_bucket_location},
      {"GetBucketTagging", "GET", Bucket, "tagging", get_bucket_tagging},
      {"PutBucketTagging", "PUT", Bucket, "tagging", put_bucket_tagging},
      {"DeleteBucketTagging", "DELETE", Bucket, "tagging", delete_bucket_tagging,
       "PutBucketTagging"},
      {"GetBucketVersioning", "GET", Bucket, "versioning", get_bucket_versioning},
      {"PutBucketVersioning", "PUT", Bucket, "versioning", put_bucket_versioning},
      {"GetBucketEncryption", "GET", Bucket, "encryption", get_bucket_encryption,
       "GetEncryptionConfiguration"},
      {"PutBucketEncryption", "PUT", Bucket, "encryption", put_bucket_encryption,
       "PutEncryptionConfiguration"},
      {"DeleteBucketEncryption", "DELETE", Bucket, "encryption", delete_bucket_encryption,
       "PutEncryptionConfiguration"},
      {"GetBucketPolicy", "GET", Bucket, "policy", get_bucket_policy},
      {"PutBucketPolicy",
       "PUT",
       Bucket,
       "policy",
       put_bucket_policy,
       "",
       {"x-amz-confirm-remove-self-bucket-access"}},
      {"DeleteBucketPolicy", "DELETE", Bucket, "policy", delete_bucket_policy},
      {"GetBucketPolicyStatus", "GET", Bucket, "policyStatus", get_bucket_policy_status},
      {"GetPublicAccessBlock", "GET", Bucket, "publicAccessBlock", get_public_access_block,
       "GetBucketPublicAccessBlock"},
      {"PutPublicAccessBlock", "PUT", Bucket, "publicAccessBlock", put_public_access_block,
       "PutBucketPublicAccessBlock"},
      {"DeletePublicAccessBlock", "DELETE", Bucket, "publicAccessBlock", delete_public_access_block,
       "PutBucketPublicAccessBlock"},
      {"GetBucketOwnershipControls", "GET", Bucket, "ownershipControls",
       get_bucket_ownership_controls},
      {"PutBucketOwnershipControls", "PUT", Bucket, "ownershipControls",
       put_bucket_ownership_controls},
      {"DeleteBucketOwnershipControls", "DELETE", Bucket, "ownershipControls",
       delete_bucket_ownership_controls, "PutBucketOwnershipControls"},
      {"GetBucketAcl", "GET", Bucket, "acl", get_bucket_acl},
      {"PutBucketAcl", "PUT", Bucket, "acl", put_bucket_acl, "", {"x-amz-acl"}},

      {"GetBucketAccelerateConfiguration", "GET", Bucket, "accelerate",
       get_bucket_accelerate_configuration, "GetAccelerateConfiguration"},
      {"GetBucketCors", "GET", Bucket, "cors", get_bucket_cors, "GetBucketCORS"},
      {"GetBucketLifecycleConfiguration", "GET", Bucket, "lifecycle",
       get_bucket_lifecycle_configuration, "GetLifecycleConfiguration"},
      {"GetBucketLogging", "GET", Bucket, "logging", get_bucket_logging},
      {"GetBucketNotificationConfiguration", "GET", Bucket, "notification",
       get_bucket_notification_configuration, "GetBucketNotification"},
      {"GetBucketReplication", "GET", Bucket, "replication", get_bucket_replication,
       "GetReplicationConfiguration"},
      {"GetBucketRequestPayment", "GET", Bucket, "requestPayment", get_bucket_request_payment},
      {"GetBucketWebsite", "GET", Bucket, "website", get_bucket_website},
      {"GetObjectLockConfiguration", "GET", Bucket, "object-lock", get_object_lock_configuration,
       "GetBucketObjectLockConfiguration"},
      {"PutBucketAccelerateConfiguration", "PUT", Bucket, "accelerate"},
      {"PutBucketCors", "PUT", Bucket, "cors"},
      {"DeleteBucketCors", "DELETE", Bucket, "cors"},
      {"PutBucketLifecycleConfiguration", "PUT", Bucket, "lifecycle"},
      {"DeleteBucketLifecycle", "DELETE", Bucket, "lifecycle"},
      {"PutBucketLogging", "PUT", Bucket, "logging"},
      {"PutBucketNotificationConfiguration", "PUT", Bucket, "notification"},
      {"PutBucketReplication", "PUT", Bucket, "replication"},
      {"DeleteBucketReplication", "DELETE", Bucket, "replication"},
      {"PutBucketRequestPayment", "PUT", Bucket, "requestPayment"},
      {"PutBucketWebsite", "PUT", Bucket, "website"},
      {"DeleteBucketWebsite", "DELETE", Bucket, "website"},
      {"PutObjectLockConfiguration", "PUT", Bucket, "object-lock"},
      {"GetBucketAnalyticsConfiguration", "GET", Bucket, "analytics"},
      {"PutBucketAnalyticsConfiguration", "PUT", Bucket, "analytics"},
      {"DeleteBucketAnalyticsConfiguration", "DELETE", Bucket, "analytics"},
      {"GetBucketIntelligentTieringConfiguration", "GET", Bucket, "intelligent-tiering"},
      {"PutBucketIntelligentTieringConfiguration", "PUT", Bucket, "intelligent-tiering"},
      {"DeleteBucketIntelligentTieringConfiguration", "DELETE", Bucket, "intelligent-tiering"},
      {"GetBucketInventoryConfiguration", "GET", Bucket, "inventory"},
      {"PutBucketInventoryConfiguration", "PUT", Bucket, "inventory"},
      {"DeleteBucketInventoryConfiguration", "DELETE", Bucket, "inventory"},
      {"GetBucketMetricsConfiguration", "GET", Bucket, "metrics"},
      {"PutBucketMetricsConfiguration", "PUT", Bucket, "metrics"},
      {"DeleteBucketMetricsConfiguration", "DELETE", Bucket, "metrics"},
      {"GetBucketMetadataTableConfiguration", "GET", Bucket, "metadataTable"},
      {"CreateBucketMetadataTableConfiguration", "POST", Bucket, "metadataTable"},
      {"DeleteBucketMetadataTableConfiguration", "DELETE", Bucket, "metadataTable"},
      {"CreateSession", "GET", Bucket, "session"},
      {"ListMultipartUploads", "GET", Bucket, "uploads"},

      {"ListObjectsV2", "GET", Bucket, "list-type", list_objects_v2, "ListBucket",
       with(list, {"continuation-token", "fetch-owner", "start-after"})},
      {"ListObjectVersions", "GET", Bucket, "versions", list_object_versions, "ListBucketVersions",
       with(list, {"key-marker", "version-id-marker"})},
      {"ListObjects", "GET", Bucket, "", list_objects, "ListBucket", with(list, {"marker"})},
      {"CreateBucket",
       "PUT",
       Bucket,
       "",
       create_bucket,
       "",
       {"x-amz-acl", "x-amz-object-ownership"}},
      {"DeleteBucket", "DELETE", Bucket, "", delete_bucket},
      {"HeadBucket", "HEAD", Bucket, "", head_bucket, "ListBucket"},
      {"DeleteObjects", "POST", Bucket, "delete", delete_objects, "DeleteObject"},

      {"GetObjectAcl", "GET", Object, "acl"},
      {"PutObjectAcl", "PUT", Object, "acl"},
      {"GetObjectAttributes", "GET", Object, "attributes"},
      {"GetObjectLegalHold", "GET", Object, "legal-hold"},
      {"PutObjectLegalHold", "PUT", Object, "legal-hold"},
      {"GetObjectRetention", "GET", Object, "retention"},
      {"PutObjectRetention", "PUT", Object, "retention"},
      {"GetObjectTagging", "GET", Object, "tagging", get_object_tagging, "", {"versionId"}},
      {"PutObjectTagging", "PUT", Object, "tagging", put_object_tagging, "", {"versionId"}},
      {"DeleteObjectTagging",
       "DELETE",
       Object,
       "tagging",
       delete_object_tagging,
       "",
       {"versionId"}},
      {"GetObjectTorrent", "GET", Object, "torrent"},
      {"RestoreObject", "POST", Object, "restore"},
      {"SelectObjectContent", "POST", Object, "select"},
      {"CreateMultipartUpload", "POST", Object, "uploads"},
      {"CompleteMultipartUpload", "POST", Object, "uploadId"},
      {"ListParts", "GET", Object, "uploadId"},
      {"UploadPart", "PUT", Object, "uploadId"},
      {"AbortMultipartUpload", "DELETE", Object, "uploadId"},

      {"GetObject", "GET", Object, "", get_object, "", get},
      {"HeadObject", "HEAD", Object, "", head_object, "GetObject", get},
      {"CopyObject",
       "PUT",
       Object,
       "x-amz-copy-source",
       copy_object,
       "PutObject",
       {"content-type", "x-amz-meta-*", "x-amz-metadata-directive",
        "x-amz-source-expected-bucket-owner", "x-amz-copy-source-if-match",
        "x-amz-copy-source-if-none-match", "x-amz-copy-source-if-modified-since",
        "x-amz-copy-source-if-unmodified-since", "x-amz-tagging-directive", "x-amz-tagging",
        "x-amz-checksum-algorithm", "x-amz-acl", "x-amz-storage-class",
        "x-amz-server-side-encryption"}},
      {"PutObject",
       "PUT",
       Object,
       "",
       put_object,
       "",
       {"x-amz-meta-*", "if-none-match", "x-amz-acl", "x-amz-storage-class",
        "x-amz-server-side-encryption", "x-amz-tagging"}},
      {"DeleteObject", "DELETE", Object, "", delete_object, "", {"versionId"}},
  };
}

bool is_named(std::string_view pattern, std::string_view name) {
  return pattern.ends_with('*') ? name.starts_with(pattern.substr(0, pattern.size() - 1))
                                : name == pattern;
}

bool is_taken(const Operation& operation, std::string_view name) {
  const auto named = [&](std::string_view pattern) { return is_named(pattern, name); };
  const bool has_body = operation.method == "PUT" || operation.method == "POST";
  return name == operation.marker || std::ranges::any_of(kOfAll, named) ||
         std::ranges::any_of(operation.takes, named) ||
         (has_body && std::ranges::any_of(kChecksums, named));
}

Level level_of(const S3Request& request) {
  return request.bucket.empty() ? Service : request.key.empty() ? Bucket : Object;
}

bool has_marker(const S3Request& request, std::string_view marker) {
  return marker.starts_with("x-amz-") ? request.header(marker).has_value()
                                      : request.parameter(marker).has_value();
}

// Headers whose meaning changes what is done; all others are those of HTTP.
bool decides(std::string_view header) {
  return header.starts_with("x-amz-") || header.starts_with("if-") || header == "range";
}

}  // namespace

std::span<const Operation> operations() {
  static const std::vector<Operation> kOperations = make_operations();
  return kOperations;
}

const Operation* find_operation(const S3Request& request) {
  const auto all = operations();
  const auto at = std::ranges::find_if(all, [&](const Operation& operation) {
    return operation.method == request.http.method && operation.level == level_of(request) &&
           (operation.marker.empty() || has_marker(request, operation.marker));
  });
  return at == all.end() ? nullptr : &*at;
}

Result<> check_takes(const Operation& operation, const S3Request& request) {
  for (const auto& [name, value] : request.query) {
    if (!is_taken(operation, name)) {
      return refuse(faults::S3NotImplemented, "The parameter {} is not supported", name);
    }
  }
  for (const wire::HttpHeader& header : request.http.headers) {
    const std::string name = wire::lower(header.name);
    if (decides(name) && !is_taken(operation, name)) {
      return refuse(faults::S3NotImplemented, "The parameter {} is not supported", name);
    }
  }
  return {};
}

}  // namespace postern::api::s3
