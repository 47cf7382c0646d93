// SPDX-License-Identifier: Apache-2.0
// Reading the attributes of load balancers, target groups and listeners.
#pragma once

#include <charconv>
#include <string>
#include <string_view>

#include "model/load_balancer.h"

namespace postern::model {

// The value in force; `otherwise` is what AWS says it is as long as it is not set.
inline std::string_view attribute(const Attributes& attributes, const std::string& key,
                                  std::string_view otherwise) {
  const auto at = attributes.find(key);
  return at == attributes.end() ? otherwise : std::string_view(at->second);
}

inline bool is_on(const Attributes& attributes, const std::string& key, bool otherwise) {
  return attribute(attributes, key, otherwise ? "true" : "false") == "true";
}

// 0 for words such as "off".
inline int number(const Attributes& attributes, const std::string& key, int otherwise) {
  const auto at = attributes.find(key);
  if (at == attributes.end()) {
    return otherwise;
  }
  int value = 0;
  std::from_chars(at->second.data(), at->second.data() + at->second.size(), value);
  return value;
}

// [NLB guide, "Client IP preservation": on for instances and for UDP, off for addresses behind TCP]
inline bool preserves_client_ip(const TargetGroup& group) {
  const bool by_address_over_tcp = group.target_type == "ip" && group.protocol == "TCP";
  return is_on(group.attributes, "preserve_client_ip.enabled", !by_address_over_tcp);
}

}  // namespace postern::model
