// SPDX-License-Identifier: Apache-2.0
// Pages of describe actions' answers.
#pragma once

#include <optional>
#include <string>
#include <vector>

namespace postern::api {

struct Page {
  std::string from;  // key of its first item; empty: from the very first
  std::size_t items_max = 0;
};

// Cuts `items`, which are sorted by `key`, to the page. Gives the next page's marker: the key of
// its first item, so pages stay right when items come and go between two calls.
template <class Item, class Key>
std::optional<std::string> cut_to_page(const Page& page, std::vector<Item>& items, Key key) {
  std::erase_if(items, [&](const Item& item) { return std::string(key(item)) < page.from; });
  if (items.size() <= page.items_max) {
    return std::nullopt;
  }
  std::optional<std::string> next(key(items[page.items_max]));
  items.erase(items.begin() + static_cast<std::ptrdiff_t>(page.items_max), items.end());
  return next;
}

}  // namespace postern::api
