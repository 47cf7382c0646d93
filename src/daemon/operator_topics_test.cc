// SPDX-License-Identifier: Apache-2.0
#include "daemon/operator_topics.h"

#include <gtest/gtest.h>

#include "model/topics.h"

namespace postern::daemon {
namespace {

TEST(OperatorTopics, Messages_are_read_back_in_their_order_with_who_waits_for_them) {
  SeededIds ids(1);
  model::Transaction tx({}, TimePoint(std::chrono::seconds(60)), ids);
  const model::Topic topic{.id = model::Id<model::Topic>("arn:aws:sns:r:1:t"), .name = "t"};
  tx.put(topic);
  tx.put(model::TopicSubscription{.id = model::Id<model::TopicSubscription>("arn:aws:sns:r:1:t:s"),
                                  .topic = topic.id,
                                  .protocol = "http",
                                  .endpoint = "http://127.0.0.1/",
                                  .confirmed = true});
  tx.put(model::ConnectionNotification{.id = model::Id<model::ConnectionNotification>("vpce-nfn-1"),
                                       .topic_arn = topic.id.value,
                                       .events = {"Accept"},
                                       .problem = "why"});
  for (const char* text : {"first", "second"}) {
    model::publish(tx, topic, {.subject = "s", .text = text});
  }
  const auto list = topic_list(tx.world());
  const auto& found = list.at("topics").as_array().at(0).as_object();
  const auto& messages = found.at("messages").as_array();
  ASSERT_EQ(messages.size(), 2U);
  EXPECT_EQ(messages[0].at("message"), boost::json::value("first"));
  EXPECT_EQ(messages[1].at("message"), boost::json::value("second"));
  EXPECT_EQ(messages[1].at("published_at"), boost::json::value("1970-01-01T00:01:00.000Z"));
  EXPECT_EQ(found.at("subscriptions").as_array().at(0).at("waiting"), boost::json::value(2));
  EXPECT_EQ(list.at("notifications").as_array().at(0).at("problem"), boost::json::value("why"));
}

}  // namespace
}  // namespace postern::daemon
