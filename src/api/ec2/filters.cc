// SPDX-License-Identifier: Apache-2.0
#include "api/ec2/filters.h"

#include <algorithm>

namespace postern::api::ec2 {
namespace {

constexpr std::string_view kTagPrefix = "tag:";

}  // namespace

bool matches_pattern(std::string_view pattern, std::string_view text) {
  // Greedy with one point to go back to: the last star seen.
  std::size_t p = 0;
  std::size_t t = 0;
  std::size_t star = std::string_view::npos;
  std::size_t star_text = 0;
  while (t < text.size()) {
    const bool escaped = p + 1 < pattern.size() && pattern[p] == '\\';
    if (!escaped && p < pattern.size() && pattern[p] == '*') {
      star = p++;
      star_text = t;
    } else if (escaped && pattern[p + 1] == text[t]) {
      p += 2;
      ++t;
    } else if (!escaped && p < pattern.size() && (pattern[p] == '?' || pattern[p] == text[t])) {
      ++p;
      ++t;
    } else if (star != std::string_view::npos) {
      p = star + 1;
      t = ++star_text;
    } else {
      return false;
    }
  }
  while (p < pattern.size() && pattern[p] == '*') {
    ++p;
  }
  return p == pattern.size();
}

namespace detail {

bool is_tag_filter(std::string_view name) {
  return name == "tag-key" || (name.starts_with(kTagPrefix) && name.size() > kTagPrefix.size());
}

std::vector<std::string> tag_values(std::string_view name, const model::Tags& tags) {
  std::vector<std::string> values;
  for (const auto& [key, value] : tags) {
    if (name == "tag-key") {
      values.push_back(key);
    } else if (key == name.substr(kTagPrefix.size())) {
      values.push_back(value);
    }
  }
  return values;
}

bool any_matches(const Filter& filter, const std::vector<std::string>& values) {
  return std::any_of(values.begin(), values.end(), [&](const std::string& value) {
    return std::any_of(filter.Value.begin(), filter.Value.end(),
                       [&](const std::string& pattern) { return matches_pattern(pattern, value); });
  });
}

}  // namespace detail
}  // namespace postern::api::ec2
