// SPDX-License-Identifier: Apache-2.0
// The spellings that Signature Version 4 is made of: lists, percent-encoding, timestamps.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/time.h"

namespace postern::api::wire {

// Without white space at either end.
std::string_view trimmed(std::string_view text);
// ASCII letters in lower case.
std::string lower(std::string_view text);
// The parts between separators: one more than there are separators.
std::vector<std::string_view> split(std::string_view text, char separator);
std::string join(const std::vector<std::string>& parts, char separator);

// Everything but RFC 3986's unreserved characters as %XX.
std::string percent_encoded(std::string_view text);
// A name or value of a query string. What is not an escape stays as it came, so that the signature
// of a malformed query can still be checked before the query is refused.
std::string query_decoded(std::string_view text);
// As percent_encoded(query_decoded(text)), but a `%` that begins no escape stays.
std::string query_normalised(std::string_view text);

// 20260131T235959Z.
std::string format_timestamp(TimePoint time);
// From that, or from the form of HTTP's own Date header.
std::optional<TimePoint> parse_timestamp(const std::string& text);

}  // namespace postern::api::wire
