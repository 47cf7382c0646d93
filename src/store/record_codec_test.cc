// SPDX-License-Identifier: Apache-2.0
// Every record type goes to its row and comes back whole; a row that cannot be one is named.
#include "store/record_codec.h"

#include <gtest/gtest.h>

#include <set>

#include "store/filled_record.h"

namespace postern::store {
namespace {

using model::Id;

template <class... Ts>
struct FillAll {
  static void into(model::Transaction& tx) { (tx.put(filled<Ts>(1)), ...); }
  static void erase_from(model::Transaction& tx) {
    const auto erase = [&]<class T>(const model::Table<T>& table) {
      const model::Table<T> copy = table;
      for (const auto& [id, record] : copy) {
        tx.erase(id);
      }
    };
    (erase(tx.world().all<Ts>()), ...);
  }
  static constexpr std::size_t kCount = sizeof...(Ts);
};
using All = model::ForEachRecord<FillAll>;

std::string error_of(std::string_view table, std::string_view id, std::string_view record) {
  model::WorldBuilder world;
  const auto done = read_row(table, id, record, world);
  return done ? "none" : done.error().message();
}

TEST(RecordCodec, Every_record_type_comes_back_with_every_member) {
  SeededIds ids(1);
  model::Transaction tx(model::World(), TimePoint{}, ids);
  All::into(tx);
  const std::vector<Change> changes = changes_of(tx);
  EXPECT_EQ(changes.size(), All::kCount);

  model::WorldBuilder world;
  for (const Change& change : changes) {
    ASSERT_TRUE(change.record);
    const auto done = read_row(change.table, change.id, *change.record, world);
    ASSERT_TRUE(done) << done.error().message();
  }
  EXPECT_TRUE(same_world(tx.world(), world.revision(tx.world().revision()).build()));
}

TEST(RecordCodec, Tables_have_names_of_their_own) {
  SeededIds ids(1);
  model::Transaction tx(model::World(), TimePoint{}, ids);
  All::into(tx);
  std::set<std::string> names;
  for (const Change& change : changes_of(tx)) {
    names.insert(change.table);
  }
  EXPECT_EQ(names.size(), All::kCount);
}

TEST(RecordCodec, An_erased_record_is_a_change_without_text) {
  SeededIds ids(1);
  model::Transaction before(model::World(), TimePoint{}, ids);
  All::into(before);
  model::Transaction tx(before.world(), TimePoint{}, ids);
  All::erase_from(tx);
  const std::vector<Change> changes = changes_of(tx);
  EXPECT_EQ(changes.size(), All::kCount);
  for (const Change& change : changes) {
    EXPECT_FALSE(change.record) << change.table;
  }
}

TEST(RecordCodec, What_is_put_and_erased_in_one_transaction_is_erased) {
  SeededIds ids(1);
  model::Transaction tx(model::World(), TimePoint{}, ids);
  tx.put(model::Vpc{.id = Id<model::Vpc>("vpc-1")});
  tx.erase(Id<model::Vpc>("vpc-1"));
  const std::vector<Change> changes = changes_of(tx);
  ASSERT_EQ(changes.size(), 1U);
  EXPECT_FALSE(changes[0].record);
}

TEST(RecordCodec, A_row_of_an_older_version_loads_with_defaults) {
  model::WorldBuilder builder;
  ASSERT_TRUE(read_row("vpc", "vpc-1", R"({"id": "vpc-1", "cidr": "10.0.0.0/16"})", builder));
  const model::World world = builder.build();
  const model::Vpc* vpc = world.find(Id<model::Vpc>("vpc-1"));
  ASSERT_NE(vpc, nullptr);
  EXPECT_EQ(vpc->cidr.text(), "10.0.0.0/16");
  EXPECT_TRUE(vpc->enable_dns_support);
}

TEST(RecordCodec, A_corrupt_row_is_named_by_table_and_id) {
  EXPECT_EQ(error_of("vpc", "vpc-1", R"({"id": "vpc-1", "number": "x"})"),
            "the stored record 'vpc-1' of table 'vpc' is corrupt: number: not a number that fits");
  EXPECT_EQ(error_of("vpc", "vpc-1", R"({"id": "vpc-2"})"),
            "the stored record 'vpc-1' of table 'vpc' is corrupt: it calls itself 'vpc-2'");
  EXPECT_EQ(error_of("vpc", "vpc-1", "{}"),
            "the stored record 'vpc-1' of table 'vpc' is corrupt: it calls itself ''");
  EXPECT_EQ(error_of("moon", "m-1", "{}"),
            "the stored record 'm-1' of table 'moon' is corrupt: no such table");
  EXPECT_TRUE(error_of("vpc", "vpc-1", R"({"id": "vpc-1")")
                  .starts_with("the stored record 'vpc-1' of table 'vpc' is corrupt: not JSON: "));
  EXPECT_TRUE(error_of("vpc", "vpc-1", "\"\xff\"")
                  .starts_with("the stored record 'vpc-1' of table 'vpc' is corrupt: not JSON: "));
}

}  // namespace
}  // namespace postern::store
