// SPDX-License-Identifier: Apache-2.0
#include "daemon/new_private_key.h"

#include <openssl/crypto.h>
#include <openssl/evp.h>
#include <openssl/x509.h>

#include <memory>

namespace postern::daemon {
namespace {

constexpr unsigned kRsaBits = 2048;  // [EC2 API reference, CreateKeyPair]

EVP_PKEY* generate(api::ec2::KeyType type) {
  return type == api::ec2::KeyType::Rsa ? EVP_RSA_gen(kRsaBits)
                                        : EVP_PKEY_Q_keygen(nullptr, nullptr, "ED25519");
}

}  // namespace

Result<std::string> new_private_key(api::ec2::KeyType type) {
  const std::unique_ptr<EVP_PKEY, decltype(&EVP_PKEY_free)> key(generate(type), EVP_PKEY_free);
  const std::unique_ptr<PKCS8_PRIV_KEY_INFO, decltype(&PKCS8_PRIV_KEY_INFO_free)> info(
      key ? EVP_PKEY2PKCS8(key.get()) : nullptr, PKCS8_PRIV_KEY_INFO_free);
  unsigned char* bytes = nullptr;
  const int size = info ? i2d_PKCS8_PRIV_KEY_INFO(info.get(), &bytes) : 0;
  if (size <= 0) {
    return unavailable("OpenSSL makes no key");
  }
  std::string out(reinterpret_cast<const char*>(bytes), static_cast<std::size_t>(size));
  OPENSSL_clear_free(bytes, static_cast<std::size_t>(size));
  return out;
}

}  // namespace postern::daemon
