// SPDX-License-Identifier: Apache-2.0
// ImportCertificate, DescribeCertificate, GetCertificate, DeleteCertificate. [ACM API reference]
#include "api/acm/actions.h"
#include "api/acm/find.h"
#include "api/acm/seconds.h"
#include "api/acm/tags.h"
#include "api/acm/x509.h"
#include "api/action/constraint.h"
#include "api/action/json_action.h"
#include "api/wire/base64.h"

namespace postern::api::acm {
namespace {

using model::Certificate;

// [ACM user guide, "Quotas": imported certificates]
constexpr std::size_t kCertificatesMax = 2500;
// [API reference, ImportCertificate]
constexpr int kBodyMax = 32768;
constexpr int kChainMax = 2097152;
constexpr int kKeyMax = 5120;

struct CertificateArnAnswer {
  std::string CertificateArn;
};
BOOST_DESCRIBE_STRUCT(CertificateArnAnswer, (), (CertificateArn))

// ---- ImportCertificate --------------------------------------------------------------------------

struct ImportCertificateRequest {
  std::optional<std::string> CertificateArn;
  std::string Certificate;  // this and the two below: in base64
  std::string PrivateKey;
  std::optional<std::string> CertificateChain;
  std::vector<Tag> Tags;
};
BOOST_DESCRIBE_STRUCT(ImportCertificateRequest, (),
                      (CertificateArn, Certificate, PrivateKey, CertificateChain, Tags))

// Of its bytes nothing is shown: one is a key. What is no base64 has none.
Result<std::string> blob(std::string_view name, const std::string& base64, int size_max) {
  std::string bytes = wire::base64_decode(base64).value_or("");
  TRY(check_length(faults::ValidationException, name, "", bytes.size(), {1, size_max}));
  return bytes;
}

Result<Pem> pem_of(const ImportCertificateRequest& request) {
  Pem pem;
  TRY_ASSIGN(pem.body, blob("certificate", request.Certificate, kBodyMax));
  TRY_ASSIGN(pem.private_key, blob("privateKey", request.PrivateKey, kKeyMax));
  if (request.CertificateChain && !request.CertificateChain->empty()) {
    TRY_ASSIGN(pem.chain, blob("certificateChain", *request.CertificateChain, kChainMax));
  }
  return pem;
}

std::size_t count_of(const model::World& world, const model::Caller& caller) {
  std::size_t count = 0;
  for (const auto& [id, certificate] : world.all<Certificate>()) {
    count += model::owns(caller, *certificate) ? 1U : 0U;
  }
  return count;
}

// A new one, or the caller's that is to be replaced. Its tags stay.
Result<Certificate> to_import(model::Transaction& tx, const model::Caller& caller,
                              const ImportCertificateRequest& request) {
  if (request.CertificateArn) {
    TRY_ASSIGN(const auto* const found,
               find_certificate(tx.world(), caller, *request.CertificateArn));
    if (!request.Tags.empty()) {
      return refuse(faults::InvalidParameterException,
                    "Tags cannot be specified when a certificate is imported again");
    }
    return *found;
  }
  if (count_of(tx.world(), caller) >= kCertificatesMax) {
    return refuse(faults::AcmLimitExceeded,
                  "You have reached the maximum number of certificates. Delete certificates that "
                  "are not in use");
  }
  Certificate made{
      .id = model::Id<Certificate>(fmt::format("arn:aws:acm:{}:{}:certificate/{}", caller.region,
                                               caller.account, tx.ids().uuid())),
      .owner = caller.account,
      .region = caller.region,
      .created_at = tx.now()};
  TRY(add_tags(made.tags, request.Tags));
  return made;
}

Result<CertificateArnAnswer> import_certificate(model::Transaction& tx, const model::Caller& caller,
                                                const ImportCertificateRequest& request) {
  TRY_ASSIGN(const Pem pem, pem_of(request));
  TRY_ASSIGN(Certificate made, to_import(tx, caller, request));
  TRY_ASSIGN(auto facts, check_certificate(pem, tx.now()));
  // "The key type and size must match the certificate that is replaced." [ACM user guide, "Reimport
  // a certificate"]
  if (!made.body.empty() && made.facts.key_algorithm != facts.key_algorithm &&
      !users_of(tx.world(), made.id).empty()) {
    return refuse(faults::ValidationException,
                  "The certificate is in use, and its key algorithm {} cannot become {}",
                  made.facts.key_algorithm, facts.key_algorithm);
  }
  made.body = pem.body;
  made.chain = pem.chain;
  made.private_key = pem.private_key;
  made.facts = std::move(facts);
  made.imported_at = tx.now();
  CertificateArnAnswer answer{.CertificateArn = made.id.value};
  tx.put(std::move(made));
  return answer;
}

// ---- DescribeCertificate ------------------------------------------------------------------------

struct KeyUsageItem {
  std::string Name;
};
BOOST_DESCRIBE_STRUCT(KeyUsageItem, (), (Name))

struct ExtendedKeyUsageItem {
  std::string Name;
  std::string OID;
};
BOOST_DESCRIBE_STRUCT(ExtendedKeyUsageItem, (), (Name, OID))

struct CertificateOptions {
  std::string CertificateTransparencyLoggingPreference;
};
BOOST_DESCRIBE_STRUCT(CertificateOptions, (), (CertificateTransparencyLoggingPreference))

struct CertificateDetail {
  std::string CertificateArn;
  std::string DomainName;
  std::vector<std::string> SubjectAlternativeNames;
  std::string Serial;
  std::string Subject;
  std::string Issuer;
  double CreatedAt = 0;
  double ImportedAt = 0;
  std::string Status;
  double NotBefore = 0;
  double NotAfter = 0;
  std::string KeyAlgorithm;
  std::string SignatureAlgorithm;
  std::vector<std::string> InUseBy;
  std::string Type;
  std::vector<KeyUsageItem> KeyUsages;
  std::vector<ExtendedKeyUsageItem> ExtendedKeyUsages;
  std::string RenewalEligibility;
  CertificateOptions Options;
};
BOOST_DESCRIBE_STRUCT(CertificateDetail, (),
                      (CertificateArn, DomainName, SubjectAlternativeNames, Serial, Subject, Issuer,
                       CreatedAt, ImportedAt, Status, NotBefore, NotAfter, KeyAlgorithm,
                       SignatureAlgorithm, InUseBy, Type, KeyUsages, ExtendedKeyUsages,
                       RenewalEligibility, Options))

struct DescribeCertificateAnswer {
  CertificateDetail Certificate;
};
BOOST_DESCRIBE_STRUCT(DescribeCertificateAnswer, (), (Certificate))

Result<DescribeCertificateAnswer> describe_certificate(const View& view,
                                                       const ArnRequest& request) {
  TRY_ASSIGN(const auto* const found,
             find_certificate(view.world, view.caller, request.CertificateArn));
  const model::CertificateFacts& facts = found->facts;
  CertificateDetail detail{.CertificateArn = found->id.value,
                           .DomainName = facts.domain_name,
                           .SubjectAlternativeNames = facts.other_names,
                           .Serial = facts.serial,
                           .Subject = facts.subject,
                           .Issuer = facts.issuer,
                           .CreatedAt = seconds(found->created_at),
                           .ImportedAt = seconds(found->imported_at),
                           .Status = std::string(status_of(*found, view.now)),
                           .NotBefore = seconds(facts.not_before),
                           .NotAfter = seconds(facts.not_after),
                           .KeyAlgorithm = facts.key_algorithm,
                           .SignatureAlgorithm = facts.signature_algorithm,
                           .InUseBy = users_of(view.world, found->id),
                           .Type = "IMPORTED",
                           .KeyUsages = {},
                           .ExtendedKeyUsages = {},
                           .RenewalEligibility = "INELIGIBLE",
                           .Options = {.CertificateTransparencyLoggingPreference = "DISABLED"}};
  for (const std::string& usage : facts.key_usages) {
    detail.KeyUsages.push_back({.Name = usage});
  }
  for (std::size_t at = 0; at < facts.extended_key_usages.size(); ++at) {
    detail.ExtendedKeyUsages.push_back(
        {.Name = facts.extended_key_usages[at], .OID = facts.extended_key_oids[at]});
  }
  return DescribeCertificateAnswer{.Certificate = std::move(detail)};
}

// ---- GetCertificate, DeleteCertificate ----------------------------------------------------------

struct GetCertificateAnswer {
  std::string Certificate;
  std::optional<std::string> CertificateChain;
};
BOOST_DESCRIBE_STRUCT(GetCertificateAnswer, (), (Certificate, CertificateChain))

Result<GetCertificateAnswer> get_certificate(const View& view, const ArnRequest& request) {
  TRY_ASSIGN(const auto* const found,
             find_certificate(view.world, view.caller, request.CertificateArn));
  return GetCertificateAnswer{
      .Certificate = found->body,
      .CertificateChain = found->chain.empty() ? std::nullopt : std::optional(found->chain)};
}

Result<Nothing> delete_certificate(model::Transaction& tx, const model::Caller& caller,
                                   const ArnRequest& request) {
  TRY_ASSIGN(const auto* const found, find_certificate(tx.world(), caller, request.CertificateArn));
  if (!users_of(tx.world(), found->id).empty()) {
    return refuse(faults::AcmResourceInUse, "Certificate {} in account {} is in use.", found->id,
                  caller.account);
  }
  tx.erase(model::Id<Certificate>(found->id));
  return Nothing{};
}

}  // namespace

std::vector<Action> certificate_actions() {
  return {json_write<import_certificate>("ImportCertificate"),
          json_read<describe_certificate>("DescribeCertificate"),
          json_read<get_certificate>("GetCertificate"),
          json_write<delete_certificate>("DeleteCertificate")};
}

}  // namespace postern::api::acm
