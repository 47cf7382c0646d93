// SPDX-License-Identifier: Apache-2.0
#include "dns/zones/text.h"

#include <algorithm>

namespace postern::dns {

std::string lower(std::string_view name) {
  std::string result(name);
  std::ranges::transform(result, result.begin(), [](char c) {
    return c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c;
  });
  return result;
}

std::optional<std::string_view> below(std::string_view name, std::string_view zone) {
  if (name == zone) {
    return "";
  }
  if (!name.ends_with(zone)) {
    return std::nullopt;
  }
  name.remove_suffix(zone.size());
  // An escaped dot is part of a label and not its end.
  if (!name.ends_with('.') || name.ends_with("\\.")) {
    return std::nullopt;
  }
  name.remove_suffix(1);
  return name;
}

std::vector<std::string_view> labels(std::string_view name) {
  std::vector<std::string_view> result;
  while (!name.empty()) {
    const auto dot = std::min(name.find('.'), name.size());
    result.push_back(name.substr(0, dot));
    name.remove_prefix(std::min(dot + 1, name.size()));
  }
  return result;
}

}  // namespace postern::dns
