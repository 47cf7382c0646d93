// SPDX-License-Identifier: Apache-2.0
// SNS: topics, who has subscribed to them, what was published, and what is still to be delivered.
#pragma once

#include <boost/describe/class.hpp>
#include <boost/describe/enum.hpp>
#include <cstdint>
#include <map>
#include <string>

#include "model/account.h"
#include "model/tags.h"

namespace postern::model {

// By the names that SetTopicAttributes and SetSubscriptionAttributes give them.
using TopicAttributes = std::map<std::string, std::string>;

struct Topic {
  static constexpr const char* kTable = "topic";
  Id<Topic> id;  // its ARN
  Id<Account> owner;
  std::string region;
  std::string name;
  TopicAttributes attributes;  // those that were set
  Tags tags;
  TimePoint created_at;
};
BOOST_DESCRIBE_STRUCT(Topic, (), (id, owner, region, name, attributes, tags, created_at))

struct TopicSubscription {
  static constexpr const char* kTable = "topic_subscription";
  Id<TopicSubscription> id;  // its ARN
  Id<Account> owner;
  std::string region;
  Id<Topic> topic;
  std::string protocol;  // http, https
  std::string endpoint;
  bool confirmed = false;
  std::string token;  // that confirms it
  TopicAttributes attributes;
  TimePoint created_at;
};
BOOST_DESCRIBE_STRUCT(TopicSubscription, (),
                      (id, owner, region, topic, protocol, endpoint, confirmed, token, attributes,
                       created_at))

struct MessageAttribute {
  std::string type;   // String, Number, String.Array, Binary
  std::string value;  // of Binary: in base64
};
BOOST_DESCRIBE_STRUCT(MessageAttribute, (), (type, value))

// What was published. The newest of each topic are kept, to be read back.
struct TopicMessage {
  static constexpr const char* kTable = "topic_message";
  Id<TopicMessage> id;  // a UUID
  Id<Account> owner;    // of the topic
  std::string region;
  Id<Topic> topic;
  std::string subject;
  std::string text;
  std::map<std::string, std::string> texts;  // by protocol, where one gets another
  std::map<std::string, MessageAttribute> attributes;
  std::uint32_t number = 0;  // in the order in which messages came
  TimePoint published_at;
};
BOOST_DESCRIBE_STRUCT(TopicMessage, (),
                      (id, owner, region, topic, subject, text, texts, attributes, number,
                       published_at))

enum class DeliveryKind { Notification, Confirmation };
BOOST_DESCRIBE_ENUM(DeliveryKind, Notification, Confirmation)

// A row of the outbox: what a subscriber has not taken yet. Its text is made when it is sent.
struct TopicDelivery {
  static constexpr const char* kTable = "topic_delivery";
  Id<TopicDelivery> id;  // <subscription's ARN>|<message's id>
  Id<TopicSubscription> subscription;
  TopicMessage message;
  DeliveryKind kind = DeliveryKind::Notification;
  int attempts = 0;  // that failed
  TimePoint due_at;
};
BOOST_DESCRIBE_STRUCT(TopicDelivery, (), (id, subscription, message, kind, attempts, due_at))

}  // namespace postern::model
