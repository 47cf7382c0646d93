// SPDX-License-Identifier: Apache-2.0
#include "api/ssm/check.h"

#include <algorithm>

namespace postern::api::ssm {
namespace {

std::unexpected<Error> violated(std::string_view path, std::string_view value,
                                std::string_view constraint) {
  return refuse(faults::SsmValidation,
                "1 validation error detected: Value '{}' at '{}' failed to satisfy constraint: "
                "Member must {}",
                value, path, constraint);
}

// `shown` is what an answer says in place of the value.
Result<> check_sizes(std::string_view path, std::string_view shown, std::size_t size, Sizes sizes) {
  if (size < sizes.low) {
    return violated(path, shown, fmt::format("have length greater than or equal to {}", sizes.low));
  }
  if (size > sizes.high) {
    return violated(path, shown, fmt::format("have length less than or equal to {}", sizes.high));
  }
  return {};
}

}  // namespace

Result<> check_length(std::string_view path, std::string_view value, Sizes sizes) {
  return check_sizes(path, value, value.size(), sizes);
}

Result<> check_secret_length(std::string_view path, std::string_view value, Sizes sizes) {
  return check_sizes(path, "***", value.size(), sizes);
}

Result<> check_count(std::string_view path, std::size_t count, Sizes sizes) {
  return check_sizes(path, "[…]", count, sizes);
}

Result<> check_word(std::string_view path, const std::optional<std::string>& value,
                    std::initializer_list<std::string_view> words) {
  if (!value || std::ranges::find(words, *value) != words.end()) {
    return {};
  }
  return violated(path, *value,
                  fmt::format("satisfy enum value set: [{}]", fmt::join(words, ", ")));
}

Result<std::size_t> page_size(const std::optional<int>& max_results, int high) {
  const int size = max_results.value_or(high);
  if (size < 1 || size > high) {
    return violated("maxResults", fmt::format("{}", size),
                    fmt::format("have value between 1 and {}", high));
  }
  return static_cast<std::size_t>(size);
}

}  // namespace postern::api::ssm
