// SPDX-License-Identifier: Apache-2.0
#include "api/ssm/pattern.h"

// A hundredth of the library's own: patterns are the clients', and all writes wait meanwhile. The
// library casts the number where this file's warnings count.
#pragma GCC diagnostic push
#pragma GCC diagnostic ignored "-Wold-style-cast"
#define BOOST_REGEX_MAX_STATE_COUNT 1000000
#include <boost/regex.hpp>
#pragma GCC diagnostic pop
#include <optional>
#include <stdexcept>

namespace postern::api::ssm {
namespace {

// Perl's dialect, which is about Java's. The library gives up on what would take for ever, by an
// exception as for what it cannot read; unlike the standard library's it needs no stack.
std::optional<bool> matches(const std::string& pattern, const std::string& value) {
  try {
    return boost::regex_match(value, boost::regex(pattern));
  } catch (const std::runtime_error&) {
    return std::nullopt;
  }
}

}  // namespace

Result<> check_allowed(const std::string& pattern, const std::string& value) {
  const std::optional<bool> matched = matches(pattern, value);
  if (!matched) {
    return refuse(faults::SsmInvalidAllowedPattern,
                  "The request does not meet the regular expression requirement: '{}' cannot be "
                  "used as one",
                  pattern);
  }
  if (!*matched) {
    return refuse(faults::SsmParameterPatternMismatch,
                  "Parameter value, cannot be validated against allowedPattern: {}", pattern);
  }
  return {};
}

}  // namespace postern::api::ssm
