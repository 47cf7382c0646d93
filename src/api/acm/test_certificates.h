// SPDX-License-Identifier: Apache-2.0
// Keys and certificates made on the spot, for tests.
#pragma once

#include <openssl/bio.h>
#include <openssl/evp.h>
#include <openssl/pem.h>
#include <openssl/rsa.h>
#include <openssl/x509v3.h>

#include <chrono>
#include <memory>
#include <string>

#include "base/time.h"

namespace postern::api::acm::testing {

using Key = std::shared_ptr<EVP_PKEY>;

inline Key ec_key(const char* curve = "P-256") {
  return Key(EVP_EC_gen(curve), EVP_PKEY_free);
}
inline Key rsa_key(unsigned bits) {
  return Key(EVP_RSA_gen(bits), EVP_PKEY_free);
}

inline std::string taken_text(BIO* bio) {
  char* data = nullptr;
  const long size = BIO_get_mem_data(bio, &data);
  std::string text(data, static_cast<std::size_t>(size));
  BIO_free(bio);
  return text;
}

inline std::string pem(const Key& key, const char* pass_phrase = nullptr) {
  BIO* out = BIO_new(BIO_s_mem());
  PEM_write_bio_PKCS8PrivateKey(out, key.get(),
                                pass_phrase == nullptr ? nullptr : EVP_aes_128_cbc(), pass_phrase,
                                pass_phrase == nullptr ? 0 : 4, nullptr, nullptr);
  return taken_text(out);
}

struct Wish {
  std::string name = "example.com";  // common name; empty: no subject at all
  std::string other_names;           // as openssl has them: DNS:a.example.com,IP:10.0.0.1
  std::string usage;                 // keyUsage; empty: it has none
  std::string extended_usage;
  std::string issuer = "An Authority";
  Key key;
  Key signer;  // empty: self-signed
  TimePoint from;
  TimePoint until;
  long version = 2;
};

inline void add_extension(X509* certificate, int nid, const std::string& value) {
  if (!value.empty()) {
    X509_EXTENSION* extension = X509V3_EXT_conf_nid(nullptr, nullptr, nid, value.c_str());
    X509_add_ext(certificate, extension, -1);
    X509_EXTENSION_free(extension);
  }
}

inline std::string certificate(const Wish& wish) {
  X509* made = X509_new();
  X509_set_version(made, wish.version);
  ASN1_INTEGER_set(X509_get_serialNumber(made), 0x1234);
  ASN1_TIME_set(X509_getm_notBefore(made),
                std::chrono::system_clock::to_time_t(
                    std::chrono::system_clock::time_point(wish.from.time_since_epoch())));
  ASN1_TIME_set(X509_getm_notAfter(made),
                std::chrono::system_clock::to_time_t(
                    std::chrono::system_clock::time_point(wish.until.time_since_epoch())));
  const auto name = [](X509_NAME* into, const std::string& text) {
    if (!text.empty()) {
      X509_NAME_add_entry_by_txt(into, "CN", MBSTRING_UTF8,
                                 reinterpret_cast<const unsigned char*>(text.c_str()), -1, -1, 0);
    }
  };
  name(X509_get_subject_name(made), wish.name);
  name(X509_get_issuer_name(made), wish.issuer);
  X509_set_pubkey(made, wish.key.get());
  add_extension(made, NID_subject_alt_name, wish.other_names);
  add_extension(made, NID_key_usage, wish.usage);
  add_extension(made, NID_ext_key_usage, wish.extended_usage);
  X509_sign(made, wish.signer ? wish.signer.get() : wish.key.get(), EVP_sha256());
  BIO* out = BIO_new(BIO_s_mem());
  PEM_write_bio_X509(out, made);
  X509_free(made);
  return taken_text(out);
}

}  // namespace postern::api::acm::testing
