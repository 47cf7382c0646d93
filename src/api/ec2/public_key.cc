// SPDX-License-Identifier: Apache-2.0
#include "api/ec2/public_key.h"

#include <fmt/format.h>

#include "api/ec2/ssh_wire.h"
#include "api/wire/base64.h"
#include "api/wire/digest.h"

namespace postern::api::ec2 {
namespace {

// A DER element. [X.690 8.1]
std::string der(unsigned char tag, std::string_view content) {
  std::string size;
  if (content.size() < 0x80) {
    size = {static_cast<char>(content.size())};
  } else {
    for (std::size_t left = content.size(); left > 0; left >>= 8) {
      size.insert(size.begin(), static_cast<char>(left & 0xff));
    }
    size.insert(size.begin(), static_cast<char>(0x80 | size.size()));
  }
  return static_cast<char>(tag) + size + std::string(content);
}

// SubjectPublicKeyInfo of an RSA key. [RFC 3279 2.3.1]
std::string rsa_der(std::string_view modulus, std::string_view exponent) {
  constexpr std::string_view kRsaEncryption("\x06\x09\x2a\x86\x48\x86\xf7\x0d\x01\x01\x01\x05\x00",
                                            13);
  const std::string key = der(0x30, der(0x02, modulus) + der(0x02, exponent));
  return der(0x30, der(0x30, kRsaEncryption) + der(0x03, std::string(1, '\0') + key));
}

std::optional<PublicKey> read_rsa(std::string_view rest) {
  const auto exponent = take_ssh_string(rest);
  const auto modulus = take_ssh_string(rest);
  if (!exponent || !modulus || modulus->empty() || !rest.empty()) {
    return std::nullopt;
  }
  // A number whose first bit is set has a zero byte before it.
  const std::size_t bits = (modulus->size() - (modulus->front() == '\0' ? 1 : 0)) * 8;
  if (bits != 1024 && bits != 2048 && bits != 4096) {
    return std::nullopt;
  }
  return PublicKey{
      .type = "rsa",
      .fingerprint = hex_pairs(wire::digest_of(wire::Digest::Md5, rsa_der(*modulus, *exponent)))};
}

}  // namespace

std::string hex_pairs(std::string_view bytes) {
  std::string out;
  for (const char byte : bytes) {
    out += fmt::format("{}{:02x}", out.empty() ? "" : ":", static_cast<unsigned char>(byte));
  }
  return out;
}

std::optional<PublicKey> read_public_key(std::string_view line) {
  const auto space = line.find(' ');
  if (space == std::string_view::npos) {
    return std::nullopt;
  }
  const std::string_view name = line.substr(0, space);
  std::string_view encoded = line.substr(space + 1);
  encoded = encoded.substr(0, encoded.find_first_of(" \r\n\t"));
  const auto blob = wire::base64_decode(encoded);
  std::string_view rest = blob ? std::string_view(*blob) : "";
  if (take_ssh_string(rest) != std::optional<std::string>(name)) {
    return std::nullopt;
  }
  if (name == "ssh-rsa") {
    return read_rsa(rest);
  }
  const auto key = take_ssh_string(rest);
  if (name != "ssh-ed25519" || !key || key->size() != 32) {
    return std::nullopt;
  }
  return PublicKey{
      .type = "ed25519",
      .fingerprint = wire::base64_encode(wire::digest_of(wire::Digest::Sha256, *blob))};
}

}  // namespace postern::api::ec2
