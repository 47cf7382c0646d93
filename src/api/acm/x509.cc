// SPDX-License-Identifier: Apache-2.0
#include "api/acm/x509.h"

#include <arpa/inet.h>
#include <openssl/bio.h>
#include <openssl/err.h>
#include <openssl/evp.h>
#include <openssl/objects.h>
#include <openssl/pem.h>
#include <openssl/x509v3.h>

#include <algorithm>
#include <array>
#include <cctype>
#include <ctime>
#include <memory>
#include <optional>
#include <vector>

namespace postern::api::acm {
namespace {

template <auto Free>
struct Freer {
  template <class T>
  void operator()(T* thing) const {
    Free(thing);
  }
};
using X509Ptr = std::unique_ptr<X509, Freer<X509_free>>;
using KeyPtr = std::unique_ptr<EVP_PKEY, Freer<EVP_PKEY_free>>;
using BioPtr = std::unique_ptr<BIO, Freer<BIO_free_all>>;

BioPtr reader(const std::string& text) {
  return BioPtr(BIO_new_mem_buf(text.data(), static_cast<int>(text.size())));
}

std::string text_of(BIO* bio) {
  char* data = nullptr;
  const long size = BIO_get_mem_data(bio, &data);
  return size > 0 ? std::string(data, static_cast<std::size_t>(size)) : std::string();
}

// All certificates of `pem`, in their order; nullopt when there is anything else between them.
std::optional<std::vector<X509Ptr>> read_certificates(const std::string& pem) {
  const BioPtr in = reader(pem);
  std::vector<X509Ptr> found;
  while (X509Ptr next{PEM_read_bio_X509(in.get(), nullptr, nullptr, nullptr)}) {
    found.push_back(std::move(next));
  }
  const unsigned long error = ERR_peek_last_error();
  ERR_clear_error();
  const bool at_end = ERR_GET_REASON(error) == PEM_R_NO_START_LINE;
  return at_end && !found.empty() ? std::optional(std::move(found)) : std::nullopt;
}

// Without asking anybody for a pass phrase: then it is none.
KeyPtr read_key(const std::string& pem) {
  const BioPtr in = reader(pem);
  const auto no_phrase = [](char*, int, int, void*) { return -1; };
  KeyPtr key(PEM_read_bio_PrivateKey(in.get(), nullptr, no_phrase, nullptr));
  ERR_clear_error();
  return key;
}

// ACM's name for the kind of key; empty if it has none.
std::string key_algorithm(const EVP_PKEY* key) {
  if (EVP_PKEY_get_base_id(key) == EVP_PKEY_RSA) {
    const int bits = EVP_PKEY_get_bits(key);
    const bool known = bits == 1024 || bits == 2048 || bits == 3072 || bits == 4096;
    return known ? fmt::format("RSA_{}", bits) : "";
  }
  if (EVP_PKEY_get_base_id(key) == EVP_PKEY_EC) {
    std::array<char, 64> curve{};
    std::size_t size = 0;
    EVP_PKEY_get_group_name(key, curve.data(), curve.size(), &size);
    const std::string_view name(curve.data(), size);
    const bool known = name == "prime256v1" || name == "secp384r1" || name == "secp521r1";
    return known ? fmt::format("EC_{}", name) : "";
  }
  return "";
}

// SHA256WITHRSA, SHA384WITHECDSA.
std::string signature_algorithm(const X509* certificate) {
  int digest = NID_undef;
  int key = NID_undef;
  if (OBJ_find_sigid_algs(X509_get_signature_nid(certificate), &digest, &key) == 0) {
    return "";
  }
  std::string name = OBJ_nid2sn(digest);
  std::ranges::transform(name, name.begin(), [](unsigned char c) { return std::toupper(c); });
  std::erase(name, '-');
  return name + (key == NID_X9_62_id_ecPublicKey ? "WITHECDSA" : "WITHRSA");
}

std::string name_text(const X509_NAME* name) {
  const BioPtr out(BIO_new(BIO_s_mem()));
  X509_NAME_print_ex(
      out.get(), name, 0,
      (XN_FLAG_SEP_COMMA_PLUS | XN_FLAG_FN_SN | ASN1_STRFLGS_UTF8_CONVERT | ASN1_STRFLGS_ESC_CTRL));
  return text_of(out.get());
}

// The last entry of that kind; empty if there is none.
std::string entry(const X509_NAME* name, int nid) {
  int at = -1;
  for (int next = X509_NAME_get_index_by_NID(name, nid, -1); next >= 0;
       next = X509_NAME_get_index_by_NID(name, nid, next)) {
    at = next;
  }
  if (at < 0) {
    return "";
  }
  unsigned char* utf8 = nullptr;
  const int size =
      ASN1_STRING_to_UTF8(&utf8, X509_NAME_ENTRY_get_data(X509_NAME_get_entry(name, at)));
  std::string out = size > 0
                        ? std::string(reinterpret_cast<char*>(utf8), static_cast<std::size_t>(size))
                        : std::string();
  OPENSSL_free(utf8);
  return out;
}

std::string string_of(const ASN1_STRING* text) {
  return {reinterpret_cast<const char*>(ASN1_STRING_get0_data(text)),
          static_cast<std::size_t>(ASN1_STRING_length(text))};
}

std::string address_text(const std::string& bytes) {
  std::array<char, INET6_ADDRSTRLEN> out{};
  const int family = bytes.size() == 4 ? AF_INET : AF_INET6;
  const bool fits = bytes.size() == 4 || bytes.size() == 16;
  return fits && inet_ntop(family, bytes.data(), out.data(), out.size()) != nullptr ? out.data()
                                                                                    : "";
}

// Names and addresses.
std::vector<std::string> other_names(const X509* certificate) {
  using Names = std::unique_ptr<GENERAL_NAMES, Freer<GENERAL_NAMES_free>>;
  const Names names(static_cast<GENERAL_NAMES*>(
      X509_get_ext_d2i(certificate, NID_subject_alt_name, nullptr, nullptr)));
  std::vector<std::string> out;
  for (int at = 0; names && at < sk_GENERAL_NAME_num(names.get()); ++at) {
    int kind = 0;
    const void* value = GENERAL_NAME_get0_value(sk_GENERAL_NAME_value(names.get(), at), &kind);
    if (kind == GEN_DNS) {
      out.push_back(string_of(static_cast<const ASN1_STRING*>(value)));
    } else if (kind == GEN_IPADD) {
      out.push_back(address_text(string_of(static_cast<const ASN1_STRING*>(value))));
    }
  }
  std::erase(out, "");
  return out;
}

std::string serial_of(const X509* certificate) {
  const ASN1_INTEGER* number = X509_get0_serialNumber(certificate);
  std::string out;
  for (const char byte : string_of(number)) {
    out += fmt::format("{}{:02x}", out.empty() ? "" : ":", static_cast<unsigned char>(byte));
  }
  return out;
}

// [API reference, KeyUsage: its names]
std::vector<std::string> key_usages(X509* certificate) {
  static constexpr std::pair<std::uint32_t, const char*> kNames[] = {
      {KU_DIGITAL_SIGNATURE, "DIGITAL_SIGNATURE"},
      {KU_NON_REPUDIATION, "NON_REPUDIATION"},
      {KU_KEY_ENCIPHERMENT, "KEY_ENCIPHERMENT"},
      {KU_DATA_ENCIPHERMENT, "DATA_ENCIPHERMENT"},
      {KU_KEY_AGREEMENT, "KEY_AGREEMENT"},
      {KU_KEY_CERT_SIGN, "CERTIFICATE_SIGNING"},
      {KU_CRL_SIGN, "CRL_SIGNING"},
      {KU_ENCIPHER_ONLY, "ENCIPHER_ONLY"},
      {KU_DECIPHER_ONLY, "DECIPHER_ONLY"}};
  const std::uint32_t usage = X509_get_key_usage(certificate);
  if (usage == UINT32_MAX) {
    return {"ANY"};  // it says nothing of it
  }
  std::vector<std::string> out;
  for (const auto& [bit, name] : kNames) {
    if ((usage & bit) != 0) {
      out.emplace_back(name);
    }
  }
  return out;
}

struct ExtendedUsage {
  int nid;
  const char* name;
};

// [API reference, ExtendedKeyUsage: its names]
const char* extended_name(int nid) {
  static constexpr ExtendedUsage kNames[] = {{NID_server_auth, "TLS_WEB_SERVER_AUTHENTICATION"},
                                             {NID_client_auth, "TLS_WEB_CLIENT_AUTHENTICATION"},
                                             {NID_code_sign, "CODE_SIGNING"},
                                             {NID_email_protect, "EMAIL_PROTECTION"},
                                             {NID_time_stamp, "TIME_STAMPING"},
                                             {NID_OCSP_sign, "OCSP_SIGNING"},
                                             {NID_ipsecEndSystem, "IPSEC_END_SYSTEM"},
                                             {NID_ipsecTunnel, "IPSEC_TUNNEL"},
                                             {NID_ipsecUser, "IPSEC_USER"},
                                             {NID_anyExtendedKeyUsage, "ANY"}};
  const auto* found = std::ranges::find(kNames, nid, &ExtendedUsage::nid);
  return found == std::end(kNames) ? "CUSTOM" : found->name;
}

void set_extended_usages(const X509* certificate, model::CertificateFacts& facts) {
  using Usages = std::unique_ptr<EXTENDED_KEY_USAGE, Freer<EXTENDED_KEY_USAGE_free>>;
  const Usages usages(static_cast<EXTENDED_KEY_USAGE*>(
      X509_get_ext_d2i(certificate, NID_ext_key_usage, nullptr, nullptr)));
  for (int at = 0; usages && at < sk_ASN1_OBJECT_num(usages.get()); ++at) {
    const ASN1_OBJECT* usage = sk_ASN1_OBJECT_value(usages.get(), at);
    std::array<char, 128> oid{};
    OBJ_obj2txt(oid.data(), static_cast<int>(oid.size()), usage, 1);
    facts.extended_key_usages.emplace_back(extended_name(OBJ_obj2nid(usage)));
    facts.extended_key_oids.emplace_back(oid.data());
  }
}

TimePoint time_of(const ASN1_TIME* time) {
  std::tm parts{};
  ASN1_TIME_to_tm(time, &parts);
  return TimePoint(std::chrono::seconds(timegm(&parts)));
}

model::CertificateFacts facts_of(X509* certificate) {
  const X509_NAME* subject = X509_get_subject_name(certificate);
  const X509_NAME* issuer = X509_get_issuer_name(certificate);
  model::CertificateFacts facts{.domain_name = entry(subject, NID_commonName),
                                .other_names = other_names(certificate),
                                .serial = serial_of(certificate),
                                .subject = name_text(subject),
                                .issuer = entry(issuer, NID_organizationName),
                                .key_algorithm = key_algorithm(X509_get0_pubkey(certificate)),
                                .signature_algorithm = signature_algorithm(certificate),
                                .key_usages = key_usages(certificate),
                                .extended_key_usages = {},
                                .extended_key_oids = {},
                                .not_before = time_of(X509_get0_notBefore(certificate)),
                                .not_after = time_of(X509_get0_notAfter(certificate))};
  if (facts.domain_name.empty() && !facts.other_names.empty()) {
    facts.domain_name = facts.other_names.front();
  }
  if (facts.issuer.empty()) {
    facts.issuer = entry(issuer, NID_commonName);
  }
  set_extended_usages(certificate, facts);
  return facts;
}

std::unexpected<Error> invalid(std::string words) {
  return refuse(faults::ValidationException, "{}", words);
}

// [the words are recorded]
Result<X509Ptr> read_body(const std::string& body) {
  auto found = read_certificates(body);
  if (!found) {
    return invalid("The certificate is not a valid PEM-encoded X.509 certificate.");
  }
  if (found->size() > 1) {
    return invalid(
        "The certificate field contains more than one certificate. You can specify only one "
        "certificate in this field.");
  }
  if (X509_get_version(found->front().get()) != 2) {
    return invalid("The certificate is not an X.509 version 3 certificate.");
  }
  return std::move(found->front());
}

// "Each certificate in the chain must directly certify the one preceding", and the certificate
// itself is not in it. [ACM user guide, "Certificate import problems"; the words are recorded]
Result<> check_chain(X509* certificate, const std::string& chain) {
  if (chain.empty()) {
    return {};
  }
  const auto signers = read_certificates(chain);
  if (!signers) {
    return invalid("The certificate chain is not a list of valid PEM-encoded X.509 certificates.");
  }
  X509* signed_one = certificate;
  int index = 0;
  for (const X509Ptr& signer : *signers) {
    const bool signs = X509_check_issued(signer.get(), signed_one) == X509_V_OK &&
                       X509_verify(signed_one, X509_get0_pubkey(signer.get())) == 1;
    const bool is_body = index == 0 && X509_cmp(signer.get(), certificate) == 0;
    ERR_clear_error();
    if (!signs || is_body) {
      return refuse(faults::ValidationException,
                    "Unable to validate certificate chain. The certificate chain must start with "
                    "the immediate signing certificate, followed by any intermediaries in order. "
                    "The index within the chain of the invalid certificate is: {}",
                    index);
    }
    signed_one = signer.get();
    ++index;
  }
  return {};
}

}  // namespace

Result<model::CertificateFacts> check_certificate(const Pem& pem, TimePoint now) {
  TRY_ASSIGN(const X509Ptr certificate, read_body(pem.body));
  const KeyPtr key = read_key(pem.private_key);
  if (!key) {
    return invalid("The private key is not a valid, unencrypted PEM-encoded private key.");
  }
  if (key_algorithm(key.get()).empty()) {
    return invalid("The private key is not supported.");
  }
  const EVP_PKEY* public_key = X509_get0_pubkey(certificate.get());
  if (public_key == nullptr || EVP_PKEY_eq(public_key, key.get()) != 1) {
    ERR_clear_error();
    return invalid("The private key does not match the public key of the certificate.");
  }
  model::CertificateFacts facts = facts_of(certificate.get());
  if (facts.issuer.empty()) {
    return invalid("The issuer of the certificate must not be empty.");
  }
  if (facts.domain_name.empty()) {
    return invalid("The certificate must contain a domain name or an IP address.");
  }
  if (now < facts.not_before) {
    return invalid("The certificate is not valid yet.");
  }
  if (facts.not_after < now) {
    return invalid("The certificate has expired.");
  }
  TRY(check_chain(certificate.get(), pem.chain));
  return facts;
}

}  // namespace postern::api::acm
