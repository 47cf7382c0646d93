// SPDX-License-Identifier: Apache-2.0
#include <fmt/format.h>
#include <openssl/evp.h>

#include <algorithm>
#include <array>
#include <charconv>
#include <map>

#include "api/wire/sigv4.h"
#include "api/wire/sigv4_text.h"
#include "base/check.h"

namespace postern::api::wire {
namespace {

// The longest that a presigned request may be good for. [IAM user guide, "X-Amz-Expires"]
constexpr std::chrono::seconds kLifetimeMax = std::chrono::days(7);

using Map = std::map<std::string, std::string, std::less<>>;

std::string base64_sha256(std::string_view text) {
  std::array<unsigned char, 32> digest{};
  unsigned length = 0;
  POSTERN_CHECK(
      EVP_Digest(text.data(), text.size(), digest.data(), &length, EVP_sha256(), nullptr) == 1,
      "SHA-256 is always there");
  std::array<unsigned char, 4 * ((sizeof(digest) + 2) / 3) + 1> out{};
  const int written = EVP_EncodeBlock(out.data(), digest.data(), static_cast<int>(length));
  return {reinterpret_cast<const char*>(out.data()), static_cast<std::size_t>(written)};
}

const std::string* find(const Map& map, std::string_view name) {
  const auto at = map.find(name);
  return at == map.end() || at->second.empty() ? nullptr : &at->second;
}

// Where a signature stands in a request, and AWS's words for what is not there.
struct Source {
  Map parts;  // Credential, SignedHeaders, Signature and, presigned, Expires
  const std::string* date = nullptr;
  std::string_view requires_part;  // "Authorization header requires '{}' parameter. "
  std::string_view requires_date;
  std::string ending;
};

SignatureResult<> require_parts(const Source& source) {
  std::string words;
  for (const std::string_view name : {"Credential", "Signature", "SignedHeaders"}) {
    if (find(source.parts, name) == nullptr) {
      words += fmt::format(fmt::runtime(source.requires_part), name);
    }
  }
  if (source.date == nullptr) {
    words += source.requires_date;
  }
  if (!words.empty()) {
    return signature_failure(SignatureFault::Incomplete, words + source.ending);
  }
  return {};
}

SignatureResult<> read_credential(const std::string& text, Signature& out) {
  const auto parts = split(text, '/');
  if (parts.size() != 5 || parts[0].empty()) {
    return signature_failure(
        SignatureFault::Incomplete,
        fmt::format("Credential must have exactly 5 slash-delimited elements, e.g. "
                    "keyid/date/region/service/term, got '{}'",
                    text));
  }
  if (parts[4] != kScopeTerminator) {
    return signature_failure(
        SignatureFault::WrongScope,
        fmt::format("Credential should be scoped with a valid terminator: '{}', not '{}'. ",
                    kScopeTerminator, parts[4]));
  }
  out.access_key_id = parts[0];
  out.date = parts[1];
  out.region = parts[2];
  out.service = parts[3];
  return {};
}

SignatureResult<> read_date(const std::string& text, Signature& out) {
  const auto time = parse_timestamp(text);
  if (!time) {
    return signature_failure(SignatureFault::Incomplete,
                             fmt::format("Date must be in ISO-8601 'basic format'. Got '{}'. See "
                                         "http://en.wikipedia.org/wiki/ISO_8601",
                                         text));
  }
  out.signed_at = *time;
  out.timestamp = format_timestamp(*time);
  return {};
}

SignatureResult<> read_lifetime(const std::string& text, Signature& out) {
  long seconds = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), seconds);
  if (error != std::errc{} || end != text.data() + text.size() || seconds < 1 ||
      seconds > kLifetimeMax.count()) {
    return signature_failure(SignatureFault::Incomplete,
                             fmt::format("X-Amz-Expires must be a number from 1 to {}, got '{}'",
                                         kLifetimeMax.count(), text));
  }
  out.lifetime = std::chrono::seconds(seconds);
  return {};
}

// What both forms have, from where they have it.
SignatureResult<Signature> read_from(const Source& source) {
  if (auto there = require_parts(source); !there) {
    return std::unexpected(std::move(there).error());
  }
  Signature out;
  out.lifetime = kSignatureWindow;
  out.hex = *find(source.parts, "Signature");
  for (const std::string_view name : split(*find(source.parts, "SignedHeaders"), ';')) {
    out.signed_headers.push_back(lower(trimmed(name)));
  }
  if (auto read = read_credential(*find(source.parts, "Credential"), out); !read) {
    return std::unexpected(std::move(read).error());
  }
  if (auto read = read_date(*source.date, out); !read) {
    return std::unexpected(std::move(read).error());
  }
  if (const std::string* lifetime = find(source.parts, "Expires")) {
    if (auto read = read_lifetime(*lifetime, out); !read) {
      return std::unexpected(std::move(read).error());
    }
  }
  return out;
}

SignatureResult<Signature> read_header(const HttpRequest& request,
                                       const std::string& authorization) {
  Source source;
  source.requires_part = "Authorization header requires '{}' parameter. ";
  source.requires_date =
      "Authorization header requires existence of either a 'X-Amz-Date' or a 'Date' header. ";
  source.ending =
      "(Hashed with SHA-256 and encoded with Base64) Authorization=" + base64_sha256(authorization);
  const std::size_t space = std::min(authorization.find(' '), authorization.size());
  if (authorization.substr(0, space) == kSignatureAlgorithm) {
    for (const std::string_view part : split(std::string_view(authorization).substr(space), ',')) {
      const std::size_t equals = std::min(part.find('='), part.size());
      const std::string_view value = equals < part.size() ? part.substr(equals + 1) : "";
      source.parts.emplace(trimmed(part.substr(0, equals)), trimmed(value));
    }
    source.parts.erase("Expires");  // only presigned requests choose how long they are good
  }
  const std::string* date = request.header("X-Amz-Date");
  source.date = date != nullptr ? date : request.header("Date");
  auto out = read_from(source);
  const std::string* token = request.header("X-Amz-Security-Token");
  if (out && token != nullptr) {
    out->session_token = *token;
  }
  return out;
}

// The query's X-Amz- parameters, without that prefix. The first of a name counts.
Map query_parts(std::string_view query) {
  constexpr std::string_view kPrefix = "X-Amz-";
  Map out;
  for (const std::string_view pair : split(query, '&')) {
    const std::size_t equals = std::min(pair.find('='), pair.size());
    const std::string name = query_decoded(pair.substr(0, equals));
    if (name.starts_with(kPrefix) && equals < pair.size()) {
      out.emplace(name.substr(kPrefix.size()), query_decoded(pair.substr(equals + 1)));
    }
  }
  return out;
}

SignatureResult<Signature> read_query(Map parts) {
  Source source;
  source.requires_part = "AWS query-string parameters must include 'X-Amz-{}'. ";
  source.requires_date = "AWS query-string parameters must include 'X-Amz-Date'. ";
  source.ending = "Re-examine the query-string parameters.";
  source.parts = std::move(parts);
  source.date = find(source.parts, "Date");
  const std::string* algorithm = find(source.parts, "Algorithm");
  if (algorithm == nullptr || *algorithm != kSignatureAlgorithm) {
    return signature_failure(
        SignatureFault::Incomplete,
        fmt::format("AWS query-string parameters must include 'X-Amz-Algorithm' with the value "
                    "'{}'. {}",
                    kSignatureAlgorithm, source.ending));
  }
  auto out = read_from(source);
  if (out) {
    out->presigned = true;
    if (const std::string* token = find(source.parts, "Security-Token")) {
      out->session_token = *token;
    }
  }
  return out;
}

}  // namespace

SignatureResult<Signature> read_signature(const HttpRequest& request) {
  if (const std::string* authorization = request.header("Authorization")) {
    return read_header(request, *authorization);
  }
  Map parts = query_parts(request.query());
  for (const std::string_view name : {"Algorithm", "Credential", "Signature"}) {
    if (parts.contains(name)) {
      return read_query(std::move(parts));
    }
  }
  return signature_failure(SignatureFault::Missing, "Request is missing Authentication Token");
}

}  // namespace postern::api::wire
