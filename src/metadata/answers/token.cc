// SPDX-License-Identifier: Apache-2.0
#include "metadata/answers/token.h"

#include <fmt/format.h>
#include <openssl/crypto.h>

#include <charconv>

#include "api/wire/digest.h"

namespace postern::metadata {
namespace {

// As AWS's begin.
constexpr std::string_view kBegin = "AQAEA";
// Seconds since the epoch, in hex.
constexpr std::size_t kTimeDigits = 12;

std::string token_until(const model::Instance& instance, std::int64_t seconds) {
  const std::string until = fmt::format("{:0{}x}", seconds, kTimeDigits);
  const std::string mark = api::wire::hmac_sha256(
      instance.metadata_secret, fmt::format("metadata token {} {}", instance.id, until));
  return fmt::format("{}{}{}==", kBegin, until, api::wire::hex(mark));
}

}  // namespace

std::string make_token(const model::Instance& instance, TimePoint now,
                       std::chrono::seconds lifetime) {
  const auto until = std::chrono::floor<std::chrono::seconds>(now) + lifetime;
  return token_until(instance, until.time_since_epoch().count());
}

std::optional<std::chrono::seconds> token_time_left(const model::Instance& instance, TimePoint now,
                                                    std::string_view token) {
  std::int64_t seconds = 0;
  const std::string_view digits =
      token.size() > kBegin.size() ? token.substr(kBegin.size(), kTimeDigits) : std::string_view();
  std::from_chars(digits.data(), digits.data() + digits.size(), seconds, 16);
  const std::string genuine = token_until(instance, seconds);
  if (token.size() != genuine.size() ||
      CRYPTO_memcmp(token.data(), genuine.data(), token.size()) != 0) {
    return std::nullopt;
  }
  const auto left = std::chrono::sys_seconds(std::chrono::seconds(seconds)) -
                    std::chrono::floor<std::chrono::seconds>(now);
  return left > std::chrono::seconds(0) ? std::optional(left) : std::nullopt;
}

}  // namespace postern::metadata
