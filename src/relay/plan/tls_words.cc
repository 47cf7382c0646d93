// SPDX-License-Identifier: Apache-2.0
#include "relay/plan/tls_words.h"

#include <fmt/format.h>

#include "model/ssl_policies.h"

namespace postern::relay {
namespace {

// TLSv1 is TLSv1.0 to HAProxy.
std::string version(const std::string& protocol) {
  return protocol == "TLSv1" ? "TLSv1.0" : protocol;
}

}  // namespace

std::string tls_words(const std::vector<std::string>& certificates, const std::string& ssl_policy,
                      const std::string& alpn, const std::string& folder) {
  std::string words = " ssl";
  for (const std::string& file : certificates) {
    words += fmt::format(" crt {}/{}", folder, file);
  }
  words += policy_words(ssl_policy);
  return alpn.empty() ? words : words + " alpn " + alpn;
}

// Protocols and ciphers. The policies are AWS's, and older ones ask for what OpenSSL's own levels
// would refuse.
std::string policy_words(const std::string& name) {
  const model::SslPolicy* policy = model::find_ssl_policy(name);
  if (policy == nullptr) {
    policy = model::find_ssl_policy("ELBSecurityPolicy-2016-08");
  }
  std::string ciphers;
  std::string suites;
  for (const std::string& cipher : policy->ciphers) {
    (cipher.starts_with("TLS_") ? suites : ciphers) += cipher + ":";
  }
  std::string words =
      fmt::format(" ssl-min-ver {} ssl-max-ver {}", version(policy->protocols.back()),
                  version(policy->protocols.front()));
  if (!ciphers.empty()) {
    words += " ciphers " + ciphers + "@SECLEVEL=0";
  }
  if (!suites.empty()) {
    suites.pop_back();
    words += " ciphersuites " + suites;
  }
  return words;
}

// [NLB guide, "Security policies": "ELBSecurityPolicy-TLS13-1-0-2021-06" towards targets if the
// listener's policy has TLS 1.3, else "ELBSecurityPolicy-2016-08"]
std::string policy_towards_targets(const std::string& name) {
  return name.find("TLS13") != std::string::npos ? "ELBSecurityPolicy-TLS13-1-0-2021-06"
                                                 : "ELBSecurityPolicy-2016-08";
}

}  // namespace postern::relay
