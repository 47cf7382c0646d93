// SPDX-License-Identifier: Apache-2.0
// What a bucket can have on AWS and cannot have here: read, it is as of a bucket that was never
// given it. To set it is not served.
#include "api/s3/document.h"
#include "api/s3/operations.h"

namespace postern::api::s3 {
namespace {

Result<wire::HttpResponse> empty_document(std::string_view root) {
  return document_of(root, "");
}

}  // namespace

Result<wire::HttpResponse> get_bucket_accelerate_configuration(const S3Call&) {
  return empty_document("AccelerateConfiguration");
}

Result<wire::HttpResponse> get_bucket_cors(const S3Call&) {
  return refuse(faults::S3NoSuchCORSConfiguration, "The CORS configuration does not exist");
}

Result<wire::HttpResponse> get_bucket_lifecycle_configuration(const S3Call&) {
  return refuse(faults::S3NoSuchLifecycleConfiguration,
                "The lifecycle configuration does not exist");
}

Result<wire::HttpResponse> get_bucket_logging(const S3Call&) {
  return empty_document("BucketLoggingStatus");
}

Result<wire::HttpResponse> get_bucket_notification_configuration(const S3Call&) {
  return empty_document("NotificationConfiguration");
}

Result<wire::HttpResponse> get_bucket_replication(const S3Call&) {
  return refuse(faults::S3ReplicationConfigurationNotFound,
                "The replication configuration was not found");
}

Result<wire::HttpResponse> get_bucket_request_payment(const S3Call&) {
  return document_of("RequestPaymentConfiguration", "<Payer>BucketOwner</Payer>");
}

Result<wire::HttpResponse> get_bucket_website(const S3Call&) {
  return refuse(faults::S3NoSuchWebsiteConfiguration,
                "The specified bucket does not have a website configuration");
}

Result<wire::HttpResponse> get_object_lock_configuration(const S3Call&) {
  return refuse(faults::S3ObjectLockConfigurationNotFound,
                "Object Lock configuration does not exist for this bucket");
}

}  // namespace postern::api::s3
