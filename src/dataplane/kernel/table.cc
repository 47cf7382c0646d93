// SPDX-License-Identifier: Apache-2.0
#include "dataplane/kernel/table.h"

#include <algorithm>
#include <numeric>

#include "base/check.h"

namespace postern::dataplane {
namespace {

int compare(Bytes a, Bytes b) {
  return std::memcmp(a.data(), b.data(), a.size());
}

bool same(Bytes a, Bytes b) {
  return compare(a, b) == 0;
}

}  // namespace

void Table::append(Bytes key, Bytes value) {
  POSTERN_CHECK(key.size() == info(map_).key_size && value.size() == info(map_).value_size,
                "a row of another map");
  rows_.insert(rows_.end(), key.begin(), key.end());
  rows_.insert(rows_.end(), value.begin(), value.end());
}

void Table::sort() {
  // Rows may be kilobytes long: their numbers are sorted, and each row is then moved once.
  std::vector<std::uint32_t> order(size());
  std::iota(order.begin(), order.end(), 0U);
  const auto before = [&](std::uint32_t a, std::uint32_t b) { return compare(key(a), key(b)) < 0; };
  if (std::ranges::is_sorted(order, before)) {
    return;
  }
  std::ranges::sort(order, before);
  std::vector<std::byte> sorted;
  sorted.reserve(rows_.size());
  for (const std::uint32_t at : order) {
    sorted.insert(sorted.end(), row(at).begin(), row(at).end());
  }
  rows_ = std::move(sorted);
}

std::optional<Bytes> Table::find(Bytes key) const {
  std::size_t first = 0;
  std::size_t last = size();
  while (first < last) {
    const std::size_t middle = first + (last - first) / 2;
    const int order = compare(this->key(middle), key);
    if (order == 0) {
      return value(middle);
    }
    if (order < 0) {
      first = middle + 1;
    } else {
      last = middle;
    }
  }
  return std::nullopt;
}

std::vector<Difference> difference(const Table& actual, const Table& desired) {
  POSTERN_CHECK(actual.map() == desired.map(), "tables of two maps");
  std::vector<Difference> found;
  std::size_t a = 0;
  std::size_t d = 0;
  while (a < actual.size() || d < desired.size()) {
    int order = 0;
    if (a == actual.size() || d == desired.size()) {
      order = a == actual.size() ? 1 : -1;
    } else {
      order = compare(actual.key(a), desired.key(d));
    }
    if (order < 0) {
      found.push_back({actual.key(a), actual.value(a), std::nullopt});
    } else if (order > 0) {
      found.push_back({desired.key(d), std::nullopt, desired.value(d)});
    } else if (!same(actual.value(a), desired.value(d))) {
      found.push_back({desired.key(d), actual.value(a), desired.value(d)});
    }
    a += order <= 0 ? 1 : 0;
    d += order >= 0 ? 1 : 0;
  }
  return found;
}

Tables::Tables() {
  for (const MapInfo& map : kMaps) {
    tables_.emplace_back(map.id);
  }
}

void Tables::sort() {
  for (Table& table : tables_) {
    table.sort();
  }
}

}  // namespace postern::dataplane
