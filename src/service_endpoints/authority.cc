// SPDX-License-Identifier: Apache-2.0
#include "service_endpoints/authority.h"

#include <fcntl.h>
#include <openssl/bio.h>
#include <openssl/evp.h>
#include <openssl/pem.h>
#include <openssl/rand.h>
#include <openssl/x509v3.h>
#include <sys/stat.h>

#include <cstdio>
#include <filesystem>
#include <fstream>
#include <iterator>

#include "base/fd.h"

namespace postern::service_endpoints {
namespace {

using Key = std::shared_ptr<EVP_PKEY>;
using Certificate = std::shared_ptr<X509>;

// Longer than an installation lives.
constexpr std::chrono::hours kAuthorityLife{24 * 365 * 20};
// Clocks may differ a little.
constexpr std::chrono::hours kBefore{24};
constexpr const char* kName = "Postern authority for AWS's names";

Key new_key() {
  return Key(EVP_EC_gen("P-256"), EVP_PKEY_free);
}

std::string text_of(BIO* bio) {
  char* data = nullptr;
  const long size = BIO_get_mem_data(bio, &data);
  return {data, static_cast<std::size_t>(size)};
}

template <class Write>
std::string pem(Write write) {
  const std::unique_ptr<BIO, decltype(&BIO_free)> bio(BIO_new(BIO_s_mem()), BIO_free);
  return bio && write(bio.get()) == 1 ? text_of(bio.get()) : "";
}

std::string pem_of(const Key& key) {
  return pem([&](BIO* bio) {
    return PEM_write_bio_PKCS8PrivateKey(bio, key.get(), nullptr, nullptr, 0, nullptr, nullptr);
  });
}

std::string pem_of(const Certificate& certificate) {
  return pem([&](BIO* bio) { return PEM_write_bio_X509(bio, certificate.get()); });
}

bool add_extension(X509* certificate, X509V3_CTX& context, int kind, const std::string& value) {
  const std::unique_ptr<X509_EXTENSION, decltype(&X509_EXTENSION_free)> extension(
      X509V3_EXT_conf_nid(nullptr, &context, kind, value.c_str()), X509_EXTENSION_free);
  return extension && X509_add_ext(certificate, extension.get(), -1) == 1;
}

struct Wish {
  std::string name;
  TimePoint from;
  TimePoint until;
  std::vector<std::pair<int, std::string>> extensions;
};

// A certificate for `key` by the issuer's; nobody's but its own without one. Null: OpenSSL cannot.
Certificate certify(const Wish& wish, const Key& key, X509* issuer, const Key& issuer_key) {
  Certificate made(X509_new(), X509_free);
  std::uint64_t serial = 0;
  if (!made || !key || RAND_bytes(reinterpret_cast<unsigned char*>(&serial), sizeof serial) != 1) {
    return nullptr;
  }
  X509* x = made.get();
  X509_NAME* subject = X509_get_subject_name(x);
  bool done =
      X509_set_version(x, 2) == 1 &&
      ASN1_INTEGER_set_uint64(X509_get_serialNumber(x), serial >> 1 | 1) == 1 &&
      ASN1_TIME_set(X509_getm_notBefore(x), std::chrono::system_clock::to_time_t(wish.from)) !=
          nullptr &&
      ASN1_TIME_set(X509_getm_notAfter(x), std::chrono::system_clock::to_time_t(wish.until)) !=
          nullptr &&
      X509_NAME_add_entry_by_txt(subject, "CN", MBSTRING_UTF8,
                                 reinterpret_cast<const unsigned char*>(wish.name.c_str()), -1, -1,
                                 0) == 1 &&
      X509_set_issuer_name(x, issuer != nullptr ? X509_get_subject_name(issuer) : subject) == 1 &&
      X509_set_pubkey(x, key.get()) == 1;
  X509V3_CTX context;
  X509V3_set_ctx(&context, issuer != nullptr ? issuer : x, x, nullptr, nullptr, 0);
  for (const auto& [kind, value] : wish.extensions) {
    done = done && add_extension(x, context, kind, value);
  }
  return done && X509_sign(x, issuer_key.get(), EVP_sha256()) != 0 ? made : nullptr;
}

// Written whole or not at all.
Result<> write_private(const std::string& file, const std::string& text) {
  const std::string fresh = file + ".new";
  const Fd fd(::open(fresh.c_str(), O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0600));
  if (!fd || fchmod(fd.get(), 0600) != 0 ||
      write(fd.get(), text.data(), text.size()) != static_cast<ssize_t>(text.size()) ||
      fsync(fd.get()) != 0 || std::rename(fresh.c_str(), file.c_str()) != 0) {
    return unavailable_errno("writing " + file);
  }
  return {};
}

}  // namespace

struct Authority::Parts {
  Key key;
  Certificate certificate;
};

Result<Authority> Authority::open(const std::string& file, TimePoint now) {
  auto parts = std::make_shared<Parts>();
  if (!std::filesystem::exists(file)) {
    parts->key = new_key();
    parts->certificate =
        certify({.name = kName,
                 .from = now - kBefore,
                 .until = now + kAuthorityLife,
                 .extensions = {{NID_basic_constraints, "critical,CA:TRUE,pathlen:0"},
                                {NID_key_usage, "critical,keyCertSign"},
                                {NID_subject_key_identifier, "hash"},
                                {NID_name_constraints,
                                 "critical,permitted;DNS:amazonaws.com,"
                                 "permitted;DNS:amazonaws.com.cn"}}},
                parts->key, nullptr, parts->key);
    if (!parts->certificate) {
      return unavailable("OpenSSL cannot make a certificate authority");
    }
    TRY(write_private(file, pem_of(parts->key) + pem_of(parts->certificate)));
  }
  std::ifstream in(file, std::ios::binary);
  const std::string text{std::istreambuf_iterator<char>(in), {}};
  const auto bio = [&] {
    return std::unique_ptr<BIO, decltype(&BIO_free)>(
        BIO_new_mem_buf(text.data(), static_cast<int>(text.size())), BIO_free);
  };
  parts->key = Key(PEM_read_bio_PrivateKey(bio().get(), nullptr, nullptr, nullptr), EVP_PKEY_free);
  parts->certificate =
      Certificate(PEM_read_bio_X509(bio().get(), nullptr, nullptr, nullptr), X509_free);
  if (!parts->key || !parts->certificate ||
      X509_check_private_key(parts->certificate.get(), parts->key.get()) != 1) {
    return unavailable("{} does not hold a certificate authority's key and certificate", file);
  }
  std::string certificate = pem_of(parts->certificate);
  return Authority(std::move(parts), std::move(certificate));
}

Result<Identity> Authority::issue(const std::vector<std::string>& names, TimePoint now) const {
  std::string alternatives;
  for (const std::string& name : names) {
    alternatives += (alternatives.empty() ? "DNS:" : ",DNS:") + name;
  }
  const Key key = new_key();
  const Certificate certificate =
      certify({.name = "An AWS service by Postern",
               .from = now - kBefore,
               .until = now + kAuthorityLife,
               .extensions = {{NID_subject_alt_name, alternatives},
                              {NID_basic_constraints, "critical,CA:FALSE"},
                              {NID_key_usage, "critical,digitalSignature"},
                              {NID_ext_key_usage, "serverAuth"},
                              {NID_authority_key_identifier, "keyid"}}},
              key, parts_->certificate.get(), parts_->key);
  if (!certificate) {
    return unavailable("OpenSSL cannot make a certificate for {}", alternatives);
  }
  return Identity{.certificate = pem_of(certificate), .key = pem_of(key)};
}

}  // namespace postern::service_endpoints
