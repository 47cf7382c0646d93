// SPDX-License-Identifier: Apache-2.0
#include "api/wire/base64.h"

#include <openssl/evp.h>

#include <algorithm>

namespace postern::api::wire {
namespace {

const unsigned char* bytes_of(std::string_view text) {
  return reinterpret_cast<const unsigned char*>(text.data());
}

}  // namespace

std::string base64_encode(std::string_view bytes) {
  std::string out(4 * ((bytes.size() + 2) / 3) + 1, '\0');  // EVP writes a final NUL
  const int size = EVP_EncodeBlock(reinterpret_cast<unsigned char*>(out.data()), bytes_of(bytes),
                                   static_cast<int>(bytes.size()));
  out.resize(static_cast<std::size_t>(size));
  return out;
}

std::optional<std::string> base64_decode(std::string_view text) {
  static constexpr std::string_view kAlphabet =
      "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
  std::string packed;
  for (const char c : text) {
    if (c != '\n' && c != '\r') {
      packed.push_back(c);
    }
  }
  // EVP itself lets white space and padding in the middle pass.
  const std::size_t digits = std::min(packed.find_first_not_of(kAlphabet), packed.size());
  const std::size_t padding = packed.size() - digits;
  if (packed.size() % 4 != 0 || padding > 2 ||
      packed.find_first_not_of('=', digits) != std::string::npos) {
    return std::nullopt;
  }
  std::string out(packed.size() / 4 * 3, '\0');
  if (EVP_DecodeBlock(reinterpret_cast<unsigned char*>(out.data()), bytes_of(packed),
                      static_cast<int>(packed.size())) < 0) {
    return std::nullopt;
  }
  out.resize(out.size() - padding);  // EVP gives zero bytes for the padding
  return out;
}

}  // namespace postern::api::wire
