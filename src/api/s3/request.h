// SPDX-License-Identifier: Apache-2.0
// What an S3 request says: which bucket, which object, and what of it.
#pragma once

#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "api/wire/http.h"
#include "base/result.h"

namespace postern::api::s3 {

struct S3Request {
  const wire::HttpRequest& http;
  std::string bucket;  // empty: it is about none
  std::string key;     // empty: it is about the bucket
  std::map<std::string, std::string, std::less<>> query;

  // The query's parameter or the header of that name, if there is one; an empty one is there too.
  std::optional<std::string> parameter(std::string_view name) const;
  std::optional<std::string> header(std::string_view name) const;
  // From digits. InvalidArgument for what is no number up to `max`.
  Result<std::optional<int>> number(std::string_view name, int max) const;
};

// Path style, http://host/bucket/key, or virtual-hosted style, http://bucket.host/key, where the
// host is localhost, one of `host_names`, or AWS's own name for S3. InvalidURI for a path that is
// none. [S3 user guide, "Virtual hosting of general purpose buckets"]
Result<S3Request> read_request(const wire::HttpRequest& http,
                               const std::vector<std::string>& host_names);

// The bytes that a request brings, out of the chunks that they may come in, and what their trailers
// say beside the headers.
struct Payload {
  std::string bytes;
  std::vector<wire::HttpHeader> trailers;
};
// IncompleteBody for what ends too early.
Result<Payload> payload_of(const S3Request& request);

}  // namespace postern::api::s3
