// SPDX-License-Identifier: Apache-2.0
// What is acknowledged stays, whole; what is not is not there. The rules of listing and versions
// are tested by api/s3 on this store.
#include "store/object_store.h"

#include <gtest/gtest.h>

#include <fstream>

#include "base/scratch_directory.h"
#include "store/sqlite.h"

namespace postern::store {
namespace {

using model::ObjectVersion;
using Files = std::set<std::string>;

class ObjectStoreTest : public testing::Test {
 protected:
  void SetUp() override { open(); }

  void open(const std::set<std::string>& storages = {"s", "t"}) {
    store_.reset();
    store_ = *ObjectStore::open(directory_.path(), storages);
  }

  static ObjectVersion object(const std::string& key, const std::string& version = "null") {
    return {.key = key,
            .version = version,
            .size = 1,
            .etag = "e",
            .modified_at = TimePoint(std::chrono::seconds(7)),
            .headers = {{"content-type", "text/x"}}};
  }
  void put(const std::string& storage, const std::string& key, const std::string& bytes) {
    ASSERT_TRUE(store_->put(storage, object(key), bytes, false));
  }
  std::string bytes_of(const std::string& storage, const std::string& key) const {
    const auto found = *store_->find(storage, key, std::nullopt);
    return found ? *store_->read(*found, 0, 1) : "none";
  }
  Files files() const {
    Files out;
    for (const auto& entry : std::filesystem::directory_iterator(directory_.path() / "objects")) {
      out.insert(entry.path().filename());
    }
    return out;
  }

  ScratchDirectory directory_;
  std::unique_ptr<ObjectStore> store_;
};

TEST_F(ObjectStoreTest, What_was_put_is_there_after_a_restart_as_it_was) {
  put("s", "k", "x");
  open();
  const auto found = *store_->find("s", "k", std::nullopt);
  ASSERT_TRUE(found);
  EXPECT_EQ(found->etag, "e");
  EXPECT_EQ(found->modified_at, TimePoint(std::chrono::seconds(7)));
  EXPECT_EQ(found->headers.at("content-type"), "text/x");
  EXPECT_EQ(bytes_of("s", "k"), "x");
  EXPECT_EQ(bytes_of("t", "k"), "none");
}

TEST_F(ObjectStoreTest, A_version_that_is_written_over_leaves_no_file) {
  put("s", "k", "x");
  put("s", "k", "y");
  EXPECT_EQ(bytes_of("s", "k"), "y");
  EXPECT_EQ(files().size(), 1U);
  EXPECT_TRUE(*store_->erase("s", "k", "null"));
  EXPECT_FALSE(*store_->erase("s", "k", "null"));
  EXPECT_EQ(files(), Files());
}

TEST_F(ObjectStoreTest, A_version_without_a_name_gets_one_of_its_own) {
  const auto one = *store_->put("s", object("k", ""), "x", false);
  const auto two = *store_->put("s", object("k", ""), "y", false);
  EXPECT_EQ(one->version.size(), 32U);
  EXPECT_NE(one->version, two->version);
  EXPECT_EQ(bytes_of("s", "k"), "y");
}

TEST_F(ObjectStoreTest, Only_what_is_new_is_put_if_that_is_asked_for) {
  EXPECT_TRUE(*store_->put("s", object("k"), "x", true));
  EXPECT_FALSE(*store_->put("s", object("k"), "y", true));
  EXPECT_EQ(bytes_of("s", "k"), "x");
  EXPECT_EQ(files().size(), 1U);
  ObjectVersion marker = object("k", "m");
  marker.deleted = true;
  EXPECT_TRUE(*store_->put("s", marker, "", false));
  EXPECT_TRUE(*store_->put("s", object("k"), "z", true));
}

TEST_F(ObjectStoreTest, Tags_are_set_of_one_version_and_stay) {
  ASSERT_TRUE(*store_->put("s", object("k", "1"), "x", false));
  ASSERT_TRUE(*store_->put("s", object("k", "2"), "y", false));
  EXPECT_TRUE(*store_->set_tags("s", "k", "1", {{"a", "1"}}));
  EXPECT_TRUE(*store_->set_tags("s", "k", std::nullopt, {{"b", "2"}}));
  EXPECT_FALSE(*store_->set_tags("s", "k", "3", {}));
  EXPECT_FALSE(*store_->set_tags("t", "k", std::nullopt, {}));
  open();
  EXPECT_EQ((*store_->find("s", "k", "1"))->tags, (model::Tags{{"a", "1"}}));
  EXPECT_EQ((*store_->find("s", "k", "2"))->tags, (model::Tags{{"b", "2"}}));
  ObjectVersion marker = object("k", "3");
  marker.deleted = true;
  ASSERT_TRUE(*store_->put("s", marker, "", false));
  EXPECT_FALSE(*store_->set_tags("s", "k", std::nullopt, {}));
}

TEST_F(ObjectStoreTest, What_a_daemon_before_tags_has_kept_is_kept) {
  put("s", "k", "x");
  store_.reset();
  {
    auto database = *Database::open(directory_.path() / "objects.db", "test: ");
    ASSERT_TRUE(database.execute("ALTER TABLE version DROP COLUMN tags"));
  }
  open();
  EXPECT_EQ(bytes_of("s", "k"), "x");
  EXPECT_EQ((*store_->find("s", "k", std::nullopt))->tags, model::Tags());
  EXPECT_TRUE(*store_->set_tags("s", "k", std::nullopt, {{"a", "1"}}));
}

// A daemon that is killed between a file and its row, or between its row and the old file's end.
TEST_F(ObjectStoreTest, A_file_that_no_row_names_goes_at_the_next_start) {
  put("s", "k", "x");
  std::ofstream(directory_.path() / "objects" / "left-over") << "half";
  open();
  EXPECT_EQ(files().size(), 1U);
  EXPECT_EQ(bytes_of("s", "k"), "x");
}

TEST_F(ObjectStoreTest, What_is_of_no_bucket_any_more_goes) {
  put("s", "k", "x");
  put("t", "k", "y");
  open({"t"});
  EXPECT_EQ(bytes_of("s", "k"), "none");
  EXPECT_EQ(bytes_of("t", "k"), "y");
  EXPECT_EQ(files().size(), 1U);
  ASSERT_TRUE(store_->keep({}));
  EXPECT_EQ(bytes_of("t", "k"), "none");
  EXPECT_EQ(files(), Files());
}

TEST_F(ObjectStoreTest, What_is_closed_since_it_was_empty_stays_so) {
  put("s", "k", "x");
  EXPECT_FALSE(*store_->close_empty("s"));
  put("s", "l", "y");
  EXPECT_TRUE(*store_->close_empty("t"));
  const auto refused = store_->put("t", object("k"), "x", false);
  ASSERT_FALSE(refused);
  EXPECT_EQ(refused.error().fault().code, "NoSuchBucket");
  EXPECT_EQ(files().size(), 2U);
  store_->reopen("t");
  put("t", "k", "x");
}

}  // namespace
}  // namespace postern::store
