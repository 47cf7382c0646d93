// SPDX-License-Identifier: Apache-2.0
#include "store/log_store.h"

#include <gtest/gtest.h>

#include "base/scratch_directory.h"

namespace postern::store {
namespace {

using model::LogEvent;
using model::LogPlace;
using Texts = std::vector<std::string>;

TimePoint at(int seconds) {
  return TimePoint(std::chrono::seconds(seconds));
}

class LogStoreTest : public testing::Test {
 protected:
  void open() {
    store_.reset();
    store_ = *LogStore::open(directory_.path());
  }
  void SetUp() override {
    open();
    ASSERT_TRUE(
        store_->write({event("g", "s", 3, "c"), event("g", "s", 1, "a"), event("g", "t", 2, "b"),
                       event("g", "s", 3, "d"), event("h", "s", 1, "other")}));
  }

  static LogEvent event(const char* group, const char* stream, int seconds, const char* message) {
    return {.group = group,
            .stream = stream,
            .time = at(seconds),
            .ingested = at(100),
            .message = message};
  }
  Texts texts(const model::LogQuery& query) const {
    Texts out;
    const auto found = store_->events(query);
    for (const LogEvent& one : *found) {
      out.push_back(one.message);
    }
    return out;
  }

  ScratchDirectory directory_;
  std::unique_ptr<LogStore> store_;
};

TEST_F(LogStoreTest, Gives_a_groups_events_by_time_and_by_when_they_were_written) {
  EXPECT_EQ(texts({.group = "g"}), (Texts{"a", "b", "c", "d"}));
  EXPECT_EQ(texts({.group = "g", .streams = {{"t"}}}), Texts{"b"});
  EXPECT_EQ(texts({.group = "g", .streams = Texts{"s", "t"}, .from = at(2), .until = at(3)}),
            Texts{"b"});
  EXPECT_EQ(texts({.group = "g", .streams = Texts()}), Texts());
  EXPECT_EQ(texts({.group = "none"}), Texts());
}

TEST_F(LogStoreTest, Gives_pages_from_either_end) {
  EXPECT_EQ(texts({.group = "g", .limit = 2}), (Texts{"a", "b"}));
  EXPECT_EQ(texts({.group = "g", .newest = true, .limit = 2}), (Texts{"c", "d"}));
  const auto third = (*store_->events({.group = "g"}))[2];
  const LogPlace place{third.time, third.number};
  EXPECT_EQ(texts({.group = "g", .after = place}), Texts{"d"});
  EXPECT_EQ(texts({.group = "g", .before = place, .newest = true, .limit = 1}), Texts{"b"});
}

TEST_F(LogStoreTest, Knows_its_streams) {
  const auto streams = *store_->streams("g");
  ASSERT_EQ(streams.size(), 2U);
  EXPECT_EQ(streams[0].name, "s");
  EXPECT_EQ(streams[0].first_event, at(1));
  EXPECT_EQ(streams[0].last_event, at(3));
  EXPECT_EQ(streams[0].created_at, at(100));
  EXPECT_EQ(streams[1].name, "t");
}

TEST_F(LogStoreTest, Is_there_when_it_is_opened_again) {
  open();
  EXPECT_EQ(texts({.group = "g"}), (Texts{"a", "b", "c", "d"}));
}

TEST_F(LogStoreTest, Keeps_what_it_is_told_to) {
  ASSERT_TRUE(store_->keep({{"g", at(2)}, {"h", std::nullopt}}));
  EXPECT_EQ(texts({.group = "g"}), (Texts{"b", "c", "d"}));
  EXPECT_EQ(texts({.group = "h"}), Texts{"other"});
  ASSERT_TRUE(store_->keep({{"h", std::nullopt}}));
  EXPECT_EQ(texts({.group = "g"}), Texts());
  EXPECT_TRUE(store_->streams("g")->empty());
}

}  // namespace
}  // namespace postern::store
