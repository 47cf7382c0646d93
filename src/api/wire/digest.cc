// SPDX-License-Identifier: Apache-2.0
#include "api/wire/digest.h"

#include <fmt/format.h>
#include <openssl/evp.h>
#include <openssl/hmac.h>

#include <array>

#include "base/check.h"

namespace postern::api::wire {

namespace {

const EVP_MD* algorithm_of(Digest digest) {
  switch (digest) {
    case Digest::Md5:
      return EVP_md5();
    case Digest::Sha1:
      return EVP_sha1();
    case Digest::Sha256:
      break;
  }
  return EVP_sha256();
}

}  // namespace

std::string digest_of(Digest digest, std::string_view bytes) {
  std::array<unsigned char, EVP_MAX_MD_SIZE> out{};
  unsigned length = 0;
  POSTERN_CHECK(EVP_Digest(bytes.data(), bytes.size(), out.data(), &length, algorithm_of(digest),
                           nullptr) == 1,
                "the digest is always there");
  return {reinterpret_cast<const char*>(out.data()), length};
}

std::string sha256_hex(std::string_view bytes) {
  return hex(digest_of(Digest::Sha256, bytes));
}

std::string hmac_sha256(std::string_view key, std::string_view message) {
  std::array<unsigned char, 32> out{};
  unsigned length = 0;
  const auto* bytes = reinterpret_cast<const unsigned char*>(message.data());
  POSTERN_CHECK(HMAC(EVP_sha256(), key.data(), static_cast<int>(key.size()), bytes, message.size(),
                     out.data(), &length) != nullptr &&
                    length == out.size(),
                "HMAC-SHA-256 is always there");
  return {reinterpret_cast<const char*>(out.data()), out.size()};
}

std::string hex(std::string_view bytes) {
  std::string out;
  for (const char byte : bytes) {
    out += fmt::format("{:02x}", static_cast<unsigned char>(byte));
  }
  return out;
}

}  // namespace postern::api::wire
