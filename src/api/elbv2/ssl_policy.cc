// SPDX-License-Identifier: Apache-2.0
// DescribeSSLPolicies: AWS's predefined policies of TLS listeners.
#include "api/elbv2/ssl_policy.h"

#include <algorithm>

#include "api/elbv2/constraint.h"
#include "api/elbv2/pages.h"
#include "model/ssl_policies.h"

namespace postern::api::elbv2 {
namespace {

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

SslPolicy description(const model::SslPolicy& policy) {
  SslPolicy item{.SslProtocols = policy.protocols, .Ciphers = {}, .Name = policy.name};
  for (const std::string& cipher : policy.ciphers) {
    item.Ciphers.push_back({.Name = cipher, .Priority = static_cast<int>(item.Ciphers.size()) + 1});
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
    if (model::find_ssl_policy(name) == nullptr) {
      return refuse(faults::SSLPolicyNotFound, "SSL policy '{}' not found", name);
    }
  }
  DescribeSSLPoliciesAnswer answer;
  for (const model::SslPolicy& policy : model::ssl_policies()) {
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
