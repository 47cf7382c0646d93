// SPDX-License-Identifier: Apache-2.0
// What the service's model asks of a parameter by itself, in its words: ValidationException, "1
// validation error detected: Value 'x' at 'type' failed to satisfy constraint: …".
#pragma once

#include <cstddef>
#include <initializer_list>
#include <optional>
#include <string>
#include <string_view>

#include "base/result.h"

namespace postern::api::ssm {

struct Sizes {
  std::size_t low;
  std::size_t high;
};

// `path` is the parameter as AWS spells it in these messages: parameterFilters.1.member.key.
Result<> check_length(std::string_view path, std::string_view value, Sizes sizes);
// As check_length(), of a value that no answer may show.
Result<> check_secret_length(std::string_view path, std::string_view value, Sizes sizes);
Result<> check_count(std::string_view path, std::size_t count, Sizes sizes);
Result<> check_word(std::string_view path, const std::optional<std::string>& value,
                    std::initializer_list<std::string_view> words);

// How many items a page has: what is asked for, or `high`.
Result<std::size_t> page_size(const std::optional<int>& max_results, int high);

}  // namespace postern::api::ssm
