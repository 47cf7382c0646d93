// SPDX-License-Identifier: Apache-2.0
// DescribeSSLPolicies: AWS's predefined policies of TLS listeners.
// [NLB guide, "Security policies for your Network Load Balancer"]
#include "api/elbv2/ssl_policy.h"

#include <algorithm>
#include <array>

#include "api/elbv2/constraint.h"
#include "api/elbv2/pages.h"

namespace postern::api::elbv2 {
namespace {

// How keys are agreed on, and how the data is kept.
enum Kind : unsigned {
  kTls13 = 1,
  kEcdheGcm = 2,
  kEcdheSha2 = 4,
  kEcdheSha1 = 8,
  kRsaStrong = 16,  // GCM and SHA-2
  kRsaSha1 = 32,
  kTripleDes = 64,
};

struct CipherSuite {
  const char* name;
  Kind kind;
};

// In the order of preference, which is the same in all policies.
constexpr CipherSuite kCiphers[] = {
    {"TLS_AES_128_GCM_SHA256", kTls13},
    {"TLS_AES_256_GCM_SHA384", kTls13},
    {"TLS_CHACHA20_POLY1305_SHA256", kTls13},
    {"ECDHE-ECDSA-AES128-GCM-SHA256", kEcdheGcm},
    {"ECDHE-RSA-AES128-GCM-SHA256", kEcdheGcm},
    {"ECDHE-ECDSA-AES128-SHA256", kEcdheSha2},
    {"ECDHE-RSA-AES128-SHA256", kEcdheSha2},
    {"ECDHE-ECDSA-AES128-SHA", kEcdheSha1},
    {"ECDHE-RSA-AES128-SHA", kEcdheSha1},
    {"ECDHE-ECDSA-AES256-GCM-SHA384", kEcdheGcm},
    {"ECDHE-RSA-AES256-GCM-SHA384", kEcdheGcm},
    {"ECDHE-ECDSA-AES256-SHA384", kEcdheSha2},
    {"ECDHE-RSA-AES256-SHA384", kEcdheSha2},
    {"ECDHE-RSA-AES256-SHA", kEcdheSha1},
    {"ECDHE-ECDSA-AES256-SHA", kEcdheSha1},
    {"AES128-GCM-SHA256", kRsaStrong},
    {"AES128-SHA256", kRsaStrong},
    {"AES128-SHA", kRsaSha1},
    {"AES256-GCM-SHA384", kRsaStrong},
    {"AES256-SHA256", kRsaStrong},
    {"AES256-SHA", kRsaSha1},
    {"DES-CBC3-SHA", kTripleDes},
};

constexpr unsigned kEcdheStrong = kEcdheGcm | kEcdheSha2;
constexpr unsigned kEcdhe = kEcdheStrong | kEcdheSha1;
constexpr unsigned kAll12 = kEcdhe | kRsaStrong | kRsaSha1;

constexpr std::array<std::string_view, 4> kVersions = {"TLSv1", "TLSv1.1", "TLSv1.2", "TLSv1.3"};

struct Policy {
  std::string_view name;
  int first_minor;  // of TLS 1.x
  int last_minor;
  unsigned kinds;
};

// By name.
constexpr Policy kPolicies[] = {
    {"ELBSecurityPolicy-2015-05", 0, 2, kAll12},
    {"ELBSecurityPolicy-2016-08", 0, 2, kAll12},
    {"ELBSecurityPolicy-FS-1-1-2019-08", 1, 2, kEcdhe},
    {"ELBSecurityPolicy-FS-1-2-2019-08", 2, 2, kEcdhe},
    {"ELBSecurityPolicy-FS-1-2-Res-2019-08", 2, 2, kEcdheStrong},
    {"ELBSecurityPolicy-FS-1-2-Res-2020-10", 2, 2, kEcdheGcm},
    {"ELBSecurityPolicy-FS-2018-06", 0, 2, kEcdhe},
    {"ELBSecurityPolicy-TLS-1-0-2015-04", 0, 2, kAll12 | kTripleDes},
    {"ELBSecurityPolicy-TLS-1-1-2017-01", 1, 2, kAll12},
    {"ELBSecurityPolicy-TLS-1-2-2017-01", 2, 2, kEcdheStrong | kRsaStrong},
    {"ELBSecurityPolicy-TLS-1-2-Ext-2018-06", 2, 2, kAll12},
    {"ELBSecurityPolicy-TLS13-1-0-2021-06", 0, 3, kTls13 | kAll12},
    {"ELBSecurityPolicy-TLS13-1-1-2021-06", 1, 3, kTls13 | kAll12},
    {"ELBSecurityPolicy-TLS13-1-2-2021-06", 2, 3, kTls13 | kEcdheStrong},
    {"ELBSecurityPolicy-TLS13-1-2-Ext1-2021-06", 2, 3, kTls13 | kEcdheStrong | kRsaStrong},
    {"ELBSecurityPolicy-TLS13-1-2-Ext2-2021-06", 2, 3, kTls13 | kAll12},
    {"ELBSecurityPolicy-TLS13-1-2-Res-2021-06", 2, 3, kTls13 | kEcdheGcm},
    {"ELBSecurityPolicy-TLS13-1-3-2021-06", 3, 3, kTls13},
};

struct Cipher {
  std::string Name;
  int Priority;
};
BOOST_DESCRIBE_STRUCT(Cipher, (), (Name, Priority))

struct SslPolicy {
  std::vector<std::string> SslProtocols;
  std::vector<Cipher> Ciphers;
  std::string Name;
  std::vector<std::string> SupportedLoadBalancerTypes = {"application", "network"};
};
BOOST_DESCRIBE_STRUCT(SslPolicy, (), (SslProtocols, Ciphers, Name, SupportedLoadBalancerTypes))

SslPolicy description(const Policy& policy) {
  SslPolicy item{.Name = std::string(policy.name)};
  for (int minor = policy.last_minor; minor >= policy.first_minor; --minor) {
    item.SslProtocols.emplace_back(kVersions[static_cast<std::size_t>(minor)]);
  }
  for (const CipherSuite& suite : kCiphers) {
    if ((suite.kind & policy.kinds) != 0) {
      item.Ciphers.push_back(
          {.Name = suite.name, .Priority = static_cast<int>(item.Ciphers.size()) + 1});
    }
  }
  return item;
}

struct DescribeSSLPoliciesRequest {
  std::vector<std::string> Names;
  std::optional<std::string> Marker;
  std::optional<int> PageSize;
  std::optional<std::string> LoadBalancerType;
};
BOOST_DESCRIBE_STRUCT(DescribeSSLPoliciesRequest, (), (Names, Marker, PageSize, LoadBalancerType))

struct DescribeSSLPoliciesAnswer {
  std::vector<SslPolicy> SslPolicies;
  std::optional<std::string> NextMarker;
};
BOOST_DESCRIBE_STRUCT(DescribeSSLPoliciesAnswer, (), (SslPolicies, NextMarker))

Result<DescribeSSLPoliciesAnswer> describe_ssl_policies(const View&,
                                                        const DescribeSSLPoliciesRequest& request) {
  TRY_ASSIGN(const Page page, page_of(request.Marker, request.PageSize));
  TRY(check_enum("loadBalancerType", request.LoadBalancerType,
                 {"application", "network", "gateway"}));
  for (const std::string& name : request.Names) {
    if (std::ranges::find(kPolicies, name, &Policy::name) == std::end(kPolicies)) {
      return refuse(faults::SSLPolicyNotFound, "SSL policy '{}' not found", name);
    }
  }
  DescribeSSLPoliciesAnswer answer;
  for (const Policy& policy : kPolicies) {
    const bool is_wanted = request.Names.empty() ||
                           std::ranges::find(request.Names, policy.name) != request.Names.end();
    if (is_wanted && request.LoadBalancerType != "gateway") {
      answer.SslPolicies.push_back(description(policy));
    }
  }
  answer.NextMarker =
      cut_to_page(page, answer.SslPolicies, [](const SslPolicy& policy) { return policy.Name; });
  return answer;
}

}  // namespace

std::vector<Action> ssl_policy_actions() {
  return {read<describe_ssl_policies>("DescribeSSLPolicies")};
}

}  // namespace postern::api::elbv2
