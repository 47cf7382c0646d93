// SPDX-License-Identifier: Apache-2.0
#include "api/ec2/private_key.h"

#include <fmt/format.h>
#include <openssl/core_names.h>
#include <openssl/crypto.h>
#include <openssl/evp.h>
#include <openssl/hmac.h>

#include <algorithm>
#include <array>
#include <memory>

#include "api/ec2/public_key.h"
#include "api/ec2/ssh_wire.h"
#include "api/wire/base64.h"
#include "api/wire/digest.h"
#include "base/check.h"

namespace postern::api::ec2 {
namespace {

struct FreePkey {
  void operator()(EVP_PKEY* key) const { EVP_PKEY_free(key); }
};
using PkeyPtr = std::unique_ptr<EVP_PKEY, FreePkey>;

// What the formats are put together from.
struct KeyParts {
  std::string algorithm;    // ssh-rsa
  std::string open;         // the public key's numbers
  std::string openssh;      // the private key's, as OpenSSH orders them
  std::string putty;        // as PuTTY does
  std::string traditional;  // RSA: PKCS #1 in DER
};

std::string rsa_number(const EVP_PKEY* key, const char* name) {
  BIGNUM* found = nullptr;
  POSTERN_CHECK(EVP_PKEY_get_bn_param(key, name, &found) == 1, "an RSA key has its numbers");
  std::string out(static_cast<std::size_t>(BN_num_bytes(found)), '\0');
  BN_bn2bin(found, reinterpret_cast<unsigned char*>(out.data()));
  BN_clear_free(found);
  return ssh_number(out);
}

std::string pkcs1(const EVP_PKEY* key) {
  unsigned char* bytes = nullptr;
  const int size = i2d_PrivateKey(key, &bytes);
  POSTERN_CHECK(size > 0, "an RSA key can be written");
  std::string out(reinterpret_cast<const char*>(bytes), static_cast<std::size_t>(size));
  OPENSSL_clear_free(bytes, static_cast<std::size_t>(size));
  return out;
}

KeyParts parts_of_rsa(const EVP_PKEY* key) {
  const std::string n = rsa_number(key, OSSL_PKEY_PARAM_RSA_N);
  const std::string e = rsa_number(key, OSSL_PKEY_PARAM_RSA_E);
  const std::string d = rsa_number(key, OSSL_PKEY_PARAM_RSA_D);
  const std::string p = rsa_number(key, OSSL_PKEY_PARAM_RSA_FACTOR1);
  const std::string q = rsa_number(key, OSSL_PKEY_PARAM_RSA_FACTOR2);
  const std::string inverse = rsa_number(key, OSSL_PKEY_PARAM_RSA_COEFFICIENT1);  // of q, modulo p
  return {.algorithm = "ssh-rsa",
          .open = e + n,
          .openssh = n + e + d + inverse + p + q,
          .putty = d + p + q + inverse,
          .traditional = pkcs1(key)};
}

KeyParts parts_of_ed25519(const EVP_PKEY* key) {
  std::array<char, 32> open{};
  std::array<char, 32> secret{};
  std::size_t open_size = open.size();
  std::size_t secret_size = secret.size();
  POSTERN_CHECK(EVP_PKEY_get_raw_public_key(key, reinterpret_cast<unsigned char*>(open.data()),
                                            &open_size) == 1 &&
                    EVP_PKEY_get_raw_private_key(
                        key, reinterpret_cast<unsigned char*>(secret.data()), &secret_size) == 1,
                "an Ed25519 key has its bytes");
  const std::string a(open.begin(), open.end());
  const std::string k(secret.begin(), secret.end());
  return {.algorithm = "ssh-ed25519",
          .open = ssh_string(a),
          .openssh = ssh_string(a) + ssh_string(k + a),
          .putty = ssh_string(k)};
}

std::optional<KeyParts> parts_of(std::string_view pkcs8) {
  const auto* bytes = reinterpret_cast<const unsigned char*>(pkcs8.data());
  const PkeyPtr key(d2i_AutoPrivateKey(nullptr, &bytes, static_cast<long>(pkcs8.size())));
  switch (key ? EVP_PKEY_get_base_id(key.get()) : EVP_PKEY_NONE) {
    case EVP_PKEY_RSA:
      return parts_of_rsa(key.get());
    case EVP_PKEY_ED25519:
      return parts_of_ed25519(key.get());
    default:
      return std::nullopt;
  }
}

// In base 64, in lines of `width` characters.
std::string in_lines(std::string_view bytes, std::size_t width) {
  const std::string text = wire::base64_encode(bytes);
  std::string out;
  for (std::size_t at = 0; at < text.size(); at += width) {
    out += text.substr(at, width) + '\n';
  }
  return out;
}

std::string public_blob(const KeyParts& key) {
  return ssh_string(key.algorithm) + key.open;
}

// Without a line break at its end, as AWS's answers are. [EC2 API reference, CreateKeyPair,
// example]
std::string as_pkcs1(const KeyParts& key) {
  return fmt::format("-----BEGIN RSA PRIVATE KEY-----\n{}-----END RSA PRIVATE KEY-----",
                     in_lines(key.traditional, 64));
}

// [PROTOCOL.key of OpenSSH]
std::string as_openssh(const KeyParts& key, const std::string& comment) {
  // Two equal numbers tell a right pass phrase from a wrong one; there is none.
  std::string secret =
      ssh_uint32(0) + ssh_uint32(0) + ssh_string(key.algorithm) + key.openssh + ssh_string(comment);
  for (char pad = 1; secret.size() % 8 != 0; ++pad) {
    secret.push_back(pad);
  }
  const std::string none = ssh_string("none");
  const std::string file = std::string("openssh-key-v1") + '\0' + none + none + ssh_string("") +
                           ssh_uint32(1) + ssh_string(public_blob(key)) + ssh_string(secret);
  // OpenSSH does not read it without the line break at its end.
  return fmt::format("-----BEGIN OPENSSH PRIVATE KEY-----\n{}-----END OPENSSH PRIVATE KEY-----\n",
                     in_lines(file, 70));
}

std::string hmac_sha1(std::string_view key, std::string_view message) {
  std::array<unsigned char, 20> out{};
  unsigned size = 0;
  POSTERN_CHECK(HMAC(EVP_sha1(), key.data(), static_cast<int>(key.size()),
                     reinterpret_cast<const unsigned char*>(message.data()), message.size(),
                     out.data(), &size) != nullptr,
                "HMAC-SHA-1 is always there");
  return {out.begin(), out.end()};
}

// [PuTTY's manual, C.4 "Version 2"]
std::string as_ppk(const KeyParts& key, const std::string& comment) {
  const std::string open = public_blob(key);
  const std::string mac =
      hmac_sha1(wire::digest_of(wire::Digest::Sha1, "putty-private-key-file-mac-key"),
                ssh_string(key.algorithm) + ssh_string("none") + ssh_string(comment) +
                    ssh_string(open) + ssh_string(key.putty));
  const auto lines = [](std::string_view name, std::string_view bytes) {
    const std::string text = in_lines(bytes, 64);
    return fmt::format("{}-Lines: {}\n{}", name, std::count(text.begin(), text.end(), '\n'), text);
  };
  return fmt::format(
      "PuTTY-User-Key-File-2: {}\nEncryption: none\nComment: {}\n{}{}Private-MAC: {}\n",
      key.algorithm, comment, lines("Public", open), lines("Private", key.putty), wire::hex(mac));
}

}  // namespace

std::optional<WrittenKey> write_key(std::string_view pkcs8, KeyFormat format,
                                    const std::string& comment) {
  const auto key = parts_of(pkcs8);
  if (!key) {
    return std::nullopt;
  }
  const bool is_rsa = key->algorithm == "ssh-rsa";
  const std::string pem = is_rsa ? as_pkcs1(*key) : as_openssh(*key, comment);
  const std::string blob = public_blob(*key);
  return WrittenKey{
      .public_key = fmt::format("{} {} {}", key->algorithm, wire::base64_encode(blob), comment),
      .fingerprint = is_rsa ? hex_pairs(wire::digest_of(wire::Digest::Sha1, pkcs8))
                            : wire::base64_encode(wire::digest_of(wire::Digest::Sha256, blob)),
      .material = format == KeyFormat::Ppk ? as_ppk(*key, comment) : pem};
}

}  // namespace postern::api::ec2
