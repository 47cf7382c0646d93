// SPDX-License-Identifier: Apache-2.0
#include "api/action/constraint.h"

#include <algorithm>

#include "api/wire/utf8.h"

namespace postern::api {
namespace {

bool is_tag_character(char c) {
  return (static_cast<unsigned char>(c) & 0x80) != 0 || (c >= 'a' && c <= 'z') ||
         (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') ||
         std::string_view(" _.:/=+-@").contains(c);
}

}  // namespace

std::unexpected<Error> violated(const Fault& fault, std::string_view path, std::string_view value,
                                std::string_view constraint) {
  return refuse(fault,
                "1 validation error detected: Value '{}' at '{}' failed to satisfy constraint: "
                "Member must {}",
                value, path, constraint);
}

Result<> check_length(const Fault& fault, std::string_view path, std::string_view shown,
                      std::size_t length, Between bounds) {
  const auto given = static_cast<std::ptrdiff_t>(length);
  if (given < bounds.low) {
    return violated(fault, path, shown,
                    fmt::format("have length greater than or equal to {}", bounds.low));
  }
  if (given > bounds.high) {
    return violated(fault, path, shown,
                    fmt::format("have length less than or equal to {}", bounds.high));
  }
  return {};
}

Result<> check_enum(const Fault& fault, std::string_view path,
                    const std::optional<std::string>& value,
                    std::initializer_list<std::string_view> values) {
  if (!value || std::ranges::find(values, *value) != values.end()) {
    return {};
  }
  return violated(fault, path, *value,
                  fmt::format("satisfy enum value set: [{}]", fmt::join(values, ", ")));
}

Result<> check_tag_characters(const Fault& fault, std::string_view path, std::string_view text) {
  return std::ranges::all_of(text, is_tag_character)
             ? Result<>()
             : violated(fault, path, text,
                        "satisfy regular expression pattern: "
                        "^([\\p{L}\\p{Z}\\p{N}_.:/=+\\-@]*)$");
}

Result<> check_enum(std::string_view path, const std::optional<std::string>& value,
                    std::initializer_list<std::string_view> values) {
  return check_enum(faults::ValidationError, path, value, values);
}

Result<> check_number(const Fault& fault, std::string_view path, const std::optional<int>& value,
                      Between bounds) {
  if (value && *value < bounds.low) {
    return violated(fault, path, fmt::format("{}", *value),
                    fmt::format("have value greater than or equal to {}", bounds.low));
  }
  if (value && *value > bounds.high) {
    return violated(fault, path, fmt::format("{}", *value),
                    fmt::format("have value less than or equal to {}", bounds.high));
  }
  return {};
}

Result<> check_number(std::string_view path, const std::optional<int>& value, Between bounds) {
  return check_number(faults::ValidationError, path, value, bounds);
}

Result<> check_size(std::string_view path, std::string_view value, Between bounds) {
  return check_length(faults::ValidationError, path, value, wire::characters(value), bounds);
}

Result<> check_characters(std::string_view path, std::string_view value, std::string_view more,
                          std::string_view pattern) {
  const bool good = std::all_of(value.begin(), value.end(), [&](char c) {
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') ||
           std::string_view("_+=,.@-").find(c) != std::string_view::npos ||
           more.find(c) != std::string_view::npos;
  });
  return good ? Result<>()
              : violated(faults::ValidationError, path, value,
                         fmt::format("satisfy regular expression pattern: {}", pattern));
}

Result<> check_iam_name(std::string_view path, std::string_view value, Between bounds) {
  TRY(check_size(path, value, bounds));
  return check_characters(path, value, "", "[\\w+=,.@-]*");
}

}  // namespace postern::api
