// SPDX-License-Identifier: Apache-2.0
// AWS Signature Version 4: reading it from a request, checking it, and signing.
//
// Both of its forms: the Authorization header, and the query string (presigned). The canonical
// request is made over exactly what was received. S3's requests are signed somewhat differently:
// see sigv4_payload.h. [IAM user guide, "Create a signed AWS API
// request"; botocore/auth.py and aws-sdk-go-v2/aws/signer/v4 where the guide is silent]
#pragma once

#include <chrono>
#include <expected>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "api/wire/http.h"
#include "base/time.h"

namespace postern::api::wire {

inline constexpr std::string_view kSignatureAlgorithm = "AWS4-HMAC-SHA256";
inline constexpr std::string_view kScopeTerminator = "aws4_request";

// How far a request's clock may be off, and how long a signature is good that does not say so
// itself. AWS has 15 minutes for STS and 5 for EC2; here it is one for all.
inline constexpr std::chrono::seconds kSignatureWindow = std::chrono::minutes(15);

enum class SignatureFault {
  Missing,        // the request is not signed at all
  Incomplete,     // it tries to be, but a part is absent or cannot be read
  UnknownKey,     // nobody has this access key id
  Mismatch,       // the signature is not that of this request and secret
  Expired,        // signed too long ago
  NotYetCurrent,  // signed in the future
  SessionOver,    // the temporary credentials are no longer good
  WrongScope,     // the credential is for another day, region or kind of signature
  WrongBody,      // of S3: the body is not the one that was signed for
};

struct SignatureFailure {
  SignatureFault fault;
  std::string words;  // as STS words it
};

inline std::unexpected<SignatureFailure> signature_failure(SignatureFault fault,
                                                           std::string words) {
  return std::unexpected(SignatureFailure{.fault = fault, .words = std::move(words)});
}

template <class T = void>
using SignatureResult = std::expected<T, SignatureFailure>;

// What a request says of its own signature. Nothing of it is proven until check_signature().
struct Signature {
  std::string access_key_id;
  std::string date;  // the scope's day, 20260131
  std::string region;
  std::string service;
  std::string timestamp;  // 20260131T235959Z
  TimePoint signed_at;
  std::chrono::seconds lifetime;  // how long after signed_at it is good for
  std::vector<std::string> signed_headers;
  std::string session_token;  // of temporary credentials; empty for others
  bool presigned = false;
  std::string hex;  // the signature itself
};

// Missing or Incomplete, if the request carries no signature that can be read.
SignatureResult<Signature> read_signature(const HttpRequest& request);

// Whether `signature`, as read from `request`, was made with `secret` and is good at `now`.
SignatureResult<> check_signature(const Signature& signature, const HttpRequest& request,
                                  std::string_view secret, TimePoint now);

// Whether the region signed for can be one. check_signature() asks this too.
SignatureResult<> check_region(const Signature& signature);

// Secrets are compared in a time that does not depend on where they differ.
bool same_in_constant_time(std::string_view a, std::string_view b);

struct SigningKey {
  std::string access_key_id;
  std::string secret_access_key;
};

struct SigningScope {
  std::string region;
  std::string service;
};

// Signs `request`, which has its Host header and everything else that it will be sent with: adds
// X-Amz-Date and Authorization.
void sign_request(HttpRequest& request, const SigningKey& key, const SigningScope& scope,
                  TimePoint now);

// As sign_request(), but in the query string, good for `lifetime`. The Host header must be sent
// unchanged, and the body.
void presign_request(HttpRequest& request, const SigningKey& key, const SigningScope& scope,
                     TimePoint now, std::chrono::seconds lifetime);

}  // namespace postern::api::wire
