// SPDX-License-Identifier: Apache-2.0
// Tables: sorting, look-up, and the walk over two of them.
#include "dataplane/kernel/table.h"

#include <gtest/gtest.h>

#include <map>
#include <random>

namespace postern::dataplane {
namespace {

pn_vpc vpc(std::uint32_t word) {
  pn_vpc value{};
  value.net.word_be[3] = word;
  return value;
}

Table table(const std::map<std::uint32_t, std::uint32_t>& rows, bool backwards = false) {
  Table made(MapId::Vpcs);
  const auto add = [&](const auto& row) { made.add(__u32{row.first}, vpc(row.second)); };
  if (backwards) {
    std::for_each(rows.rbegin(), rows.rend(), add);
  } else {
    std::for_each(rows.begin(), rows.end(), add);
  }
  made.sort();
  return made;
}

TEST(Table, Every_key_is_found_and_no_other) {
  for (std::uint32_t size = 0; size < 6; ++size) {
    std::map<std::uint32_t, std::uint32_t> rows;
    for (std::uint32_t at = 0; at < size; ++at) {
      rows[2 * at + 1] = at + 100;
    }
    const Table made = table(rows, true);
    EXPECT_EQ(made.size(), size);
    for (std::uint32_t key = 0; key < 2 * size + 2; ++key) {
      SCOPED_TRACE(key);
      const auto found = made.get<pn_vpc>(__u32{key});
      ASSERT_EQ(found.has_value(), rows.contains(key));
      EXPECT_EQ(found ? found->net.word_be[3] : 0, rows.contains(key) ? rows[key] : 0);
    }
  }
}

TEST(Table, The_order_of_appending_does_not_matter) {
  const std::map<std::uint32_t, std::uint32_t> rows = {{1, 5}, {2, 6}, {300, 7}, {70000, 8}};
  EXPECT_EQ(table(rows), table(rows, true));
}

TEST(Table, The_differences_make_one_table_into_the_other) {
  std::mt19937 engine(7);
  const auto random = [&](std::uint32_t below) {
    return std::uniform_int_distribution<std::uint32_t>(0, below - 1)(engine);
  };
  for (int round = 0; round < 500; ++round) {
    std::map<std::uint32_t, std::uint32_t> from;
    std::map<std::uint32_t, std::uint32_t> to;
    for (int at = 0; at < 6; ++at) {
      from[random(9)] = random(3);
      to[random(9)] = random(3);
    }
    const Table actual = table(from);
    const Table desired = table(to);
    std::size_t expected = 0;
    for (std::uint32_t key = 0; key < 9; ++key) {
      const bool same =
          from.contains(key) == to.contains(key) && (!from.contains(key) || from[key] == to[key]);
      expected += same ? 0 : 1;
    }
    const auto differences = difference(actual, desired);
    EXPECT_EQ(differences.size(), expected);
    for (const Difference& each : differences) {
      const auto key = from_bytes<__u32>(each.key);
      EXPECT_EQ(each.actual.has_value(), from.contains(key));
      EXPECT_EQ(each.desired.has_value(), to.contains(key));
      if (each.desired) {
        from[key] = from_bytes<pn_vpc>(*each.desired).net.word_be[3];
      } else {
        from.erase(key);
      }
    }
    EXPECT_EQ(from, to);
  }
}

TEST(Table, Maps_are_listed_in_the_order_of_their_numbers) {
  for (std::size_t at = 0; at < kMapCount; ++at) {
    EXPECT_EQ(static_cast<std::size_t>(kMaps[at].id), at);
  }
}

}  // namespace
}  // namespace postern::dataplane
