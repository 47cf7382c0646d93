// SPDX-License-Identifier: Apache-2.0
#include "api/s3/service.h"

#include "api/s3/access.h"
#include "api/s3/checksum.h"
#include "api/s3/document.h"
#include "api/s3/object.h"
#include "api/s3/operations.h"
#include "model/buckets.h"

namespace postern::api::s3 {
namespace {

using wire::HttpRequest;
using wire::HttpResponse;

bool is_by_version(const Operation& operation, const S3Request& request) {
  return operation.level == Level::Object && request.parameter("versionId");
}

// s3:GetObject, s3:GetObjectTagging; of a version s3:GetObjectVersion, s3:GetObjectVersionTagging.
std::string permission_of(const Operation& operation, const S3Request& request) {
  constexpr std::string_view kObject = "Object";
  std::string out(operation.permission.empty() ? operation.name : operation.permission);
  if (is_by_version(operation, request)) {
    out.insert(out.find(kObject) + kObject.size(), "Version");
  }
  return "s3:" + out;
}

// What policies call the request's bucket or object.
std::string resource_of(const S3Request& request) {
  return fmt::format("arn:aws:s3:::{}{}{}", request.bucket, request.key.empty() ? "" : "/",
                     request.key);
}

// Wherever it is asked from, it is told where a bucket is; all else is asked there.
Result<> check_region(const Operation& operation, const model::Bucket& bucket,
                      const model::Caller& caller) {
  if (bucket.region == caller.region || operation.name == "GetBucketLocation") {
    return {};
  }
  return refuse(faults::S3PermanentRedirect,
                "The bucket you are attempting to access must be addressed using the specified "
                "endpoint. Please send all future requests to this endpoint.");
}

Result<HttpResponse> perform(const S3Parts& parts, const Operation& operation,
                             const S3Request& request, const HttpCall& http) {
  const model::Bucket* bucket = nullptr;
  const bool makes_it = operation.name == "CreateBucket";
  if (operation.level != Level::Service && !makes_it) {
    TRY_ASSIGN(bucket, find_bucket(http.world, request.bucket));
    TRY(check_expected_owner(request, "x-amz-expected-bucket-owner", *bucket));
  }
  // Each of several objects is asked for by itself.
  if (operation.name != "DeleteObjects") {
    TRY(authorize(http, request, bucket, permission_of(operation, request), resource_of(request),
                  parts.secure));
  }
  if (bucket != nullptr) {
    TRY(check_region(operation, *bucket, http.caller));
  }
  TRY(check_takes(operation, request));
  TRY_ASSIGN(const Payload payload, payload_of(request));
  TRY_ASSIGN(const auto checksums, check_digests(request, payload));
  return operation.rule({.request = request,
                         .http = http,
                         .payload = payload,
                         .checksums = checksums,
                         .bucket = bucket,
                         .objects = parts.objects,
                         .secure = parts.secure});
}

Result<HttpResponse> answer_s3(const S3Parts& parts, const HttpCall& http) {
  TRY_ASSIGN(const S3Request request, read_request(http.request, parts.host_names));
  const Operation* operation = find_operation(request);
  if (operation == nullptr || operation->rule == nullptr) {
    return refuse(faults::S3MethodNotAllowed,
                  "The specified method is not allowed against this resource.");
  }
  return perform(parts, *operation, request, http);
}

HttpService::Named name_of(const S3Parts& parts, const HttpRequest& http) {
  const auto request = read_request(http, parts.host_names);
  const Operation* operation = request ? find_operation(*request) : nullptr;
  if (operation == nullptr) {
    return {.action = "-", .served = true};  // whose answer says what is wrong with it
  }
  return {.action = std::string(operation->name), .served = operation->rule != nullptr};
}

// Where a bucket that is asked for elsewhere is. [S3 API reference, HeadBucket]
void add_region(const model::World& world, const S3Request& request, HttpResponse& response) {
  if (const auto* bucket = world.find(model::Id<model::Bucket>(request.bucket))) {
    response.headers.push_back({"x-amz-bucket-region", bucket->region});
  }
}

HttpResponse refusal_of(const S3Parts& parts, const HttpRequest& http, const model::World& world,
                        const Error& error, std::string_view request_id) {
  const std::string elements = wire::xml_fragment(wire::Dialect::S3, [&](wire::XmlWriter& xml) {
    xml.text("Code", error.fault().code);
    xml.text("Message", error.message());
    xml.text("Resource", http.path());
    xml.text("RequestId", request_id);
  });
  HttpResponse out{.status = error.fault().http_status,
                   .headers = {{"Content-Type", "application/xml"}},
                   .body = fmt::format("<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n"
                                       "<Error>{}</Error>",
                                       elements)};
  if (const auto request = read_request(http, parts.host_names)) {
    add_region(world, *request, out);
  }
  return out;
}

}  // namespace

HttpService s3_service(const S3Parts& parts) {
  return {.signing_name = "s3",
          .action_of = [parts](const HttpRequest& request) { return name_of(parts, request); },
          .answer = [parts](const HttpCall& call) { return answer_s3(parts, call); },
          .refusal =
              [parts](const HttpRequest& request, const model::World& world, const Error& error,
                      std::string_view id) { return refusal_of(parts, request, world, error, id); },
          .takes_large_body = [](const HttpRequest& request) { return request.method == "PUT"; }};
}

model::ObjectVersion log_file(const model::Bucket& bucket, const std::string& key,
                              std::string_view bytes, TimePoint now) {
  return new_object(bucket, key, bytes, {{"content-type", "application/octet-stream"}}, now);
}

}  // namespace postern::api::s3
