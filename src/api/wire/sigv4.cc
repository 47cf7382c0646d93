// SPDX-License-Identifier: Apache-2.0
#include "api/wire/sigv4.h"

#include <fmt/format.h>
#include <openssl/crypto.h>
#include <openssl/evp.h>

#include <algorithm>
#include <array>

#include "api/wire/digest.h"
#include "api/wire/sigv4_canonical.h"
#include "api/wire/sigv4_payload.h"
#include "api/wire/sigv4_text.h"
#include "base/check.h"

namespace postern::api::wire {
namespace {

std::string scope_of(const Signature& signature) {
  return fmt::format("{}/{}/{}/{}", signature.date, signature.region, signature.service,
                     kScopeTerminator);
}

// S3 alone signs what a request says of its body.
bool is_of_s3(const Signature& signature) {
  return signature.service == "s3";
}

std::string signing_key(const Signature& signature, std::string_view secret) {
  std::string key = hmac_sha256("AWS4" + std::string(secret), signature.date);
  key = hmac_sha256(key, signature.region);
  key = hmac_sha256(key, signature.service);
  return hmac_sha256(key, kScopeTerminator);
}

std::string canonical_of(const Signature& signature, const HttpRequest& request) {
  return is_of_s3(signature) ? s3_canonical_request(request, signature.signed_headers,
                                                    declared_payload(request, signature.presigned)
                                                        .value_or(sha256_hex(request.body)))
                             : canonical_request(request, signature.signed_headers);
}

// The signature that `request` should have, in hex.
std::string signature_hex(const Signature& signature, const HttpRequest& request,
                          std::string_view secret) {
  const std::string to_sign =
      fmt::format("{}\n{}\n{}\n{}", kSignatureAlgorithm, signature.timestamp, scope_of(signature),
                  sha256_hex(canonical_of(signature, request)));
  return hex(hmac_sha256(signing_key(signature, secret), to_sign));
}

// ` - 15 min.`, as AWS ends its sentences on time.
std::string minutes_text(std::chrono::seconds lifetime) {
  if (lifetime.count() % 60 != 0) {
    return fmt::format("{} sec.", lifetime.count());
  }
  return fmt::format("{} min.", lifetime.count() / 60);
}

SignatureResult<> check_time(const Signature& signature, TimePoint now) {
  if (signature.signed_at + signature.lifetime < now) {
    return signature_failure(
        SignatureFault::Expired,
        fmt::format("Signature expired: {} is now earlier than {} ({} - {})", signature.timestamp,
                    format_timestamp(now - signature.lifetime), format_timestamp(now),
                    minutes_text(signature.lifetime)));
  }
  if (signature.signed_at > now + kSignatureWindow) {
    return signature_failure(
        SignatureFault::NotYetCurrent,
        fmt::format("Signature not yet current: {} is still later than {} ({} + {})",
                    signature.timestamp, format_timestamp(now + kSignatureWindow),
                    format_timestamp(now), minutes_text(kSignatureWindow)));
  }
  return {};
}

// Regions go into names and ARNs.
bool is_region(std::string_view text) {
  constexpr std::size_t kLengthMax = 32;
  return !text.empty() && text.size() <= kLengthMax &&
         std::all_of(text.begin(), text.end(), [](char c) {
           return (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || c == '-';
         });
}

SignatureResult<> check_scope(const Signature& signature) {
  const std::string day = signature.timestamp.substr(0, signature.timestamp.find('T'));
  if (signature.date != day) {
    return signature_failure(
        SignatureFault::WrongScope,
        fmt::format("Date in Credential scope does not match YYYYMMDD from ISO-8601 "
                    "version of date from HTTP: '{}' != '{}', from '{}'.",
                    signature.date, day, signature.timestamp));
  }
  return check_region(signature);
}

// Host and every x-amz- header must be among what is signed. [IAM user guide, "SignedHeaders"]
SignatureResult<> check_signed_headers(const Signature& signature, const HttpRequest& request) {
  const auto& names = signature.signed_headers;
  const auto is_signed = [&](const std::string& name) {
    return std::find(names.begin(), names.end(), name) != names.end();
  };
  if (!is_signed("host")) {
    return signature_failure(
        SignatureFault::Mismatch,
        "'Host' or ':authority' must be a 'SignedHeader' in the AWS Authorization.");
  }
  for (const HttpHeader& header : request.headers) {
    const std::string name = lower(header.name);
    if (name.starts_with("x-amz-") && !is_signed(name)) {
      return signature_failure(
          SignatureFault::Mismatch,
          fmt::format("'{}' must be a 'SignedHeader' in the AWS Authorization.", name));
    }
  }
  return {};
}

SignatureResult<> mismatch() {
  return signature_failure(
      SignatureFault::Mismatch,
      "The request signature we calculated does not match the signature you "
      "provided. Check your AWS Secret Access Key and signing method. Consult the "
      "service documentation for details.");
}

// Each chunk's signature goes on from the one before it, the first from the request's; the
// trailers' from the last chunk's.
SignatureResult<> check_chunks(const Signature& signature, const ChunkedBody& body,
                               bool with_trailer, std::string_view secret) {
  const std::string key = signing_key(signature, secret);
  const std::string scope = signature.timestamp + '\n' + scope_of(signature);
  std::string before = signature.hex;
  for (const Chunk& chunk : body.chunks) {
    before =
        hex(hmac_sha256(key, fmt::format("{}-PAYLOAD\n{}\n{}\n{}\n{}", kSignatureAlgorithm, scope,
                                         before, sha256_hex(""), sha256_hex(chunk.bytes))));
    if (!same_in_constant_time(chunk.signature, before)) {
      return mismatch();
    }
  }
  if (!with_trailer) {
    return body.trailers.empty() ? SignatureResult<>() : mismatch();
  }
  std::string trailers;
  for (const HttpHeader& trailer : body.trailers) {
    trailers += trailer.name + ':' + trailer.value + '\n';
  }
  const std::string wanted =
      hex(hmac_sha256(key, fmt::format("{}-TRAILER\n{}\n{}\n{}", kSignatureAlgorithm, scope, before,
                                       sha256_hex(trailers))));
  return same_in_constant_time(body.trailer_signature, wanted) ? SignatureResult<>() : mismatch();
}

// The body of an S3 request, whose head is what it was signed as.
SignatureResult<> check_payload(const Signature& signature, const HttpRequest& request,
                                std::string_view secret) {
  const auto payload = declared_payload(request, signature.presigned);
  if (!payload) {
    return signature_failure(SignatureFault::WrongBody,
                             "Missing required header for this request: x-amz-content-sha256");
  }
  if (is_chunked(*payload)) {
    const auto chunks = read_chunks(request.body);
    if (!chunks) {
      return signature_failure(SignatureFault::WrongBody,
                               "The request's body is not in the chunks that it announces.");
    }
    return has_signed_chunks(*payload)
               ? check_chunks(signature, *chunks, has_trailer(*payload), secret)
               : SignatureResult<>();
  }
  if (*payload != "UNSIGNED-PAYLOAD" && *payload != sha256_hex(request.body)) {
    return signature_failure(
        SignatureFault::WrongBody,
        "The provided 'x-amz-content-sha256' header does not match what was computed.");
  }
  return {};
}

SignatureResult<> check_bytes(const Signature& signature, const HttpRequest& request,
                              std::string_view secret) {
  if (is_of_s3(signature)) {
    return same_in_constant_time(signature.hex, signature_hex(signature, request, secret))
               ? check_payload(signature, request, secret)
               : mismatch();
  }
  // UNSIGNED-PAYLOAD is for S3 alone.
  const std::string* claimed = request.header("X-Amz-Content-Sha256");
  const bool same_body = claimed == nullptr || *claimed == sha256_hex(request.body);
  return same_body &&
                 same_in_constant_time(signature.hex, signature_hex(signature, request, secret))
             ? SignatureResult<>()
             : mismatch();
}

Signature unsigned_scope(const SigningKey& key, const SigningScope& scope, TimePoint now) {
  Signature out;
  out.access_key_id = key.access_key_id;
  out.timestamp = format_timestamp(now);
  out.date = out.timestamp.substr(0, out.timestamp.find('T'));
  out.region = scope.region;
  out.service = scope.service;
  out.signed_at = now;
  return out;
}

// Host, the content type and every x-amz- header, sorted.
std::vector<std::string> headers_to_sign(const HttpRequest& request) {
  std::vector<std::string> out;
  for (const HttpHeader& header : request.headers) {
    std::string name = lower(header.name);
    if (name == "host" || name == "content-type" || name.starts_with("x-amz-")) {
      out.push_back(std::move(name));
    }
  }
  std::sort(out.begin(), out.end());
  out.erase(std::unique(out.begin(), out.end()), out.end());
  POSTERN_CHECK(std::find(out.begin(), out.end(), "host") != out.end(),
                "a request is signed with its Host header");
  return out;
}

}  // namespace

bool same_in_constant_time(std::string_view a, std::string_view b) {
  return a.size() == b.size() && CRYPTO_memcmp(a.data(), b.data(), a.size()) == 0;
}

SignatureResult<> check_region(const Signature& signature) {
  if (!is_region(signature.region)) {
    return signature_failure(
        SignatureFault::WrongScope,
        fmt::format("Credential should be scoped to a valid region, not '{}'. ", signature.region));
  }
  return {};
}

SignatureResult<> check_signature(const Signature& signature, const HttpRequest& request,
                                  std::string_view secret, TimePoint now) {
  for (const auto& checked : {check_time(signature, now), check_scope(signature),
                              check_signed_headers(signature, request)}) {
    if (!checked) {
      return checked;
    }
  }
  return check_bytes(signature, request, secret);
}

void sign_request(HttpRequest& request, const SigningKey& key, const SigningScope& scope,
                  TimePoint now) {
  Signature signature = unsigned_scope(key, scope, now);
  request.headers.push_back({"X-Amz-Date", signature.timestamp});
  signature.signed_headers = headers_to_sign(request);
  request.headers.push_back(
      {"Authorization", fmt::format("{} Credential={}/{}, SignedHeaders={}, Signature={}",
                                    kSignatureAlgorithm, signature.access_key_id,
                                    scope_of(signature), join(signature.signed_headers, ';'),
                                    signature_hex(signature, request, key.secret_access_key))});
}

void presign_request(HttpRequest& request, const SigningKey& key, const SigningScope& scope,
                     TimePoint now, std::chrono::seconds lifetime) {
  Signature signature = unsigned_scope(key, scope, now);
  signature.presigned = true;
  signature.signed_headers = headers_to_sign(request);
  const std::string credential = signature.access_key_id + '/' + scope_of(signature);
  request.target += fmt::format(
      "{}X-Amz-Algorithm={}&X-Amz-Credential={}&X-Amz-Date={}&X-Amz-Expires={}"
      "&X-Amz-SignedHeaders={}",
      request.target.find('?') == std::string::npos ? '?' : '&', kSignatureAlgorithm,
      percent_encoded(credential), signature.timestamp, lifetime.count(),
      percent_encoded(join(signature.signed_headers, ';')));
  request.target += "&X-Amz-Signature=" + signature_hex(signature, request, key.secret_access_key);
}

}  // namespace postern::api::wire
