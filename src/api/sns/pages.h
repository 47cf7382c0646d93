// SPDX-License-Identifier: Apache-2.0
// Lists of a hundred at a time. [SNS API reference, ListTopics, ListSubscriptions]
#pragma once

#include <optional>
#include <string>
#include <vector>

namespace postern::api::sns {

// Cuts `all`, which is in the order of `key`, to what follows the token; gives the next token.
template <class T, class Key>
std::optional<std::string> cut_to_page(std::vector<T>& all, const std::optional<std::string>& token,
                                       Key key) {
  constexpr std::size_t kPage = 100;
  std::erase_if(all, [&](const T& item) { return token && key(item) <= *token; });
  if (all.size() <= kPage) {
    return std::nullopt;
  }
  all.resize(kPage);
  return key(all.back());
}

}  // namespace postern::api::sns
