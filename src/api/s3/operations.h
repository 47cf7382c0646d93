// SPDX-License-Identifier: Apache-2.0
// S3's actions: which one a request asks for, what it may say, and the rule that does it.
#pragma once

#include <span>
#include <string_view>
#include <vector>

#include "api/action/http_service.h"
#include "api/s3/request.h"
#include "model/object.h"
#include "model/policy.h"

namespace postern::api::s3 {

// What a rule sees, once it is settled that the caller may.
struct S3Call {
  const S3Request& request;
  const HttpCall& http;
  const Payload& payload;
  const std::map<std::string, std::string>& checksums;  // of the payload, by their headers
  const model::Bucket* bucket;  // the request's; null where it need not be there
  model::ObjectKeeper& objects;
  bool secure = false;  // what comes to the API, comes on a way that nobody else sees
};

using Rule = Result<wire::HttpResponse> (*)(const S3Call&);

enum class Level { Service, Bucket, Object };

struct Operation {
  std::string_view name;
  std::string_view method;
  Level level;
  // The query's parameter, or the header, that tells it from others; empty: it has none.
  std::string_view marker;
  Rule rule = nullptr;  // null: not served
  // What policies call it; empty: as itself.
  std::string_view permission = "";
  // The query's parameters and the headers that it honours, beside those of all. `*` at the end:
  // all that begin so.
  std::vector<std::string_view> takes = {};
};

// All of S3's, most particular first.
std::span<const Operation> operations();

// Null: nothing is done by that method there.
const Operation* find_operation(const S3Request& request);

// NotImplemented for a parameter or a header of S3's that the operation does not honour.
Result<> check_takes(const Operation& operation, const S3Request& request);

// ---- The rules ----------------------------------------------------------------------------------

Result<wire::HttpResponse> list_buckets(const S3Call&);
Result<wire::HttpResponse> create_bucket(const S3Call&);
Result<wire::HttpResponse> delete_bucket(const S3Call&);
Result<wire::HttpResponse> head_bucket(const S3Call&);
Result<wire::HttpResponse> get_bucket_location(const S3Call&);

Result<wire::HttpResponse> get_bucket_tagging(const S3Call&);
Result<wire::HttpResponse> put_bucket_tagging(const S3Call&);
Result<wire::HttpResponse> delete_bucket_tagging(const S3Call&);
Result<wire::HttpResponse> get_bucket_versioning(const S3Call&);
Result<wire::HttpResponse> put_bucket_versioning(const S3Call&);
Result<wire::HttpResponse> get_bucket_encryption(const S3Call&);
Result<wire::HttpResponse> put_bucket_encryption(const S3Call&);
Result<wire::HttpResponse> delete_bucket_encryption(const S3Call&);

Result<wire::HttpResponse> get_bucket_policy(const S3Call&);
Result<wire::HttpResponse> get_bucket_policy_status(const S3Call&);
Result<wire::HttpResponse> put_bucket_policy(const S3Call&);
Result<wire::HttpResponse> delete_bucket_policy(const S3Call&);
Result<wire::HttpResponse> get_public_access_block(const S3Call&);
Result<wire::HttpResponse> put_public_access_block(const S3Call&);
Result<wire::HttpResponse> delete_public_access_block(const S3Call&);
Result<wire::HttpResponse> get_bucket_ownership_controls(const S3Call&);
Result<wire::HttpResponse> put_bucket_ownership_controls(const S3Call&);
Result<wire::HttpResponse> delete_bucket_ownership_controls(const S3Call&);
Result<wire::HttpResponse> get_bucket_acl(const S3Call&);
Result<wire::HttpResponse> put_bucket_acl(const S3Call&);

// What nobody can have set here, as a fresh bucket has it.
Result<wire::HttpResponse> get_bucket_accelerate_configuration(const S3Call&);
Result<wire::HttpResponse> get_bucket_cors(const S3Call&);
Result<wire::HttpResponse> get_bucket_lifecycle_configuration(const S3Call&);
Result<wire::HttpResponse> get_bucket_logging(const S3Call&);
Result<wire::HttpResponse> get_bucket_notification_configuration(const S3Call&);
Result<wire::HttpResponse> get_bucket_replication(const S3Call&);
Result<wire::HttpResponse> get_bucket_request_payment(const S3Call&);
Result<wire::HttpResponse> get_bucket_website(const S3Call&);
Result<wire::HttpResponse> get_object_lock_configuration(const S3Call&);

Result<wire::HttpResponse> list_objects(const S3Call&);
Result<wire::HttpResponse> list_objects_v2(const S3Call&);
Result<wire::HttpResponse> list_object_versions(const S3Call&);
Result<wire::HttpResponse> delete_objects(const S3Call&);
Result<wire::HttpResponse> get_object(const S3Call&);
Result<wire::HttpResponse> head_object(const S3Call&);
Result<wire::HttpResponse> put_object(const S3Call&);
Result<wire::HttpResponse> copy_object(const S3Call&);
Result<wire::HttpResponse> delete_object(const S3Call&);
Result<wire::HttpResponse> get_object_tagging(const S3Call&);
Result<wire::HttpResponse> put_object_tagging(const S3Call&);
Result<wire::HttpResponse> delete_object_tagging(const S3Call&);

}  // namespace postern::api::s3
