// SPDX-License-Identifier: Apache-2.0
#include "api/wire/sigv4_payload.h"

#include <charconv>

#include "api/wire/sigv4_text.h"

namespace postern::api::wire {
namespace {

constexpr std::string_view kUnsigned = "UNSIGNED-PAYLOAD";
constexpr std::string_view kStreaming = "STREAMING-";
constexpr std::string_view kChunkSignature = "chunk-signature=";
constexpr std::string_view kTrailerSignature = "x-amz-trailer-signature";
constexpr std::string_view kLineEnd = "\r\n";

// The text up to the line's end, which is taken too. nullopt: the line does not end.
std::optional<std::string_view> take_line(std::string_view& text) {
  const std::size_t end = text.find(kLineEnd);
  if (end == std::string_view::npos) {
    return std::nullopt;
  }
  const std::string_view line = text.substr(0, end);
  text.remove_prefix(end + kLineEnd.size());
  return line;
}

// A chunk without the line that begins it.
std::optional<Chunk> take_chunk(std::string_view& text) {
  const auto line = take_line(text);
  if (!line) {
    return std::nullopt;
  }
  const std::size_t semicolon = std::min(line->find(';'), line->size());
  std::size_t size = 0;
  const char* const end_of_size = line->data() + semicolon;
  const auto [end, error] = std::from_chars(line->data(), end_of_size, size, 16);
  if (error != std::errc{} || end != end_of_size || size > text.size()) {
    return std::nullopt;
  }
  Chunk chunk;
  const std::string_view extension = line->substr(std::min(semicolon + 1, line->size()));
  if (extension.starts_with(kChunkSignature)) {
    chunk.signature = extension.substr(kChunkSignature.size());
  }
  chunk.bytes = text.substr(0, size);
  text.remove_prefix(size);
  return chunk;
}

}  // namespace

std::optional<std::string> declared_payload(const HttpRequest& request, bool presigned) {
  if (const std::string* declared = request.header("X-Amz-Content-Sha256")) {
    return *declared;
  }
  return presigned ? std::optional(std::string(kUnsigned)) : std::nullopt;
}

bool is_chunked(std::string_view payload) {
  return payload.starts_with(kStreaming);
}

bool has_signed_chunks(std::string_view payload) {
  return payload.starts_with("STREAMING-AWS4-HMAC-SHA256-PAYLOAD");
}

bool has_trailer(std::string_view payload) {
  return payload.ends_with("-TRAILER");
}

std::string ChunkedBody::bytes() const {
  std::string out;
  for (const Chunk& chunk : chunks) {
    out += chunk.bytes;
  }
  return out;
}

std::optional<ChunkedBody> read_chunks(std::string_view body) {
  ChunkedBody out;
  while (true) {
    const auto chunk = take_chunk(body);
    if (!chunk) {
      return std::nullopt;
    }
    out.chunks.push_back(*chunk);
    if (chunk->bytes.empty()) {
      break;
    }
    if (!body.starts_with(kLineEnd)) {
      return std::nullopt;
    }
    body.remove_prefix(kLineEnd.size());
  }
  while (const auto line = take_line(body)) {
    const std::size_t colon = std::min(line->find(':'), line->size());
    const std::string name = lower(trimmed(line->substr(0, colon)));
    const std::string value(trimmed(line->substr(std::min(colon + 1, line->size()))));
    if (name == kTrailerSignature) {
      out.trailer_signature = value;
    } else if (!name.empty()) {
      out.trailers.push_back({name, value});
    }
  }
  return body.empty() ? std::optional(std::move(out)) : std::nullopt;
}

}  // namespace postern::api::wire
