// SPDX-License-Identifier: Apache-2.0
// What the service models of ELBv2, IAM and STS ask of a parameter by itself, in their words:
// ValidationError, "1 validation error detected: Value 'x' at 'roleName' failed to satisfy …".
#pragma once

#include <initializer_list>
#include <optional>
#include <string>
#include <string_view>

#include "base/result.h"

namespace postern::api {

struct Between {
  int low;
  int high;
};

// `path` is the parameter as AWS spells it in these messages: lowerCamel,
// `targets.1.member.port`. What is not given is not checked.
Result<> check_enum(std::string_view path, const std::optional<std::string>& value,
                    std::initializer_list<std::string_view> values);
Result<> check_number(std::string_view path, const std::optional<int>& value, Between bounds);
// In characters, not bytes.
Result<> check_size(std::string_view path, std::string_view value, Between bounds);
// Letters, digits and these: [\w+=,.@-]*.
Result<> check_iam_name(std::string_view path, std::string_view value, Between bounds);
// As check_iam_name(), with `more` characters allowed. `pattern` as the model writes it.
Result<> check_characters(std::string_view path, std::string_view value, std::string_view more,
                          std::string_view pattern);

}  // namespace postern::api
