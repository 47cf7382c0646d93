// SPDX-License-Identifier: Apache-2.0
// What HAProxy is told of TLS, towards clients and towards targets.
#pragma once

#include <string>
#include <vector>

namespace postern::relay {

// What follows the address of a `bind`: certificates are files in `folder`, the default one first.
// `alpn` is a list of protocols; empty: none is negotiated.
std::string tls_words(const std::vector<std::string>& certificates, const std::string& ssl_policy,
                      const std::string& alpn, const std::string& folder);

// Protocols and ciphers of one of AWS's policies.
std::string policy_words(const std::string& name);

// The policy towards targets behind a listener that has this one.
std::string policy_towards_targets(const std::string& name);

}  // namespace postern::relay
