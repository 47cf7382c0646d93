// SPDX-License-Identifier: Apache-2.0
#include "dataplane/kernel/table.h"

#include <endian.h>

#include <algorithm>

#include "base/check.h"

namespace postern::dataplane {
namespace {

int compare(Bytes a, Bytes b) {
  return std::memcmp(a.data(), b.data(), a.size());
}

bool same(Bytes a, Bytes b) {
  return compare(a, b) == 0;
}

// A key as numbers that stand in the order of its bytes, and the row that it is of: what sorting
// compares, without a look at the row.
struct SortKey {
  std::array<std::uint64_t, 3> words{};
  std::uint32_t row = 0;

  auto operator<=>(const SortKey&) const = default;
};
static_assert(std::ranges::all_of(kMaps, [](const MapInfo& map) {
  return map.key_size <= sizeof(SortKey::words);
}));

SortKey sort_key(Bytes key, std::uint32_t row) {
  SortKey made{.row = row};
  std::memcpy(made.words.data(), key.data(), key.size());
  for (std::uint64_t& word : made.words) {
    word = be64toh(word);
  }
  return made;
}

}  // namespace

void Table::append(Bytes key, Bytes value) {
  POSTERN_CHECK(key.size() == info(map_).key_size && value.size() == info(map_).value_size,
                "a row of another map");
  const std::size_t end = rows_.size();
  rows_.resize(end + row_size());
  std::memcpy(rows_.data() + end, key.data(), key.size());
  std::memcpy(rows_.data() + end + key.size(), value.data(), value.size());
}

void Table::append(const Table& other) {
  POSTERN_CHECK(map_ == other.map_, "rows of another map");
  rows_.insert(rows_.end(), other.rows_.begin(), other.rows_.end());
}

void Table::sort() {
  // Rows may be kilobytes long: their keys are sorted, and each row is then moved once.
  std::vector<SortKey> order;
  order.reserve(size());
  for (std::uint32_t at = 0; at < size(); ++at) {
    order.push_back(sort_key(key(at), at));
  }
  if (std::ranges::is_sorted(order)) {
    return;
  }
  std::ranges::sort(order);
  std::vector<std::byte> sorted(rows_.size());
  std::byte* to = sorted.data();
  for (const SortKey& from : order) {
    std::memcpy(to, row(from.row).data(), row_size());
    to += row_size();
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

void Tables::append(const Tables& others) {
  for (std::size_t map = 0; map < kMapCount; ++map) {
    tables_[map].append(others.tables_[map]);
  }
}

void Tables::sort() {
  for (Table& table : tables_) {
    table.sort();
  }
}

}  // namespace postern::dataplane
