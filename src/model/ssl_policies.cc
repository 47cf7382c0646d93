// SPDX-License-Identifier: Apache-2.0
#include "model/ssl_policies.h"

#include <algorithm>
#include <array>
#include <iterator>

namespace postern::model {
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

constexpr std::array<const char*, 4> kVersions = {"TLSv1", "TLSv1.1", "TLSv1.2", "TLSv1.3"};

struct Row {
  const char* name;
  int first_minor;  // of TLS 1.x
  int last_minor;
  unsigned kinds;
};

// By name.
constexpr Row kRows[] = {
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

SslPolicy policy_of(const Row& row) {
  SslPolicy policy{.name = row.name};
  for (int minor = row.last_minor; minor >= row.first_minor; --minor) {
    policy.protocols.emplace_back(kVersions[static_cast<std::size_t>(minor)]);
  }
  for (const CipherSuite& suite : kCiphers) {
    if ((suite.kind & row.kinds) != 0) {
      policy.ciphers.emplace_back(suite.name);
    }
  }
  return policy;
}

std::vector<SslPolicy> all_policies() {
  std::vector<SslPolicy> policies;
  std::ranges::transform(kRows, std::back_inserter(policies), policy_of);
  return policies;
}

}  // namespace

const std::vector<SslPolicy>& ssl_policies() {
  static const std::vector<SslPolicy> kPolicies = all_policies();
  return kPolicies;
}

const SslPolicy* find_ssl_policy(std::string_view name) {
  const auto found = std::ranges::find(ssl_policies(), name, &SslPolicy::name);
  return found == ssl_policies().end() ? nullptr : &*found;
}

}  // namespace postern::model
