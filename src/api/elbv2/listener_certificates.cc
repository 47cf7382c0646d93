// SPDX-License-Identifier: Apache-2.0
// The certificates of a TLS listener beside its default one: a client gets the one whose name it
// asks for. [API reference, AddListenerCertificates; NLB guide, "Certificate list"]
#include "api/elbv2/listener_certificates.h"

#include <algorithm>

#include "api/elbv2/find.h"
#include "api/elbv2/limits.h"
#include "api/elbv2/pages.h"
#include "api/elbv2/tls.h"
#include "model/quotas.h"

namespace postern::api::elbv2 {
namespace {

struct ChangeRequest {
  std::string ListenerArn;
  std::vector<Certificate> Certificates;
};
BOOST_DESCRIBE_STRUCT(ChangeRequest, (), (ListenerArn, Certificates))

struct CertificatesAnswer {
  std::vector<Certificate> Certificates;
  std::optional<std::string> NextMarker;
};
BOOST_DESCRIBE_STRUCT(CertificatesAnswer, (), (Certificates, NextMarker))

Certificate item_of(const model::Id<model::Certificate>& id, bool is_default) {
  return {.CertificateArn = id.value, .IsDefault = is_default};
}

Result<const model::Listener*> find_tls(const model::World& world, const model::Caller& caller,
                                        const std::string& arn) {
  TRY_ASSIGN(const auto* const listener, find<model::Listener>(world, caller, arn));
  if (!ends_tls(*listener)) {
    return refuse(
        faults::UnsupportedProtocol,
        "Certificates can be specified for TLS and HTTPS listeners only: the protocol of listener "
        "'{}' is {}",
        listener->id, listener->protocol);
  }
  return listener;
}

// Default certificates do not count. [NLB guide, "Quotas"]
std::ptrdiff_t certificates_of(const model::World& world,
                               const model::Id<model::LoadBalancer>& load_balancer) {
  std::ptrdiff_t count = 0;
  for (const auto& [id, listener] : world.all<model::Listener>()) {
    count +=
        listener->load_balancer == load_balancer ? std::ssize(listener->other_certificates) : 0;
  }
  return count;
}

Result<CertificatesAnswer> add_listener_certificates(model::Transaction& tx,
                                                     const model::Caller& caller,
                                                     const ChangeRequest& request) {
  TRY_ASSIGN(const auto* const found, find_tls(tx.world(), caller, request.ListenerArn));
  TRY_ASSIGN(const std::string arn, one_certificate(request.Certificates));
  TRY_ASSIGN(const auto id, find_certificate(tx.world(), caller, arn));
  model::Listener changed = *found;
  const auto& others = changed.other_certificates;
  if (std::ranges::find(others, id) == others.end()) {
    if (model::is_used_up(tx.world(), model::Quota::LoadBalancerCertificates,
                          certificates_of(tx.world(), changed.load_balancer))) {
      return refuse(faults::TooManyCertificates,
                    "The maximum number of {} certificates of load balancer '{}' has been reached",
                    model::quota(tx.world(), model::Quota::LoadBalancerCertificates),
                    changed.load_balancer);
    }
    changed.other_certificates.push_back(id);
    tx.put(std::move(changed));
  }
  return CertificatesAnswer{.Certificates = {item_of(id, false)}, .NextMarker = std::nullopt};
}

// The default one is replaced with ModifyListener. [API reference, RemoveListenerCertificates]
Result<Nothing> remove_listener_certificates(model::Transaction& tx, const model::Caller& caller,
                                             const ChangeRequest& request) {
  TRY_ASSIGN(const auto* const found, find_tls(tx.world(), caller, request.ListenerArn));
  TRY_ASSIGN(const std::string arn, one_certificate(request.Certificates));
  const model::Id<model::Certificate> id(arn);
  model::Listener changed = *found;
  const bool removed = std::erase(changed.other_certificates, id) > 0;
  if (!removed && changed.certificate == id) {
    return refuse(faults::OperationNotPermitted,
                  "The default certificate '{}' cannot be removed from the listener", arn);
  }
  if (removed) {
    tx.put(std::move(changed));
  }
  return Nothing{};
}

struct DescribeRequest {
  std::string ListenerArn;
  std::optional<std::string> Marker;
  std::optional<int> PageSize;
};
BOOST_DESCRIBE_STRUCT(DescribeRequest, (), (ListenerArn, Marker, PageSize))

// "If the default certificate is also in the certificate list, it appears twice."
Result<CertificatesAnswer> describe_listener_certificates(const View& view,
                                                          const DescribeRequest& request) {
  TRY_ASSIGN(const Page page, page_of(request.Marker, request.PageSize));
  TRY_ASSIGN(const auto* const listener,
             find<model::Listener>(view.world, view.caller, request.ListenerArn));
  CertificatesAnswer answer;
  if (!ends_tls(*listener)) {
    return answer;
  }
  answer.Certificates.push_back(item_of(listener->certificate, true));
  for (const auto& id : listener->other_certificates) {
    answer.Certificates.push_back(item_of(id, false));
  }
  const auto arn = [](const Certificate& each) { return *each.CertificateArn; };
  std::ranges::stable_sort(answer.Certificates, {}, arn);
  answer.NextMarker = cut_to_page(page, answer.Certificates, arn);
  return answer;
}

}  // namespace

std::vector<Action> listener_certificate_actions() {
  return {write<add_listener_certificates>("AddListenerCertificates"),
          write<remove_listener_certificates>("RemoveListenerCertificates"),
          read<describe_listener_certificates>("DescribeListenerCertificates")};
}

}  // namespace postern::api::elbv2
