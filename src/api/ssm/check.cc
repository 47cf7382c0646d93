// SPDX-License-Identifier: Apache-2.0
#include "api/ssm/check.h"

#include "api/wire/utf8.h"

namespace postern::api::ssm {

Result<> check_length(std::string_view path, std::string_view value, Between sizes) {
  return api::check_length(faults::ValidationException, path, value, wire::characters(value),
                           sizes);
}

Result<> check_secret_length(std::string_view path, std::string_view value, Between sizes) {
  return api::check_length(faults::ValidationException, path, "***", wire::characters(value),
                           sizes);
}

Result<> check_count(std::string_view path, std::size_t count, Between sizes) {
  return api::check_length(faults::ValidationException, path, "[…]", count, sizes);
}

Result<> check_word(std::string_view path, const std::optional<std::string>& value,
                    std::initializer_list<std::string_view> words) {
  return check_enum(faults::ValidationException, path, value, words);
}

Result<std::size_t> page_size(const std::optional<int>& max_results, int high) {
  const int size = max_results.value_or(high);
  if (size < 1 || size > high) {
    return violated(faults::ValidationException, "maxResults", fmt::format("{}", size),
                    fmt::format("have value between 1 and {}", high));
  }
  return static_cast<std::size_t>(size);
}

}  // namespace postern::api::ssm
