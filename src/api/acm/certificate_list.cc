// SPDX-License-Identifier: Apache-2.0
// ListCertificates. [ACM API reference]
#include <algorithm>

#include "api/acm/actions.h"
#include "api/acm/find.h"
#include "api/acm/seconds.h"
#include "api/action/constraint.h"
#include "api/action/json_action.h"

namespace postern::api::acm {
namespace {

using model::Certificate;
using Texts = std::vector<std::string>;

constexpr int kPageMax = 1000;
constexpr std::size_t kNamesMax = 100;  // of those that a summary has

struct Filters {
  Texts extendedKeyUsage;
  Texts keyUsage;
  Texts keyTypes;
};
BOOST_DESCRIBE_STRUCT(Filters, (), (extendedKeyUsage, keyUsage, keyTypes))

struct ListCertificatesRequest {
  Texts CertificateStatuses;
  std::optional<Filters> Includes;
  std::optional<std::string> NextToken;
  std::optional<int> MaxItems;
  std::optional<std::string> SortBy;
  std::optional<std::string> SortOrder;
};
BOOST_DESCRIBE_STRUCT(ListCertificatesRequest, (),
                      (CertificateStatuses, Includes, NextToken, MaxItems, SortBy, SortOrder))

struct CertificateSummary {
  std::string CertificateArn;
  std::string DomainName;
  Texts SubjectAlternativeNameSummaries;
  bool HasAdditionalSubjectAlternativeNames = false;
  std::string Status;
  std::string Type;
  std::string KeyAlgorithm;
  Texts KeyUsages;
  Texts ExtendedKeyUsages;
  bool InUse = false;
  std::string RenewalEligibility;
  double NotBefore = 0;
  double NotAfter = 0;
  double CreatedAt = 0;
  double ImportedAt = 0;
};
BOOST_DESCRIBE_STRUCT(CertificateSummary, (),
                      (CertificateArn, DomainName, SubjectAlternativeNameSummaries,
                       HasAdditionalSubjectAlternativeNames, Status, Type, KeyAlgorithm, KeyUsages,
                       ExtendedKeyUsages, InUse, RenewalEligibility, NotBefore, NotAfter, CreatedAt,
                       ImportedAt))

struct ListCertificatesAnswer {
  std::optional<std::string> NextToken;
  std::vector<CertificateSummary> CertificateSummaryList;
};
BOOST_DESCRIBE_STRUCT(ListCertificatesAnswer, (), (NextToken, CertificateSummaryList))

CertificateSummary summary_of(const View& view, const Certificate& certificate) {
  const model::CertificateFacts& facts = certificate.facts;
  Texts names = facts.other_names;
  names.resize(std::min(names.size(), kNamesMax));
  return {.CertificateArn = certificate.id.value,
          .DomainName = facts.domain_name,
          .SubjectAlternativeNameSummaries = std::move(names),
          .HasAdditionalSubjectAlternativeNames = facts.other_names.size() > kNamesMax,
          .Status = std::string(status_of(certificate, view.now)),
          .Type = "IMPORTED",
          .KeyAlgorithm = facts.key_algorithm,
          .KeyUsages = facts.key_usages,
          .ExtendedKeyUsages = facts.extended_key_usages,
          .InUse = !users_of(view.world, certificate.id).empty(),
          .RenewalEligibility = "INELIGIBLE",
          .NotBefore = seconds(facts.not_before),
          .NotAfter = seconds(facts.not_after),
          .CreatedAt = seconds(certificate.created_at),
          .ImportedAt = seconds(certificate.imported_at)};
}

bool has_one_of(const Texts& wanted, const Texts& there) {
  return wanted.empty() || std::ranges::find_first_of(there, wanted) != there.end();
}

// "Default filtering returns only RSA_1024 and RSA_2048 certificates." [Filters]
bool has_wanted_key(const Filters& filters, const Certificate& certificate) {
  static const Texts kDefault = {"RSA_1024", "RSA_2048"};
  return has_one_of(filters.keyTypes.empty() ? kDefault : filters.keyTypes,
                    {certificate.facts.key_algorithm});
}

bool is_wanted(const View& view, const ListCertificatesRequest& request,
               const Certificate& certificate) {
  const Filters filters = request.Includes.value_or(Filters());
  return model::owns(view.caller, certificate) && has_wanted_key(filters, certificate) &&
         has_one_of(filters.keyUsage, certificate.facts.key_usages) &&
         has_one_of(filters.extendedKeyUsage, certificate.facts.extended_key_usages) &&
         has_one_of(request.CertificateStatuses, {std::string(status_of(certificate, view.now))});
}

Result<> check_form(const ListCertificatesRequest& request) {
  TRY(check_number(faults::ValidationException, "maxItems", request.MaxItems, {1, kPageMax}));
  const bool sorts = request.SortBy.has_value();
  if (sorts != request.SortOrder.has_value() || (sorts && *request.SortBy != "CREATED_AT") ||
      (sorts && *request.SortOrder != "ASCENDING" && *request.SortOrder != "DESCENDING")) {
    return refuse(faults::AcmInvalidArgs,
                  "SortBy is CREATED_AT, and SortOrder ASCENDING or DESCENDING, or neither is "
                  "specified");
  }
  return {};
}

Result<ListCertificatesAnswer> list_certificates(const View& view,
                                                 const ListCertificatesRequest& request) {
  TRY(check_form(request));
  std::vector<const Certificate*> found;
  for (const auto& [id, certificate] : view.world.all<Certificate>()) {
    if (is_wanted(view, request, *certificate)) {
      found.push_back(certificate.get());
    }
  }
  if (request.SortBy) {
    std::ranges::stable_sort(found, {}, &Certificate::created_at);
    if (*request.SortOrder == "DESCENDING") {
      std::ranges::reverse(found);
    }
  }
  auto from = found.begin();
  if (request.NextToken) {
    from = std::ranges::find_if(
        found, [&](const Certificate* each) { return each->id.value == *request.NextToken; });
    if (from == found.end()) {
      return refuse(faults::AcmInvalidArgs, "The token '{}' is not valid", *request.NextToken);
    }
  }
  ListCertificatesAnswer answer;
  const auto size = static_cast<std::size_t>(request.MaxItems.value_or(kPageMax));
  for (; from != found.end(); ++from) {
    if (answer.CertificateSummaryList.size() == size) {
      answer.NextToken = (*from)->id.value;
      break;
    }
    answer.CertificateSummaryList.push_back(summary_of(view, **from));
  }
  return answer;
}

}  // namespace

std::vector<Action> certificate_list_actions() {
  return {json_read<list_certificates>("ListCertificates")};
}

}  // namespace postern::api::acm
