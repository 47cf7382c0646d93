// SPDX-License-Identifier: Apache-2.0
// A bucket's tags, its versioning and its default encryption.
#include "api/s3/bucket_access.h"
#include "api/s3/document.h"
#include "api/s3/operations.h"
#include "api/s3/tag_set.h"

namespace postern::api::s3 {
namespace {

using wire::HttpResponse;
using wire::XmlWriter;

// [S3 user guide, "Using cost allocation S3 bucket tags"]
constexpr TagLimit kTagLimit{.max = 50,
                             .fault = faults::S3InvalidTag,
                             .words = "Bucket tag count cannot be greater than 50"};

// Everything is "encrypted with S3 managed keys" to who asks: that is what there is without KMS.
Result<bool> read_encryption(const std::string& text) {
  TRY_ASSIGN(const auto body, read_document("ServerSideEncryptionConfiguration", text));
  const auto rules = repeated(body, "Rule");
  const wire::Parameter* by_default =
      rules.size() == 1 ? rules.front()->child("ApplyServerSideEncryptionByDefault") : nullptr;
  if (by_default == nullptr) {
    return malformed_xml();
  }
  const std::string algorithm = by_default->text("SSEAlgorithm").value_or("");
  if (algorithm == "aws:kms" || algorithm == "aws:kms:dsse") {
    return refuse(faults::S3NotImplemented,
                  "The parameter SSEAlgorithm is not supported with the value {}", algorithm);
  }
  if (by_default->text("KMSMasterKeyID")) {
    return refuse(faults::S3InvalidArgument,
                  "a KMSMasterKeyID is not applicable if the default sse algorithm is not aws:kms "
                  "or aws:kms:dsse");
  }
  TRY_ASSIGN(const bool bucket_key, flag(*rules.front(), "BucketKeyEnabled"));
  TRY(all_known(body));
  return algorithm == "AES256" ? Result<bool>(bucket_key) : Result<bool>(malformed_xml());
}

}  // namespace

Result<HttpResponse> get_bucket_tagging(const S3Call& call) {
  if (call.bucket->tags.empty()) {
    return refuse(faults::S3NoSuchTagSet, "The TagSet does not exist");
  }
  return tagging_document(call.bucket->tags);
}

Result<HttpResponse> put_bucket_tagging(const S3Call& call) {
  TRY_ASSIGN(const model::Tags tags, read_tagging(call.payload.bytes, kTagLimit));
  TRY(change_bucket(call, [tags](model::Bucket& bucket) -> Result<> {
    bucket.tags = tags;
    return {};
  }));
  return HttpResponse{.status = 204};
}

Result<HttpResponse> delete_bucket_tagging(const S3Call& call) {
  TRY(change_bucket(call, [](model::Bucket& bucket) -> Result<> {
    bucket.tags.clear();
    return {};
  }));
  return HttpResponse{.status = 204};
}

Result<HttpResponse> get_bucket_versioning(const S3Call& call) {
  return document("VersioningConfiguration", [&](XmlWriter& xml) {
    if (!call.bucket->versioning.empty()) {
      xml.text("Status", call.bucket->versioning);
    }
  });
}

Result<HttpResponse> put_bucket_versioning(const S3Call& call) {
  TRY_ASSIGN(const auto body, read_document("VersioningConfiguration", call.payload.bytes));
  const std::string status = body.text("Status").value_or("");
  const std::string mfa_delete = body.text("MfaDelete").value_or("Disabled");
  TRY(all_known(body));
  if ((status != "Enabled" && status != "Suspended") ||
      (mfa_delete != "Enabled" && mfa_delete != "Disabled")) {
    return refuse(faults::S3MalformedXML, "The Versioning element must be specified");
  }
  if (mfa_delete == "Enabled") {
    return refuse(faults::S3NotImplemented,
                  "The parameter MFADelete is not supported with the value Enabled");
  }
  TRY(change_bucket(call, [status](model::Bucket& bucket) -> Result<> {
    bucket.versioning = status;
    return {};
  }));
  return HttpResponse{};
}

Result<HttpResponse> get_bucket_encryption(const S3Call& call) {
  return document("ServerSideEncryptionConfiguration", [&](XmlWriter& xml) {
    xml.element("Rule", [&] {
      xml.element("ApplyServerSideEncryptionByDefault",
                  [&] { xml.text("SSEAlgorithm", "AES256"); });
      encode(xml, "BucketKeyEnabled", call.bucket->bucket_key);
    });
  });
}

Result<HttpResponse> put_bucket_encryption(const S3Call& call) {
  TRY_ASSIGN(const bool bucket_key, read_encryption(call.payload.bytes));
  TRY(change_bucket(call, [bucket_key](model::Bucket& bucket) -> Result<> {
    bucket.bucket_key = bucket_key;
    return {};
  }));
  return HttpResponse{};
}

// To what every bucket has. [S3 API reference, DeleteBucketEncryption]
Result<HttpResponse> delete_bucket_encryption(const S3Call& call) {
  TRY(change_bucket(call, [](model::Bucket& bucket) -> Result<> {
    bucket.bucket_key = false;
    return {};
  }));
  return HttpResponse{.status = 204};
}

}  // namespace postern::api::s3
