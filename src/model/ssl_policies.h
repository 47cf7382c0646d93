// SPDX-License-Identifier: Apache-2.0
// AWS's predefined security policies of TLS listeners: which protocols and ciphers they take.
// [NLB guide, "Security policies for your Network Load Balancer"]
#pragma once

#include <string>
#include <string_view>
#include <vector>

namespace postern::model {

struct SslPolicy {
  std::string name;
  std::vector<std::string> protocols;  // TLSv1.3, TLSv1.2, …: the newest first
  std::vector<std::string> ciphers;    // by OpenSSL's names, in the order of preference
};

// By name.
const std::vector<SslPolicy>& ssl_policies();

// Null: there is none of that name.
const SslPolicy* find_ssl_policy(std::string_view name);

}  // namespace postern::model
