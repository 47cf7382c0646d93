// SPDX-License-Identifier: Apache-2.0
#include "api/elbv2/tls.h"

#include <algorithm>
#include <array>

#include "model/attributes.h"
#include "model/ssl_policies.h"

namespace postern::api::elbv2 {
namespace {

// Of listeners that are made without one. [API reference, CreateListener]
constexpr const char* kDefaultPolicy = "ELBSecurityPolicy-2016-08";
constexpr std::array<std::string_view, 5> kAlpnPolicies = {
    "HTTP1Only", "HTTP2Only", "HTTP2Optional", "HTTP2Preferred", "None"};

Result<> check_without_tls(const TlsInput& input) {
  if (input.ssl_policy || !input.certificates.empty()) {
    return refuse(
        faults::InvalidConfigurationRequest,
        "Certificates and SSL policies can be specified for TLS and HTTPS listeners only");
  }
  if (std::ranges::any_of(input.alpn_policy, [](const auto& policy) { return policy != "None"; })) {
    return refuse(faults::InvalidConfigurationRequest,
                  "An ALPN policy can be specified for TLS listeners only");
  }
  return {};
}

bool has_relay(const model::World& world) {
  const auto* settings = world.find(model::Settings().id);
  return settings != nullptr && settings->tls_relay;
}

Result<> set_policies(const TlsInput& input, model::Listener& listener) {
  if (input.ssl_policy) {
    if (model::find_ssl_policy(*input.ssl_policy) == nullptr) {
      return refuse(faults::SSLPolicyNotFound, "SSL policy '{}' not found", *input.ssl_policy);
    }
    listener.ssl_policy = *input.ssl_policy;
  }
  if (listener.ssl_policy.empty()) {
    listener.ssl_policy = kDefaultPolicy;
  }
  if (input.alpn_policy.size() > 1) {
    return refuse(faults::ValidationError, "Only one ALPN policy can be specified");
  }
  for (const std::string& policy : input.alpn_policy) {
    if (std::ranges::find(kAlpnPolicies, policy) == kAlpnPolicies.end()) {
      return refuse(faults::ALPNPolicyNotFound, "ALPN policy '{}' not found", policy);
    }
    listener.alpn_policy = policy;
  }
  return {};
}

}  // namespace

Result<> set_tls(const model::World& world, const model::Caller& caller, const TlsInput& input,
                 model::Listener& listener) {
  const auto* load_balancer = world.find(listener.load_balancer);
  const bool is_relayed =
      ends_tls(listener) || (load_balancer != nullptr && is_application(*load_balancer));
  if (is_relayed && !has_relay(world)) {
    return refuse(faults::UnsupportedProtocol,
                  "Listeners with the {} protocol need HAProxy: install the package haproxy on the "
                  "host and start posternd again",
                  listener.protocol);
  }
  if (!ends_tls(listener)) {
    TRY(check_without_tls(input));
    listener.ssl_policy.clear();
    listener.alpn_policy.clear();
    listener.certificate = {};
    listener.other_certificates.clear();
    return {};
  }
  if (listener.protocol == "HTTPS" && !input.alpn_policy.empty()) {
    return refuse(faults::InvalidConfigurationRequest,
                  "An ALPN policy can be specified for TLS listeners only");
  }
  if (!input.certificates.empty()) {
    TRY_ASSIGN(const std::string arn, one_certificate(input.certificates));
    TRY_ASSIGN(listener.certificate, find_certificate(world, caller, arn));
  }
  if (listener.certificate.empty()) {
    return refuse(faults::ValidationError, "A certificate must be specified for {} listeners",
                  listener.protocol);
  }
  return set_policies(input, listener);
}

Result<std::string> one_certificate(const std::vector<Certificate>& certificates) {
  if (certificates.size() > 1) {
    return refuse(faults::TooManyCertificates, "Only one certificate can be specified");
  }
  if (certificates.empty() || !certificates.front().CertificateArn) {
    return refuse(faults::ValidationError, "A certificate ARN must be specified");
  }
  if (certificates.front().IsDefault) {
    return refuse(faults::ValidationError, "IsDefault cannot be specified");
  }
  return *certificates.front().CertificateArn;
}

Result<model::Id<model::Certificate>> find_certificate(const model::World& world,
                                                       const model::Caller& caller,
                                                       const std::string& arn) {
  const auto* found = world.find(model::Id<model::Certificate>(arn));
  if (found == nullptr || !model::owns(caller, *found)) {
    return refuse(faults::CertificateNotFound, "Certificate '{}' not found", arn);
  }
  return found->id;
}

// Connections to its targets are the relay's own.
Result<> check_behind_tls(const model::TargetGroup& group) {
  if (model::is_on(group.attributes, "preserve_client_ip.enabled", false)) {
    return refuse(faults::InvalidConfigurationRequest,
                  "Target group '{}' cannot have 'preserve_client_ip.enabled' set to 'true' behind "
                  "a TLS listener: its targets see the load balancer's address. Use "
                  "'proxy_protocol_v2.enabled' to tell them the clients'",
                  group.id);
  }
  if (model::is_on(group.attributes, "stickiness.enabled", false)) {
    return refuse(faults::InvalidConfigurationRequest,
                  "You cannot enable stickiness on target groups behind TLS listeners: '{}'",
                  group.id);
  }
  return {};
}

bool is_behind_tls(const model::World& world, const model::Id<model::TargetGroup>& group) {
  return std::ranges::any_of(world.all<model::Listener>(), [&](const auto& row) {
    return row.second->protocol == "TLS" && model::forwards_to(*row.second, group);
  });
}

}  // namespace postern::api::elbv2
