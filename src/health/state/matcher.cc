// SPDX-License-Identifier: Apache-2.0
#include "health/state/matcher.h"

#include <algorithm>
#include <charconv>
#include <optional>

namespace postern::health {
namespace {

std::optional<unsigned> number(std::string_view text) {
  unsigned value = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value);
  if (error != std::errc{} || end != text.data() + text.size()) {
    return std::nullopt;
  }
  return value;
}

bool matches_part(std::string_view part, unsigned code) {
  const auto dash = std::min(part.find('-'), part.size());
  const auto first = number(part.substr(0, dash));
  const auto last = dash == part.size() ? first : number(part.substr(dash + 1));
  return first && last && *first <= code && code <= *last;
}

}  // namespace

bool matches(std::string_view matcher, unsigned code) {
  while (!matcher.empty()) {
    const auto comma = std::min(matcher.find(','), matcher.size());
    if (matches_part(matcher.substr(0, comma), code)) {
      return true;
    }
    matcher.remove_prefix(std::min(comma + 1, matcher.size()));
  }
  return false;
}

}  // namespace postern::health
