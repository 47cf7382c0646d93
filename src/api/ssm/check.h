// SPDX-License-Identifier: Apache-2.0
// What the service's model asks of a parameter by itself (api/action/constraint.h), with its
// ValidationException.
#pragma once

#include <cstddef>
#include <initializer_list>
#include <optional>
#include <string>
#include <string_view>

#include "api/action/constraint.h"
#include "base/result.h"

namespace postern::api::ssm {

// `path` is the parameter as AWS spells it in these messages: parameterFilters.1.member.key.
Result<> check_length(std::string_view path, std::string_view value, Between sizes);
// As check_length(), of a value that no answer may show.
Result<> check_secret_length(std::string_view path, std::string_view value, Between sizes);
Result<> check_count(std::string_view path, std::size_t count, Between sizes);
Result<> check_word(std::string_view path, const std::optional<std::string>& value,
                    std::initializer_list<std::string_view> words);

// How many items a page has: what is asked for, or `high`.
Result<std::size_t> page_size(const std::optional<int>& max_results, int high);

}  // namespace postern::api::ssm
