// SPDX-License-Identifier: Apache-2.0
// What service models ask of a parameter by itself, in their words: "1 validation error detected:
// Value 'x' at 'roleName' failed to satisfy …". The checks of ELBv2, IAM and STS say it with
// ValidationError; violated() and those that take a fault say it with a service's own.
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
// `targets.1.member.port`. `constraint` as it goes on: Member must …
std::unexpected<Error> violated(const Fault& fault, std::string_view path, std::string_view value,
                                std::string_view constraint);
// Of a value that is so long, or of so many; `shown` is what the words say in its place.
Result<> check_length(const Fault& fault, std::string_view path, std::string_view shown,
                      std::size_t length, Between bounds);
// What is not given is not checked.
Result<> check_enum(const Fault& fault, std::string_view path,
                    const std::optional<std::string>& value,
                    std::initializer_list<std::string_view> values);
Result<> check_number(const Fault& fault, std::string_view path, const std::optional<int>& value,
                      Between bounds);
// A tag's key or value: [\p{L}\p{Z}\p{N}_.:/=+\-@]*. Beyond ASCII every character is taken to be a
// letter.
Result<> check_tag_characters(const Fault& fault, std::string_view path, std::string_view text);

// What is not given is not checked.
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
