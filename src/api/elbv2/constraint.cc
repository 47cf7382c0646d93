// SPDX-License-Identifier: Apache-2.0
#include "api/elbv2/constraint.h"

#include <algorithm>

namespace postern::api::elbv2 {
namespace {

// [API reference, CreateLoadBalancer and CreateTargetGroup, Name]
constexpr std::size_t kNameLengthMax = 32;

bool is_name_character(char c) {
  return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '-';
}

void mark_known(const wire::Parameter& parameter) {
  parameter.known = true;
  for (const auto& [name, child] : parameter.children) {
    mark_known(child);
  }
}

}  // namespace

Result<> check_name(std::string_view noun, const std::string& name) {
  if (name.size() > kNameLengthMax) {
    return refuse(faults::ValidationError, "{} '{}' cannot be longer than '{}' characters", noun,
                  name, kNameLengthMax);
  }
  if (name.empty() || !std::all_of(name.begin(), name.end(), is_name_character)) {
    return refuse(faults::ValidationError,
                  "{} '{}' can only contain characters that are alphanumeric characters or "
                  "hyphens(-)",
                  noun, name);
  }
  if (name.front() == '-' || name.back() == '-') {
    return refuse(faults::ValidationError, "{} '{}' cannot begin or end with '-'", noun, name);
  }
  return {};
}

Result<> decode_value(wire::Dialect, const wire::Parameter& from, Unserved&) {
  mark_known(from);
  return {};
}

}  // namespace postern::api::elbv2
