// SPDX-License-Identifier: Apache-2.0
// MaxResults and NextToken of describe actions.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "base/result.h"

namespace postern::api::ec2 {

// From this item on, so many. The token is the key of the next item, so a page stays right when
// items come and go between two calls.
struct Page {
  std::string from;  // empty: from the first
  std::size_t items_max = 0;
};

// MaxResults is 5 to 1000, more is taken as 1000; without it everything comes at once.
// [EC2 API reference, "Pagination"]
Result<Page> page_of(const std::optional<int>& max_results,
                     const std::optional<std::string>& next_token);

// Cuts `items`, which are sorted by `key`, to the page; gives the next page's token.
template <class Item, class Key>
std::optional<std::string> cut_to_page(const Page& page, std::vector<Item>& items, Key key) {
  auto first = items.begin();
  while (first != items.end() && key(*first) < page.from) {
    ++first;
  }
  items.erase(items.begin(), first);
  if (items.size() <= page.items_max) {
    return std::nullopt;
  }
  std::optional<std::string> next = key(items[page.items_max]);
  items.erase(items.begin() + static_cast<std::ptrdiff_t>(page.items_max), items.end());
  return next;
}

}  // namespace postern::api::ec2
