// SPDX-License-Identifier: Apache-2.0
// What TLS listeners have beside others: certificates, a security policy, an ALPN policy.
// [NLB guide, "Server certificates", "Security policies", "ALPN policies"]
#pragma once

#include <boost/describe/class.hpp>
#include <optional>
#include <string>
#include <vector>

#include "base/result.h"
#include "model/world.h"

namespace postern::api::elbv2 {

struct Certificate {
  std::optional<std::string> CertificateArn;
  std::optional<bool> IsDefault;
};
BOOST_DESCRIBE_STRUCT(Certificate, (), (CertificateArn, IsDefault))

// What a request says of it.
struct TlsInput {
  const std::optional<std::string>& ssl_policy;
  const std::vector<Certificate>& certificates;
  const std::vector<std::string>& alpn_policy;
};

// Sets what `input` says. `listener` has its protocol; one of another protocol than TLS loses all
// that is TLS's. ValidationError without a certificate, CertificateNotFound, TooManyCertificates,
// SSLPolicyNotFound, ALPNPolicyNotFound; UnsupportedProtocol when the host has no relay.
Result<> set_tls(const model::World& world, const model::Caller& caller, const TlsInput& input,
                 model::Listener& listener);

// The one certificate of a request; its ARN.
Result<std::string> one_certificate(const std::vector<Certificate>& certificates);

// The caller's own, in the same region.
Result<model::Id<model::Certificate>> find_certificate(const model::World& world,
                                                       const model::Caller& caller,
                                                       const std::string& arn);

// InvalidConfigurationRequest for settings of the group that a TLS listener before it cannot keep.
Result<> check_behind_tls(const model::TargetGroup& group);

// Whether a TLS listener forwards to the group.
bool is_behind_tls(const model::World& world, const model::Id<model::TargetGroup>& group);

}  // namespace postern::api::elbv2
