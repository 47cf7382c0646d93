// SPDX-License-Identifier: Apache-2.0
#include "model/topics.h"

#include <gtest/gtest.h>

namespace postern::model {
namespace {

using namespace std::chrono_literals;

class TopicsTest : public testing::Test {
 protected:
  TopicsTest() { tx_.put(topic_); }

  TopicSubscription subscribe(const std::string& name, bool confirmed,
                              const std::string& protocol = "http") {
    const TopicSubscription made{.id = Id<TopicSubscription>(topic_.id.value + ":" + name),
                                 .topic = topic_.id,
                                 .protocol = protocol,
                                 .confirmed = confirmed};
    tx_.put(made);
    return made;
  }
  std::vector<const TopicDelivery*> deliveries() const {
    std::vector<const TopicDelivery*> all;
    for (const auto& [id, delivery] : tx_.world().all<TopicDelivery>()) {
      all.push_back(delivery.get());
    }
    return all;
  }

  const Topic topic_{.id = Id<Topic>("arn:aws:sns:r:111111111111:t"),
                     .owner = Id<Account>("111111111111"),
                     .region = "r",
                     .name = "t"};
  SeededIds ids_{1};
  Transaction tx_{World(), TimePoint(60s), ids_};
};

TEST_F(TopicsTest, A_message_is_kept_and_goes_to_whoever_has_confirmed) {
  subscribe("a", true);
  subscribe("b", false);
  subscribe("c", true, "https");
  const std::string id =
      publish(tx_, topic_, {.subject = "s", .text = "for all", .texts = {{"https", "for c"}}});
  const TopicMessage* message = tx_.world().find(Id<TopicMessage>(id));
  ASSERT_NE(message, nullptr);
  EXPECT_EQ(message->number, 1U);
  EXPECT_EQ(message->owner, topic_.owner);
  EXPECT_EQ(message->published_at, tx_.now());
  const auto all = deliveries();
  ASSERT_EQ(all.size(), 2U);
  EXPECT_EQ(all[0]->message.text, "for all");
  EXPECT_EQ(all[1]->message.text, "for c");
  EXPECT_EQ(all[0]->due_at, tx_.now());
}

TEST_F(TopicsTest, The_newest_hundred_messages_are_kept) {
  for (int i = 1; i <= 101; ++i) {
    publish(tx_, topic_, {.text = "m"});
  }
  std::set<std::uint32_t> numbers;
  for (const auto& [id, message] : tx_.world().all<TopicMessage>()) {
    numbers.insert(message->number);
  }
  EXPECT_EQ(numbers.size(), 100U);
  EXPECT_EQ(*numbers.begin(), 2U);
  EXPECT_EQ(*numbers.rbegin(), 101U);
}

// [SNS guide, "Amazon SNS message delivery retries"]
TEST_F(TopicsTest, A_delivery_is_tried_three_times_more_twenty_seconds_apart) {
  subscribe("a", true);
  publish(tx_, topic_, {.text = "m"});
  const Id<TopicDelivery> id = deliveries().at(0)->id;
  for (int attempt = 1; attempt <= 3; ++attempt) {
    EXPECT_FALSE(is_last_attempt(*tx_.world().find(id)));
    end_attempt(tx_, id, DeliveryOutcome::Failed);
    ASSERT_NE(tx_.world().find(id), nullptr);
    EXPECT_EQ(tx_.world().find(id)->attempts, attempt);
    EXPECT_EQ(tx_.world().find(id)->due_at, tx_.now() + 20s);
  }
  EXPECT_TRUE(is_last_attempt(*tx_.world().find(id)));
  end_attempt(tx_, id, DeliveryOutcome::Failed);
  EXPECT_TRUE(deliveries().empty());
  end_attempt(tx_, id, DeliveryOutcome::Failed);  // it is gone: nothing
}

TEST_F(TopicsTest, What_is_taken_or_refused_is_not_sent_again) {
  subscribe("a", true);
  for (const DeliveryOutcome outcome : {DeliveryOutcome::Taken, DeliveryOutcome::Refused}) {
    publish(tx_, topic_, {.text = "m"});
    end_attempt(tx_, deliveries().at(0)->id, outcome);
    EXPECT_TRUE(deliveries().empty());
  }
}

TEST_F(TopicsTest, What_goes_takes_along_what_is_to_be_sent_to_it) {
  const auto subscription = subscribe("a", true);
  ask_to_confirm(tx_, subscription);
  publish(tx_, topic_, {.text = "m"});
  EXPECT_EQ(deliveries().size(), 2U);
  erase_subscription(tx_, subscription.id);
  EXPECT_TRUE(deliveries().empty());
  subscribe("b", true);
  publish(tx_, topic_, {.text = "m"});
  erase_topic(tx_, topic_.id);
  EXPECT_TRUE(deliveries().empty());
  EXPECT_TRUE(tx_.world().all<TopicMessage>().empty());
  EXPECT_TRUE(tx_.world().all<TopicSubscription>().empty());
  EXPECT_TRUE(tx_.world().all<Topic>().empty());
}

// [SNS guide, "Default policy"; PrivateLink guide: the topic's policy has to let the service in]
TEST_F(TopicsTest, A_topic_s_policy_says_who_publishes) {
  const Caller owner{.account = topic_.owner,
                     .principal_arn = "arn:aws:iam::111111111111:root",
                     .user_id = "111111111111"};
  const Caller other{.account = Id<Account>("222222222222"),
                     .principal_arn = "arn:aws:iam::222222222222:root",
                     .user_id = "222222222222"};
  const auto service = [&](const Topic& topic) {
    return service_may_publish(topic, "vpce.amazonaws.com", "arn:aws:ec2:r:1:x", topic.owner);
  };
  EXPECT_TRUE(caller_may_publish(tx_.world(), topic_, owner));
  EXPECT_FALSE(caller_may_publish(tx_.world(), topic_, other));
  EXPECT_FALSE(service(topic_));
  Topic open = topic_;
  open.attributes["Policy"] = R"({"Version": "2012-10-17", "Statement": [
      {"Effect": "Allow", "Principal": {"Service": "vpce.amazonaws.com"}, "Action": "SNS:Publish",
       "Resource": "arn:aws:sns:r:111111111111:t"},
      {"Effect": "Allow", "Principal": {"AWS": "222222222222"}, "Action": "SNS:Publish",
       "Resource": "*"}]})";
  EXPECT_TRUE(service(open));
  EXPECT_TRUE(caller_may_publish(tx_.world(), open, other));
}

}  // namespace
}  // namespace postern::model
