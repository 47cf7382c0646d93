// SPDX-License-Identifier: Apache-2.0
#include "api/action/constraint.h"

#include <algorithm>

namespace postern::api {
namespace {

template <class Value>
std::unexpected<Error> violated(std::string_view path, const Value& value,
                                std::string_view constraint) {
  return refuse(faults::ValidationError,
                "1 validation error detected: Value '{}' at '{}' failed to satisfy constraint: "
                "Member must {}",
                value, path, constraint);
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

Result<> check_number(std::string_view path, const std::optional<int>& value, Between bounds) {
  if (value && *value < bounds.low) {
    return violated(path, *value,
                    fmt::format("have value greater than or equal to {}", bounds.low));
  }
  if (value && *value > bounds.high) {
    return violated(path, *value, fmt::format("have value less than or equal to {}", bounds.high));
  }
  return {};
}

Result<> check_size(std::string_view path, std::string_view value, Between bounds) {
  const auto length = std::count_if(value.begin(), value.end(), [](char c) {
    return (static_cast<unsigned char>(c) & 0xc0) != 0x80;  // characters, not bytes
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

Result<> check_characters(std::string_view path, std::string_view value, std::string_view more,
                          std::string_view pattern) {
  const bool good = std::all_of(value.begin(), value.end(), [&](char c) {
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') ||
           std::string_view("_+=,.@-").find(c) != std::string_view::npos ||
           more.find(c) != std::string_view::npos;
  });
  return good ? Result<>()
              : violated(path, value,
                         fmt::format("satisfy regular expression pattern: {}", pattern));
}

Result<> check_iam_name(std::string_view path, std::string_view value, Between bounds) {
  TRY(check_size(path, value, bounds));
  return check_characters(path, value, "", "[\\w+=,.@-]*");
}

}  // namespace postern::api
