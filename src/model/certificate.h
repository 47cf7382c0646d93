// SPDX-License-Identifier: Apache-2.0
// Certificates of ACM, as they were imported. What a certificate says of itself is read once, when
// it is imported, so that the rules need no parser.
#pragma once

#include <boost/describe/class.hpp>
#include <string>
#include <vector>

#include "model/account.h"
#include "model/tags.h"

namespace postern::model {

// What an X.509 certificate says, in ACM's words.
struct CertificateFacts {
  std::string domain_name;               // the subject's common name, or the first other name
  std::vector<std::string> other_names;  // SubjectAlternativeNames
  std::string serial;                    // hex digits in pairs, with colons
  std::string subject;
  std::string issuer;
  std::string key_algorithm;        // RSA_2048, EC_prime256v1, …
  std::string signature_algorithm;  // SHA256WITHRSA, …
  std::vector<std::string> key_usages;
  std::vector<std::string> extended_key_usages;  // their names
  std::vector<std::string> extended_key_oids;    // and as many object identifiers
  TimePoint not_before;
  TimePoint not_after;
};
BOOST_DESCRIBE_STRUCT(CertificateFacts, (),
                      (domain_name, other_names, serial, subject, issuer, key_algorithm,
                       signature_algorithm, key_usages, extended_key_usages, extended_key_oids,
                       not_before, not_after))

struct Certificate {
  static constexpr const char* kTable = "certificate";
  Id<Certificate> id;  // its ARN
  Id<Account> owner;
  std::string region;
  std::string body;         // PEM
  std::string chain;        // PEM; may be empty
  std::string private_key;  // PEM; no answer shows it
  CertificateFacts facts;
  TimePoint created_at;
  TimePoint imported_at;  // of what it is now: an import may replace what was there
  Tags tags;
};
BOOST_DESCRIBE_STRUCT(Certificate, (),
                      (id, owner, region, body, chain, private_key, facts, created_at, imported_at,
                       tags))

}  // namespace postern::model
