// SPDX-License-Identifier: Apache-2.0
// What every Store promises, run over each of them; and that they agree on random histories.
#include <gtest/gtest.h>

#include <filesystem>
#include <random>

#include "base/scratch_directory.h"
#include "store/filled_record.h"
#include "store/memory_store.h"
#include "store/record_codec.h"
#include "store/sqlite_store.h"

namespace postern::store {
namespace {

using model::Id;
using model::Vpc;

struct Contract {
  virtual ~Contract() = default;
  virtual Store& store() = 0;
  // The store as another run of the daemon would find it.
  virtual void reopen() = 0;
};

class MemoryContract final : public Contract {
  Store& store() override { return store_; }
  void reopen() override {}
  MemoryStore store_;
};

class SqliteContract final : public Contract {
 public:
  SqliteContract() { open(); }
  Store& store() override { return *store_; }
  void reopen() override {
    store_.reset();
    open();
  }

 private:
  void open() {
    auto opened = SqliteStore::open(directory_.path());
    ASSERT_TRUE(opened) << opened.error().message();
    store_ = std::move(*opened);
  }
  ScratchDirectory directory_;
  std::unique_ptr<SqliteStore> store_;
};

class StoreContract : public testing::TestWithParam<const char*> {
 protected:
  void SetUp() override {
    if (std::string_view(GetParam()) == "sqlite") {
      contract_ = std::make_unique<SqliteContract>();
    } else {
      contract_ = std::make_unique<MemoryContract>();
    }
  }
  Store& store() { return contract_->store(); }
  void reopen() { contract_->reopen(); }

  model::World load() {
    auto world = store().load();
    EXPECT_TRUE(world) << world.error().message();
    return world ? *world : model::World();
  }
  void commit(std::uint64_t revision, const std::vector<Change>& changes) {
    const auto done = store().commit(revision, changes);
    ASSERT_TRUE(done) << done.error().message();
  }

 private:
  std::unique_ptr<Contract> contract_;
};

Change put_vpc(const std::string& id, int number) {
  return {.table = "vpc",
          .id = id,
          .record = fmt::format(R"({{"id": "{}", "number": {}}})", id, number)};
}
Change erase_vpc(const std::string& id) {
  return {.table = "vpc", .id = id, .record = {}};
}

TEST_P(StoreContract, A_new_store_holds_the_empty_World) {
  EXPECT_TRUE(same_world(load(), model::World()));
  reopen();
  EXPECT_TRUE(same_world(load(), model::World()));
}

TEST_P(StoreContract, What_is_committed_is_there_after_a_restart) {
  commit(1, {put_vpc("vpc-1", 1), put_vpc("vpc-2", 2)});
  commit(2, {put_vpc("vpc-1", 10), erase_vpc("vpc-2"), put_vpc("vpc-3", 3)});
  for (const char* when : {"before", "after"}) {
    SCOPED_TRACE(when);
    const model::World world = load();
    EXPECT_EQ(world.revision(), 2U);
    EXPECT_EQ(world.all<Vpc>().size(), 2U);
    ASSERT_NE(world.find(Id<Vpc>("vpc-1")), nullptr);
    EXPECT_EQ(world.find(Id<Vpc>("vpc-1"))->number, 10U);
    EXPECT_NE(world.find(Id<Vpc>("vpc-3")), nullptr);
    reopen();
  }
}

TEST_P(StoreContract, Erasing_what_is_not_there_succeeds) {
  commit(1, {erase_vpc("vpc-1")});
  EXPECT_EQ(load().revision(), 1U);
}

TEST_P(StoreContract, A_revision_that_does_not_follow_is_refused_and_changes_nothing) {
  commit(1, {put_vpc("vpc-1", 1)});
  for (const std::uint64_t revision : {0, 1, 3}) {
    SCOPED_TRACE(revision);
    EXPECT_FALSE(store().commit(revision, {put_vpc("vpc-2", 2), erase_vpc("vpc-1")}));
    const model::World world = load();
    EXPECT_EQ(world.revision(), 1U);
    EXPECT_NE(world.find(Id<Vpc>("vpc-1")), nullptr);
    EXPECT_EQ(world.find(Id<Vpc>("vpc-2")), nullptr);
  }
  commit(2, {put_vpc("vpc-2", 2)});
}

TEST_P(StoreContract, Ids_are_compared_byte_by_byte) {
  const std::string with_nul("a\0b", 3);
  const std::string with_nul_too("a\0c", 3);
  SeededIds ids(1);
  model::Transaction tx(model::World(), TimePoint{}, ids);
  for (const std::string& id : {std::string("A"), std::string("a"), with_nul, with_nul_too,
                                std::string("\xff"), std::string("\xfe"), std::string("é")}) {
    tx.put(Vpc{.id = Id<Vpc>(id)});
  }
  commit(1, changes_of(tx));
  reopen();
  EXPECT_TRUE(same_world(load(), tx.world()));
}

TEST_P(StoreContract, A_big_record_survives) {
  SeededIds ids(1);
  model::Transaction tx(model::World(), TimePoint{}, ids);
  std::string bytes(16 * 1024, '\0');
  for (char& byte : bytes) {
    byte = static_cast<char>(ids.next());
  }
  tx.put(model::Instance{.id = Id<model::Instance>("i-1"), .user_data = bytes});
  commit(1, changes_of(tx));
  reopen();
  const model::World world = load();
  EXPECT_EQ(world.find(Id<model::Instance>("i-1"))->user_data, bytes);
}

TEST_P(StoreContract, A_corrupt_row_is_an_error_that_names_it) {
  commit(1, {{.table = "vpc", .id = "vpc-1", .record = "{"}});
  const auto world = store().load();
  ASSERT_FALSE(world);
  EXPECT_NE(world.error().message().find("record 'vpc-1' of table 'vpc' is corrupt"),
            std::string::npos);
}

// Random puts and erases over few ids, restarting now and then: the World that the transactions
// made is the World that loads.
TEST_P(StoreContract, A_random_history_loads_as_it_was_made) {
  constexpr unsigned kSeed = 20260101;
  SCOPED_TRACE(kSeed);
  std::mt19937 random(kSeed);
  SeededIds ids(kSeed);
  model::World world;
  for (unsigned round = 0; round < 120; ++round) {
    model::Transaction tx(world, TimePoint{}, ids);
    for (unsigned step = random() % 4 + 1; step > 0; --step) {
      const std::string id = fmt::format("id-{}", random() % 6);
      auto endpoint = filled<model::VpcEndpoint>(round * 10);
      endpoint.id = Id<model::VpcEndpoint>(id);
      auto group = filled<model::SecurityGroup>(round * 10 + 1);
      group.id = Id<model::SecurityGroup>(id);
      switch (random() % 4) {
        case 0:
          tx.put(endpoint);
          break;
        case 1:
          tx.erase(endpoint.id);
          break;
        case 2:
          tx.put(group);
          break;
        default:
          tx.erase(group.id);
      }
    }
    commit(tx.world().revision(), changes_of(tx));
    world = tx.world();
    if (random() % 10 == 0) {
      reopen();
    }
    if (random() % 4 == 0) {
      ASSERT_TRUE(same_world(load(), world)) << "round " << round;
    }
  }
  ASSERT_TRUE(same_world(load(), world));
}

INSTANTIATE_TEST_SUITE_P(Stores, StoreContract, testing::Values("memory", "sqlite"),
                         [](const auto& row) { return std::string(row.param); });

}  // namespace
}  // namespace postern::store
