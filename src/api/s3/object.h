// SPDX-License-Identifier: Apache-2.0
// What the rules of objects share.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "api/s3/operations.h"
#include "api/s3/tag_set.h"

namespace postern::api::s3 {

// The version that is asked for, with something in it.
Result<model::ObjectVersion> find_object(const S3Call& call);

// NoSuchKey, to who may list the bucket; AccessDenied to others, who shall not learn what there is.
// [S3 API reference, GetObject: permissions]
std::unexpected<Error> no_such_key(const S3Call& call);

// Which of a request's conditions does not hold, about that object.
enum class Conditions { Hold, NotModified, Failed };
// `prefix` of the headers' names: x-amz-copy-source- or none. InvalidArgument for a time that is
// none. [RFC 9110, 13.2.2; S3 API reference, GetObject, CopyObject]
Result<Conditions> check_conditions(const S3Request& request, std::string_view prefix,
                                    const model::ObjectVersion& object);

// Which bytes a Range header names, of so many. nullopt: all, since it names none or is not one
// that S3 knows. InvalidRange beyond the end.
struct ByteRange {
  std::uint64_t first = 0;
  std::uint64_t length = 0;
};
Result<std::optional<ByteRange>> range_of(const S3Request& request, std::uint64_t size);

// [S3 user guide, "Categorizing your objects using tags"]
inline constexpr TagLimit kObjectTagLimit{
    .max = 10, .fault = faults::S3BadRequest, .words = "Object tags cannot be greater than 10"};
// What lets somebody read them, of a version or of the latest.
// [S3 API reference, GetObjectTagging: permissions]
inline std::string_view tagging_permission(const std::optional<std::string>& version) {
  return version ? "s3:GetObjectVersionTagging" : "s3:GetObjectTagging";
}

// Of x-amz-tagging, as parse_tagging.
Result<model::Tags> tags_of_header(const S3Request& request);

// The version that a put makes.
model::ObjectVersion new_object(const model::Bucket& bucket, const std::string& key,
                                std::string_view bytes, std::map<std::string, std::string> headers,
                                TimePoint now);

// What was done when a key was deleted, by the bucket's versioning.
struct Deletion {
  std::string version;  // empty: the bucket has none
  bool marker = false;  // a delete marker was made, or one was taken away
};
Result<Deletion> delete_key(const S3Call& call, const std::string& key,
                            const std::optional<std::string>& version);

// The headers of an answer about a version: its id, if the bucket has versions.
void add_version(const model::Bucket& bucket, const model::ObjectVersion& object,
                 wire::HttpResponse& response);

}  // namespace postern::api::s3
