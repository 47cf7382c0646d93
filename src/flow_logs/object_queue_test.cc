// SPDX-License-Identifier: Apache-2.0
#include "flow_logs/object_queue.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <set>

namespace postern::flow_logs {
namespace {

using testing::ElementsAre;
using Id = model::Id<model::FlowLog>;

class ObjectQueueTest : public testing::Test {
 protected:
  static Object object(const char* log, const char* name, std::size_t size = 1) {
    return {.log = Id(log),
            .bucket = log,
            .folder = "",
            .name = name,
            .content = std::string(size, 'x')};
  }
  static model::World world(const std::set<std::string>& logs) {
    model::WorldBuilder builder;
    for (const std::string& id : logs) {
      builder.put(model::FlowLog{.id = Id(id)});
    }
    return builder.build();
  }
  auto send() {
    return queue_.send(world_, [this](const Object& one) -> Result<> {
      ++attempts_;
      if (shut_.contains(one.bucket)) {
        return refuse(faults::AccessDenied, "shut");
      }
      put_.push_back(one.name);
      return {};
    });
  }

  model::World world_ = world({"a", "b"});
  ObjectQueue queue_{10};
  std::set<std::string> shut_;
  std::vector<std::string> put_;
  int attempts_ = 0;
};

TEST_F(ObjectQueueTest, What_is_taken_is_gone) {
  queue_.add(object("a", "1"));
  queue_.add(object("b", "2"));
  const auto ends = send();
  EXPECT_THAT(put_, ElementsAre("1", "2"));
  EXPECT_EQ(ends.size(), 2U);
  EXPECT_TRUE(ends.at(Id("a")));
  EXPECT_TRUE(queue_.empty());
  EXPECT_TRUE(send().empty());
}

TEST_F(ObjectQueueTest, What_is_not_taken_waits_in_its_order_and_keeps_nobody_else) {
  shut_ = {"a"};
  queue_.add(object("a", "1"));
  queue_.add(object("a", "2"));
  queue_.add(object("b", "3"));
  const auto ends = send();
  EXPECT_FALSE(ends.at(Id("a")));
  EXPECT_TRUE(ends.at(Id("b")));
  EXPECT_EQ(attempts_, 2);  // of a's, the oldest only
  shut_ = {};
  queue_.add(object("a", "4"));
  EXPECT_TRUE(send().at(Id("a")));
  EXPECT_THAT(put_, ElementsAre("3", "1", "2", "4"));
}

TEST_F(ObjectQueueTest, Without_room_the_oldest_is_given_up) {
  shut_ = {"a"};
  EXPECT_EQ(queue_.add(object("a", "1", 4)), 0U);
  EXPECT_EQ(queue_.add(object("a", "2", 4)), 0U);
  send();
  EXPECT_EQ(queue_.add(object("a", "3", 4)), 1U);
  // What is larger than all the room goes through by itself.
  EXPECT_EQ(queue_.add(object("a", "4", 20)), 2U);
  shut_ = {};
  send();
  EXPECT_THAT(put_, ElementsAre("4"));
}

TEST_F(ObjectQueueTest, Nothing_waits_for_a_log_that_is_gone) {
  queue_.add(object("a", "1"));
  queue_.add(object("b", "2"));
  world_ = world({"b"});
  EXPECT_EQ(send().size(), 1U);
  EXPECT_THAT(put_, ElementsAre("2"));
  EXPECT_TRUE(queue_.empty());
}

}  // namespace
}  // namespace postern::flow_logs
