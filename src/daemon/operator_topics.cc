// SPDX-License-Identifier: Apache-2.0
#include "daemon/operator_topics.h"

#include <map>

namespace postern::daemon {
namespace {

namespace json = boost::json;
using model::Id;
using model::Topic;
using model::World;

json::array message_rows(const World& world, const Id<Topic>& topic) {
  std::map<std::uint32_t, json::object> rows;
  for (const auto& [id, message] : world.all<model::TopicMessage>()) {
    if (message->topic == topic) {
      rows[message->number] = {{"message_id", id.value},
                               {"subject", message->subject},
                               {"message", message->text},
                               {"published_at", format_iso8601(message->published_at)}};
    }
  }
  json::array out;
  for (auto& [number, row] : rows) {
    out.push_back(std::move(row));
  }
  return out;
}

json::array subscription_rows(const World& world, const Id<Topic>& topic) {
  json::array out;
  for (const auto& [id, subscription] : world.all<model::TopicSubscription>()) {
    if (subscription->topic != topic) {
      continue;
    }
    std::int64_t waiting = 0;
    for (const auto& [delivery_id, delivery] : world.all<model::TopicDelivery>()) {
      waiting += delivery->subscription == id ? 1 : 0;
    }
    out.push_back(json::object{{"subscription_arn", id.value},
                               {"protocol", subscription->protocol},
                               {"endpoint", subscription->endpoint},
                               {"confirmed", subscription->confirmed},
                               {"waiting", waiting}});
  }
  return out;
}

json::array notification_rows(const World& world) {
  json::array out;
  for (const auto& [id, notification] : world.all<model::ConnectionNotification>()) {
    out.push_back(json::object{
        {"connection_notification_id", id.value},
        {"topic_arn", notification->topic_arn},
        {"events", json::array(notification->events.begin(), notification->events.end())},
        {"problem", notification->problem}});
  }
  return out;
}

}  // namespace

json::object topic_list(const World& world) {
  json::array topics;
  for (const auto& [id, topic] : world.all<Topic>()) {
    topics.push_back(json::object{{"topic_arn", id.value},
                                  {"messages", message_rows(world, id)},
                                  {"subscriptions", subscription_rows(world, id)}});
  }
  return {{"topics", topics}, {"notifications", notification_rows(world)}};
}

}  // namespace postern::daemon
