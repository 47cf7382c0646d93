// SPDX-License-Identifier: Apache-2.0
// What an authority would do: there is none here.
#include "api/acm/actions.h"
#include "api/acm/find.h"
#include "api/action/json_action.h"

namespace postern::api::acm {
namespace {

// What it says beside the name makes no difference.
struct Ignored {};
Result<> decode_value(wire::Dialect /*dialect*/, const wire::Parameter& from, Ignored& /*out*/) {
  from.known = true;
  for (const auto& [name, child] : from.children) {
    Ignored each;
    TRY(decode_value(wire::Dialect::Json, child, each));
  }
  return {};
}

struct RequestCertificateRequest {
  std::string DomainName;
  std::optional<Ignored> ValidationMethod;
  std::optional<Ignored> SubjectAlternativeNames;
  std::optional<Ignored> IdempotencyToken;
  std::optional<Ignored> DomainValidationOptions;
  std::optional<Ignored> Options;
  std::optional<Ignored> CertificateAuthorityArn;
  std::optional<Ignored> Tags;
  std::optional<Ignored> KeyAlgorithm;
  std::optional<Ignored> ManagedBy;
};
BOOST_DESCRIBE_STRUCT(RequestCertificateRequest, (),
                      (DomainName, ValidationMethod, SubjectAlternativeNames, IdempotencyToken,
                       DomainValidationOptions, Options, CertificateAuthorityArn, Tags,
                       KeyAlgorithm, ManagedBy))

Result<Nothing> request_certificate(const View&, const RequestCertificateRequest& request) {
  return refuse(faults::InvalidParameterException,
                "No certificate for '{}' can be issued: there is no certificate authority here. "
                "Import one with ImportCertificate",
                request.DomainName);
}

// [API reference, RenewCertificate: imported ones are not eligible]
Result<Nothing> renew_certificate(const View& view, const ArnRequest& request) {
  TRY_ASSIGN(const auto* const found,
             find_certificate(view.world, view.caller, request.CertificateArn));
  return refuse(faults::ValidationException,
                "Certificate {} is imported, and imported certificates cannot be renewed",
                found->id);
}

}  // namespace

std::vector<Action> refused_actions() {
  return {json_read<request_certificate>("RequestCertificate"),
          json_read<renew_certificate>("RenewCertificate")};
}

}  // namespace postern::api::acm
