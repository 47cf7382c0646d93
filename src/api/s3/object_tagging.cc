// SPDX-License-Identifier: Apache-2.0
// GetObjectTagging, PutObjectTagging, DeleteObjectTagging.
#include "api/s3/object.h"
#include "api/s3/tag_set.h"

namespace postern::api::s3 {
namespace {

using wire::HttpResponse;

// Of the version that the request names. It may be deleted between its being found and its change.
Result<model::ObjectVersion> change_tags(const S3Call& call, const model::Tags& tags) {
  TRY_ASSIGN(const auto object, find_object(call));
  TRY_ASSIGN(const auto changed,
             call.objects.set_tags(call.bucket->storage, object.key, object.version, tags));
  return changed ? Result<model::ObjectVersion>(*changed) : no_such_key(call);
}

}  // namespace

Result<model::Tags> tags_of_header(const S3Request& request) {
  return parse_tagging(request.header("x-amz-tagging").value_or(""), kObjectTagLimit);
}

Result<HttpResponse> get_object_tagging(const S3Call& call) {
  TRY_ASSIGN(const auto object, find_object(call));
  HttpResponse out = tagging_document(object.tags);
  add_version(*call.bucket, object, out);
  return out;
}

Result<HttpResponse> put_object_tagging(const S3Call& call) {
  TRY_ASSIGN(const auto tags, read_tagging(call.payload.bytes, kObjectTagLimit));
  TRY_ASSIGN(const auto object, change_tags(call, tags));
  HttpResponse out{.status = 200};
  add_version(*call.bucket, object, out);
  return out;
}

Result<HttpResponse> delete_object_tagging(const S3Call& call) {
  TRY_ASSIGN(const auto object, change_tags(call, {}));
  HttpResponse out{.status = 204};
  add_version(*call.bucket, object, out);
  return out;
}

}  // namespace postern::api::s3
