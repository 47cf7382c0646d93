// SPDX-License-Identifier: Apache-2.0
// What an S3 request says of its body: its hash, that it is not signed, or that it comes in chunks
// ("aws-chunked"), each signed on from the one before or not at all, with trailers behind them.
// [S3 API reference, "Authenticating requests: using the Authorization header", "Signature
// calculations: transferring payload in multiple chunks", "including trailing headers"]
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "api/wire/http.h"

namespace postern::api::wire {

// As the request's x-amz-content-sha256 has it; UNSIGNED-PAYLOAD where a presigned request has
// none. nullopt: a request that has to say so does not.
std::optional<std::string> declared_payload(const HttpRequest& request, bool presigned);

bool is_chunked(std::string_view payload);
// Whether the chunks of that payload are signed.
bool has_signed_chunks(std::string_view payload);
// Whether something comes after them.
bool has_trailer(std::string_view payload);

struct Chunk {
  std::string_view bytes;
  std::string_view signature;
};

// Views into the body that it was read from.
struct ChunkedBody {
  std::vector<Chunk> chunks;  // the last one is empty
  std::vector<HttpHeader> trailers;
  std::string trailer_signature;

  std::string bytes() const;
};

// nullopt: it is none, or does not end.
std::optional<ChunkedBody> read_chunks(std::string_view body);

}  // namespace postern::api::wire
