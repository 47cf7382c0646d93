// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>
#include <string_view>

namespace postern::api::wire {

// SHA-256 of `bytes` as 64 lower-case hex digits.
std::string sha256_hex(std::string_view bytes);

enum class Digest { Md5, Sha1, Sha256 };
// Its bytes.
std::string digest_of(Digest digest, std::string_view bytes);

// HMAC-SHA-256 of `message`: 32 bytes.
std::string hmac_sha256(std::string_view key, std::string_view message);

// `bytes` in lower-case hex digits.
std::string hex(std::string_view bytes);

}  // namespace postern::api::wire
