// SPDX-License-Identifier: Apache-2.0
// Names of parameters and the hierarchies that they are in. [Systems Manager user guide,
// "Requirements and constraints for parameter names"]
#pragma once

#include <string_view>

#include "base/result.h"
#include "model/account.h"

namespace postern::api::ssm {

// Whether it is formed as a name is: letters, digits and .-_, levels with a slash before each.
bool is_formed_as_name(std::string_view name);

// ValidationException for what is not. ARNs, of others' parameters, are let through.
Result<> check_formed(std::string_view name);

// The name of a parameter that the caller may make.
Result<> check_new_name(const model::Caller& caller, std::string_view name);

// Whether the name, without the slash before it, begins with the word, in letters of any case.
bool begins_with_word(std::string_view name, std::string_view word);

// AccessDeniedException for names that are AWS's.
Result<> check_not_reserved(std::string_view name);

// A hierarchy, as GetParametersByPath has it: a name, or / alone.
Result<> check_path(std::string_view path);

// Whether a name is in the hierarchy, directly or at any depth. Names without a slash are in /.
bool is_below(std::string_view name, std::string_view path, bool recursive);

}  // namespace postern::api::ssm
