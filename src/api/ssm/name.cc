// SPDX-License-Identifier: Apache-2.0
#include "api/ssm/name.h"

#include <algorithm>
#include <cctype>

#include "model/parameters.h"

namespace postern::api::ssm {
namespace {

constexpr std::size_t kNameMax = 2048;
// "The maximum length for a parameter name that you create is 1011 characters. This includes the
// characters in the ARN that precede the name." [PutParameter]
constexpr std::size_t kArnMax = 1011;
constexpr auto kLevelsMax = 15;

bool is_name_character(char c) {
  return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') ||
         std::string_view("/.-_").contains(c);
}

// [Recorded: PutParameter of names of any other form]
std::unexpected<Error> malformed() {
  return refuse(faults::ValidationException,
                "Parameter name: can't be prefixed with \"ssm\" (case-insensitive). If formed as a "
                "path, it can consist of sub-paths divided by slash symbol; each sub-path can be "
                "formed as a mix of letters, numbers and the following 3 symbols .-_");
}

}  // namespace

bool begins_with_word(std::string_view name, std::string_view word) {
  name.remove_prefix(name.starts_with('/') ? 1 : 0);
  return std::ranges::equal(name.substr(0, word.size()), word, {},
                            [](unsigned char c) { return std::tolower(c); });
}

bool is_formed_as_name(std::string_view name) {
  const bool is_hierarchy = name.contains('/');
  return !name.empty() && name.size() <= kNameMax && std::ranges::all_of(name, is_name_character) &&
         (!is_hierarchy || name.starts_with('/')) && !name.ends_with('/') && !name.contains("//");
}

Result<> check_formed(std::string_view name) {
  return is_formed_as_name(name) || name.starts_with("arn:") ? Result<>() : malformed();
}

// [Recorded: "No access to reserved parameter name: awslimitschecker."]
Result<> check_not_reserved(std::string_view name) {
  if (begins_with_word(name, "aws")) {
    return refuse(faults::SsmAccessDenied, "No access to reserved parameter name: {}.", name);
  }
  return {};
}

Result<> check_new_name(const model::Caller& caller, std::string_view name) {
  TRY(check_not_reserved(name));
  if (!is_formed_as_name(name) || begins_with_word(name, "ssm")) {
    return malformed();
  }
  if (model::parameter_arn(caller.region, caller.account.value, name).size() > kArnMax) {
    return refuse(faults::ValidationException,
                  "The parameter name is too long: its ARN may have {} characters", kArnMax);
  }
  if (std::ranges::count(name, '/') > kLevelsMax) {
    return refuse(faults::SsmHierarchyLevelLimitExceeded,
                  "A hierarchy can have a maximum of {} levels.", kLevelsMax);
  }
  return {};
}

// [Recorded: GetParametersByPath of what does not begin with a slash]
Result<> check_path(std::string_view path) {
  if (path == "/") {
    return {};
  }
  path.remove_suffix(path.ends_with('/') ? 1 : 0);
  if (!path.starts_with('/') || !is_formed_as_name(path)) {
    return refuse(faults::ValidationException,
                  "The parameter doesn't meet the parameter name requirements. The parameter name "
                  "must begin with a forward slash \"/\". It can't be prefixed with \"aws\" or "
                  "\"ssm\" (case-insensitive). It must use only letters, numbers, or the following "
                  "symbols: . (period), - (hyphen), _ (underscore). Special characters are not "
                  "allowed. All sub-paths, if specified, must use the forward slash symbol \"/\". "
                  "Valid example: /get/parameters2-/by1./path0_.");
  }
  return {};
}

bool is_below(std::string_view name, std::string_view path, bool recursive) {
  if (path.ends_with('/')) {
    path.remove_suffix(1);
  }
  if (name.starts_with('/')) {
    if (!name.starts_with(path) || name.size() <= path.size() || name[path.size()] != '/') {
      return false;
    }
    name.remove_prefix(path.size() + 1);
  } else if (!path.empty()) {
    return false;
  }
  return recursive || !name.contains('/');
}

}  // namespace postern::api::ssm
