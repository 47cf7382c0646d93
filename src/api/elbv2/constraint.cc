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

template <class Value>
std::unexpected<Error> violated(std::string_view path, const Value& value,
                                std::string_view constraint) {
  return refuse(faults::ValidationError,
                "1 validation error detected: Value '{}' at '{}' failed to satisfy constraint: "
                "Member must {}",
                value, path, constraint);
}

void mark_known(const wire::Parameter& parameter) {
  parameter.known = true;
  for (const auto& [name, child] : parameter.children) {
    mark_known(child);
  }
}

}  // namespace

Result<> check_enum(std::string_view path, const std::optional<std::string>& value,
                    std::initializer_list<std::string_view> values) {
  if (!value || std::find(values.begin(), values.end(), *value) != values.end()) {
    return {};
  }
  return violated(path, *value,
                  fmt::format("satisfy enum value set: [{}]", fmt::join(values, ", ")));
}

Result<> check_range(std::string_view path, const std::optional<int>& value, Bounds bounds) {
  if (value && *value < bounds.low) {
    return violated(path, *value,
                    fmt::format("have value greater than or equal to {}", bounds.low));
  }
  if (value && *value > bounds.high) {
    return violated(path, *value, fmt::format("have value less than or equal to {}", bounds.high));
  }
  return {};
}

Result<> check_length(std::string_view path, const std::string& value, Bounds bounds) {
  const auto length = std::count_if(value.begin(), value.end(), [](char c) {
    return (static_cast<unsigned char>(c) & 0xc0) != 0x80;
  });
  if (length < bounds.low) {
    return violated(path, value,
                    fmt::format("have length greater than or equal to {}", bounds.low));
  }
  if (length > bounds.high) {
    return violated(path, value, fmt::format("have length less than or equal to {}", bounds.high));
  }
  return {};
}

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
