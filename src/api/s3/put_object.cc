// SPDX-License-Identifier: Apache-2.0
// PutObject, CopyObject, DeleteObject.
#include <algorithm>
#include <array>

#include "api/s3/access.h"
#include "api/s3/bucket_access.h"
#include "api/s3/checksum.h"
#include "api/s3/document.h"
#include "api/s3/object.h"
#include "api/wire/digest.h"
#include "api/wire/sigv4_text.h"

namespace postern::api::s3 {
namespace {

using wire::HttpResponse;

// [S3 user guide, "Working with object metadata": 2 KB of names and values]
constexpr std::size_t kMetadataMax = 2048;
constexpr std::string_view kMetadata = "x-amz-meta-";

// As Content-Encoding without the form in which the body was sent.
std::string without_chunks(std::string_view encoding) {
  std::string out;
  for (const std::string_view one : wire::split(encoding, ',')) {
    const std::string_view name = wire::trimmed(one);
    if (!name.empty() && name != "aws-chunked") {
      out += (out.empty() ? "" : ",") + std::string(name);
    }
  }
  return out;
}

// What a request wants to be said of the object later.
Result<std::map<std::string, std::string>> stored_headers(const S3Request& request) {
  std::map<std::string, std::string> out;
  out["content-type"] = request.header("content-type").value_or("binary/octet-stream");
  for (const char* name : {"cache-control", "content-disposition", "content-language", "expires"}) {
    if (const auto value = request.header(name)) {
      out[name] = *value;
    }
  }
  const std::string encoding = without_chunks(request.header("content-encoding").value_or(""));
  if (!encoding.empty()) {
    out["content-encoding"] = encoding;
  }
  std::size_t size = 0;
  for (const wire::HttpHeader& header : request.http.headers) {
    const std::string name = wire::lower(header.name);
    if (name.starts_with(kMetadata)) {
      size += name.size() - kMetadata.size() + header.value.size();
      out[name] += (out.contains(name) ? "," : "") + header.value;
    }
  }
  if (size > kMetadataMax) {
    return refuse(faults::S3MetadataTooLarge,
                  "Your metadata headers exceed the maximum allowed metadata size");
  }
  return out;
}

Result<> check_value(const S3Request& request, std::string_view header, std::string_view parameter,
                     std::string_view only) {
  const auto value = request.header(header);
  return !value || *value == only
             ? Result<>()
             : refuse(faults::S3NotImplemented,
                      "The parameter {} is not supported with the value {}", parameter, *value);
}

// Objects are the bucket's owner's. Where another account's would be its own, it can put none.
// [S3 user guide, "Controlling ownership of objects"]
Result<> check_object_owner(const S3Call& call) {
  TRY(check_acl(call));
  const bool own = call.bucket->owner == call.http.caller.account;
  const bool owners = call.bucket->ownership == kOwnerEnforced ||
                      (call.bucket->ownership == "BucketOwnerPreferred" &&
                       call.request.header("x-amz-acl") == kOwnersAcl);
  if (!own && !owners) {
    return refuse(faults::S3NotImplemented,
                  "Objects that belong to another account than their bucket are not supported: the "
                  "bucket's object ownership is not BucketOwnerEnforced");
  }
  return {};
}

// What the headers of PutObject and CopyObject may say.
Result<> check_headers(const S3Call& call) {
  TRY(check_value(call.request, "x-amz-storage-class", "StorageClass", "STANDARD"));
  TRY(check_value(call.request, "x-amz-server-side-encryption", "ServerSideEncryption", "AES256"));
  return check_object_owner(call);
}

HttpResponse stored(const S3Call& call, const model::ObjectVersion& object) {
  HttpResponse out{.status = 200,
                   .headers = {{"ETag", fmt::format("\"{}\"", object.etag)},
                               {"x-amz-server-side-encryption", "AES256"}},
                   .body = ""};
  for (const auto& [name, value] : object.headers) {
    if (name.starts_with("x-amz-checksum-")) {
      out.headers.push_back({name, value});
    }
  }
  add_version(*call.bucket, object, out);
  return out;
}

// Who gives an object tags has to be allowed that by itself. [S3 API reference, PutObject]
Result<> check_may_tag(const S3Call& call, const model::Tags& tags) {
  return tags.empty()
             ? Result<>()
             : authorize_object(call, *call.bucket, "s3:PutObjectTagging", call.request.key);
}

// ---- Copies -------------------------------------------------------------------------------------

struct CopySource {
  std::string bucket;
  std::string key;
  std::optional<std::string> version;
};

// /bucket/key?versionId=…, with escapes.
Result<CopySource> read_source(const S3Request& request) {
  constexpr std::string_view kVersion = "?versionId=";
  const std::string text = request.header("x-amz-copy-source").value_or("");
  const std::size_t mark = text.find(kVersion);
  std::string path = wire::query_decoded(text.substr(0, mark));
  path.erase(0, path.starts_with('/') ? 1 : 0);
  const std::size_t slash = path.find('/');
  if (slash == std::string::npos || slash == 0 || slash + 1 == path.size()) {
    return refuse(faults::S3InvalidArgument,
                  "Copy Source must mention the source bucket and key: "
                  "sourcebucket/sourcekey");
  }
  CopySource out{
      .bucket = path.substr(0, slash), .key = path.substr(slash + 1), .version = std::nullopt};
  if (mark != std::string::npos) {
    out.version = wire::query_decoded(text.substr(mark + kVersion.size()));
  }
  return out;
}

Result<> check_directive(const S3Request& request, std::string_view header) {
  const std::string value = request.header(header).value_or("COPY");
  return value == "COPY" || value == "REPLACE"
             ? Result<>()
             : refuse(faults::S3InvalidArgument, "Unknown {} directive.", header);
}

struct SourceObject {
  const model::Bucket* bucket;
  model::ObjectVersion object;
  std::string bytes;
};

Result<SourceObject> read_copied(const S3Call& call, const CopySource& source) {
  TRY_ASSIGN(const auto* const bucket, find_bucket(call.http.world, source.bucket));
  TRY(check_expected_owner(call.request, "x-amz-source-expected-bucket-owner", *bucket));
  TRY(authorize_object(call, *bucket, source.version ? "s3:GetObjectVersion" : "s3:GetObject",
                       source.key));
  TRY_ASSIGN(const auto found, call.objects.find(bucket->storage, source.key, source.version));
  if (!found || found->deleted) {
    return refuse(source.version ? faults::S3NoSuchVersion : faults::S3NoSuchKey,
                  "The specified key does not exist.");
  }
  TRY_ASSIGN(const auto conditions, check_conditions(call.request, "x-amz-copy-source-", *found));
  if (conditions != Conditions::Hold) {
    return refuse(faults::S3PreconditionFailed,
                  "At least one of the pre-conditions you specified did not hold");
  }
  TRY_ASSIGN(auto bytes, call.objects.read(*found, 0, found->size));
  return SourceObject{.bucket = bucket, .object = *found, .bytes = std::move(bytes)};
}

// The source's, which the caller has to be allowed to read, or those of the request.
// [S3 API reference, CopyObject, x-amz-tagging-directive]
Result<model::Tags> tags_of_copy(const S3Call& call, const CopySource& source,
                                 const SourceObject& from) {
  if (call.request.header("x-amz-tagging-directive") == "REPLACE") {
    return tags_of_header(call.request);
  }
  if (call.request.header("x-amz-tagging")) {
    return refuse(faults::S3InvalidRequest,
                  "The x-amz-tagging header requires the x-amz-tagging-directive REPLACE");
  }
  if (!from.object.tags.empty()) {
    TRY(authorize_object(call, *from.bucket, tagging_permission(source.version), source.key));
  }
  return from.object.tags;
}

}  // namespace

model::ObjectVersion new_object(const model::Bucket& bucket, const std::string& key,
                                std::string_view bytes, std::map<std::string, std::string> headers,
                                TimePoint now) {
  return {.key = key,
          .version = bucket.versioning == "Enabled" ? "" : std::string(model::kNullVersion),
          .size = bytes.size(),
          .etag = wire::hex(wire::digest_of(wire::Digest::Md5, bytes)),
          .modified_at = now,
          .headers = std::move(headers)};
}

Result<HttpResponse> put_object(const S3Call& call) {
  TRY(check_headers(call));
  TRY(check_value(call.request, "if-none-match", "IfNoneMatch", "*"));
  TRY_ASSIGN(auto headers, stored_headers(call.request));
  headers.insert(call.checksums.begin(), call.checksums.end());
  auto object = new_object(*call.bucket, call.request.key, call.payload.bytes, std::move(headers),
                           call.http.now);
  TRY_ASSIGN(object.tags, tags_of_header(call.request));
  TRY(check_may_tag(call, object.tags));
  TRY_ASSIGN(const auto done, call.objects.put(call.bucket->storage, object, call.payload.bytes,
                                               call.request.header("if-none-match").has_value()));
  if (!done) {
    return refuse(faults::S3PreconditionFailed,
                  "At least one of the pre-conditions you specified did not hold");
  }
  return stored(call, *done);
}

Result<HttpResponse> copy_object(const S3Call& call) {
  TRY(check_headers(call));
  TRY(check_directive(call.request, "x-amz-metadata-directive"));
  TRY(check_directive(call.request, "x-amz-tagging-directive"));
  const bool replaces = call.request.header("x-amz-metadata-directive") == "REPLACE";
  TRY_ASSIGN(const CopySource source, read_source(call.request));
  if (source.bucket == call.request.bucket && source.key == call.request.key && !source.version &&
      !replaces) {
    return refuse(faults::S3InvalidRequest,
                  "This copy request is illegal because it is trying to copy an object to itself "
                  "without changing the object's metadata, storage class, website redirect "
                  "location or encryption attributes.");
  }
  TRY_ASSIGN(const SourceObject from, read_copied(call, source));
  auto headers = from.object.headers;
  if (replaces) {
    TRY_ASSIGN(headers, stored_headers(call.request));
  }
  if (const auto algorithm = call.request.header("x-amz-checksum-algorithm")) {
    const std::string name = wire::lower(*algorithm);
    if (!is_checksum_algorithm(name)) {
      return refuse(faults::S3InvalidArgument, "Checksum algorithm provided is unsupported: {}",
                    *algorithm);
    }
    headers["x-amz-checksum-" + name] = checksum(name, from.bytes);
  }
  auto object =
      new_object(*call.bucket, call.request.key, from.bytes, std::move(headers), call.http.now);
  TRY_ASSIGN(object.tags, tags_of_copy(call, source, from));
  TRY(check_may_tag(call, object.tags));
  TRY_ASSIGN(const auto done, call.objects.put(call.bucket->storage, object, from.bytes, false));
  HttpResponse out = document("CopyObjectResult", [&](wire::XmlWriter& xml) {
    encode(xml, "LastModified", done->modified_at);
    xml.text("ETag", fmt::format("\"{}\"", done->etag));
  });
  out.headers.push_back({"x-amz-server-side-encryption", "AES256"});
  if (from.object.version != model::kNullVersion) {
    out.headers.push_back({"x-amz-copy-source-version-id", from.object.version});
  }
  add_version(*call.bucket, *done, out);
  return out;
}

Result<Deletion> delete_key(const S3Call& call, const std::string& key,
                            const std::optional<std::string>& version) {
  const model::Bucket& bucket = *call.bucket;
  if (version || bucket.versioning.empty()) {
    TRY_ASSIGN(const auto gone,
               call.objects.erase(bucket.storage, key,
                                  version.value_or(std::string(model::kNullVersion))));
    return Deletion{.version = version.value_or(""), .marker = gone && gone->deleted};
  }
  // [S3 user guide, "Deleting object versions from a versioning-suspended bucket"]
  const model::ObjectVersion marker{
      .key = key,
      .version = bucket.versioning == "Enabled" ? "" : std::string(model::kNullVersion),
      .deleted = true,
      .modified_at = call.http.now};
  TRY_ASSIGN(const auto done, call.objects.put(bucket.storage, marker, "", false));
  return Deletion{.version = done->version, .marker = true};
}

Result<HttpResponse> delete_object(const S3Call& call) {
  TRY_ASSIGN(const Deletion done,
             delete_key(call, call.request.key, call.request.parameter("versionId")));
  HttpResponse out{.status = 204};
  if (!done.version.empty()) {
    out.headers.push_back({"x-amz-version-id", done.version});
  }
  if (done.marker) {
    out.headers.push_back({"x-amz-delete-marker", "true"});
  }
  return out;
}

}  // namespace postern::api::s3
